// Files of the data packages: .gz files as Debian has them, and what an example does whose package is not there.
#pragma once

#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <zlib.h>

namespace example {

inline constexpr int skipped = 77;  // the exit status that test drivers take for "skipped"

// Says which package is missing; returns the exit status for that.
inline int skip(std::string_view what, std::string_view remedy) {
  std::cerr << "skipped: " << what << " not here; on Debian, " << remedy << '\n';
  return skipped;
}

// The bytes of a .gz file. One that cannot be read, is not compressed, is cut short, fails its checksum or holds more
// than `most` bytes is a std::runtime_error.
inline std::string gunzip(const std::filesystem::path& path, std::size_t most = std::size_t{1} << 28) {
  const auto fail = [&](const std::string& why) { throw std::runtime_error(path.string() + ": " + why); };
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) fail("cannot be opened");
  std::string bytes;
  std::string portion(std::size_t{1} << 16, '\0');
  for (;;) {
    const int got = gzread(file.get(), portion.data(), static_cast<unsigned>(portion.size()));
    if (got < 0) break;  // the error is asked for below
    if (gzdirect(file.get()) != 0) fail("expected a gzip file");
    if (got == 0) break;
    bytes.append(portion, 0, static_cast<std::size_t>(got));
    if (bytes.size() > most) fail("expected at most " + std::to_string(most) + " bytes");
  }
  int status = Z_OK;
  const char* message = gzerror(file.get(), &status);
  if (status != Z_OK) fail(std::string(message) + " (zlib)");  // a file cut short is Z_BUF_ERROR
  return bytes;
}

}  // namespace example
