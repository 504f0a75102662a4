// Compressed files as the examples read them: whole ones, and those that are cut short, damaged, too long or no gzip.
#include "gzip.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

namespace {

const std::string kText = [] {
  std::string text;
  for (int i = 0; i < 40000; ++i) text += std::to_string(i * 7919 % 10007) + "\n";
  return text;
}();

struct TemporaryFile {
  std::filesystem::path path = std::filesystem::temp_directory_path() / "korobov_gzip_test.gz";
  TemporaryFile() {
    const gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, kText.data(), static_cast<unsigned>(kText.size()));
    gzclose(file);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path); }

  std::string error(std::size_t most = std::size_t{1} << 28) const {
    try {
      example::gunzip(path, most);
    } catch (const std::runtime_error& thrown) {
      const std::string message = thrown.what(), place = path.string() + ": ";
      REQUIRE(message.starts_with(place));
      return message.substr(place.size());
    }
    return "none";
  }
};

}  // namespace

TEST_CASE("a whole file, and one in two members") {
  const TemporaryFile file;
  CHECK(example::gunzip(file.path) == kText);
  CHECK(file.error(kText.size()) == "none");
  const gzFile more = gzopen(file.path.c_str(), "ab");
  gzputs(more, "end");
  gzclose(more);
  CHECK(example::gunzip(file.path) == kText + "end");
}

TEST_CASE("cut short at any place") {
  const TemporaryFile file;
  const auto size = std::filesystem::file_size(file.path);
  for (const auto kept : {size - 1, size - 8, size - 9, size / 2, std::uintmax_t{12}}) {
    CAPTURE(kept);
    std::filesystem::resize_file(file.path, kept);
    CHECK(file.error().find("(zlib)") != std::string::npos);
  }
}

TEST_CASE("damaged, too long, no gzip file, empty, missing") {
  const TemporaryFile file;
  CHECK(file.error(kText.size() - 1) == "expected at most " + std::to_string(kText.size() - 1) + " bytes");
  const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file.path));
  for (const std::streamoff place : {size / 2, size - 6}) {  // data, checksum
    std::fstream bytes(file.path, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(place);
    const int there = bytes.get();
    bytes.seekp(place);
    bytes.put(static_cast<char>(there ^ 0x55));
    bytes.close();
    CHECK(file.error().find("(zlib)") != std::string::npos);
  }
  std::ofstream(file.path, std::ios::trunc) << "plain text";
  CHECK(file.error() == "expected a gzip file");
  std::filesystem::resize_file(file.path, 0);
  CHECK(file.error() == "expected a gzip file");
  std::filesystem::remove(file.path);
  CHECK(file.error() == "cannot be opened");
}
