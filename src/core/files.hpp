// The bytes of a regular file.
#ifndef KOROBOV_SRC_CORE_FILES_HPP
#define KOROBOV_SRC_CORE_FILES_HPP

#include <filesystem>
#include <string>

namespace korobov::detail {

// A path that is no regular file, or that cannot be read, is a DataError at line 0.
std::string bytes_of_file(const std::filesystem::path& path);

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_CORE_FILES_HPP
