#include "core/files.hpp"

#include <fstream>

#include <korobov/core/error.hpp>

namespace korobov::detail {

std::string bytes_of_file(const std::filesystem::path& path) {
  const auto refuse = [&] { throw DataError(path.string(), 0, "cannot be read"); };
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || !std::filesystem::is_regular_file(path, error)) refuse();
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size))) refuse();
  return bytes;
}

}  // namespace korobov::detail
