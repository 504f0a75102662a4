// IDX, the format of the MNIST files: arrays of bytes. http://yann.lecun.com/exdb/mnist
//
//   0 0 8 r          two zeros, the type (8: unsigned bytes, the only one read here), the number of axes
//   n_1 ... n_r      their lengths, 32 bits each, the highest byte first
//   the entries, row after row
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace example {

struct Idx {
  std::vector<std::size_t> shape;
  std::vector<std::uint8_t> values;  // row-major, as many as the product of the lengths
};

// `axes`: how many there must be. Everything else than exactly such an array is a std::runtime_error that names `file`.
inline Idx parse_idx(std::string_view bytes, std::size_t axes, std::string_view file) {
  const auto require = [&](bool holds, const std::string& rule) {
    if (!holds) throw std::runtime_error(std::string(file) + ": expected " + rule);
  };
  const auto at = [&](std::size_t place) { return static_cast<std::uint8_t>(bytes[place]); };
  require(bytes.size() >= 4 + 4 * axes, "an IDX header of " + std::to_string(4 + 4 * axes) + " bytes");
  require(at(0) == 0 && at(1) == 0 && at(2) == 8, "an IDX file of unsigned bytes");
  require(at(3) == axes, std::to_string(axes) + " axes, got " + std::to_string(at(3)));
  Idx array;
  const std::size_t rest = bytes.size() - 4 - 4 * axes;
  std::size_t count = 1;
  for (std::size_t place = 4; place < 4 + 4 * axes; place += 4) {
    std::size_t length = 0;
    for (std::size_t k = 0; k < 4; ++k) length = length << 8 | at(place + k);
    require(length > 0, "axes that are not empty");
    require(length <= rest / count, "as many bytes as entries, got fewer");  // so the product cannot overflow
    count *= length;
    array.shape.push_back(length);
  }
  require(count == rest, std::to_string(count) + " entries, got " + std::to_string(rest));
  array.values.assign(bytes.end() - static_cast<std::ptrdiff_t>(rest), bytes.end());
  return array;
}

}  // namespace example
