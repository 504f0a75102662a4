// Tables of data/ linked into the library by korobov_embed (cmake/korobov_embed.cmake).
#ifndef KOROBOV_SRC_GENERATORS_EMBEDDED_HPP
#define KOROBOV_SRC_GENERATORS_EMBEDDED_HPP

#include <string_view>

extern "C" {
extern const char korobov_data_lattice_default[];
extern const char korobov_data_lattice_default_end[];
extern const char korobov_data_joe_kuo[];
extern const char korobov_data_joe_kuo_end[];
}

namespace korobov::detail {
// The bytes from first to the end symbol: two objects of the assembler's, one memory block.
inline std::string_view embedded(const char* first, const char* end) noexcept {
  return {first, static_cast<std::size_t>(end - first)};
}
}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_EMBEDDED_HPP
