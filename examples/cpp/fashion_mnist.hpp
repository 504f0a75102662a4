// Fashion-MNIST (Xiao, Rasul and Vollgraf 2017), the test set: 10000 images of 28 x 28 grey values in ten classes,
// Debian package dataset-fashion-mnist. Images are averaged over 4 x 4 squares, 49 numbers from 0 to 1 each.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <korobov/core/types.hpp>

#include "gzip.hpp"
#include "idx.hpp"

namespace example {

struct FashionMnist {
  static constexpr std::size_t pixels = 49;
  static constexpr std::array<const char*, 10> names{"T-shirt", "trouser", "pullover", "dress", "coat",
                                                     "sandal",  "shirt",   "sneaker",  "bag",   "boot"};
  std::vector<double> images;       // (n, pixels)
  std::vector<std::size_t> labels;  // (n), indices of names

  korobov::Index size() const { return static_cast<korobov::Index>(labels.size()); }
  korobov::MatrixSpan<const double> points() const { return {images.data(), size(), pixels}; }
};

inline const std::filesystem::path& fashion_mnist_folder() {
  static const std::filesystem::path folder = "/usr/share/datasets/fashion-mnist";
  return folder;
}

inline int skip_without_fashion_mnist() { return skip("Fashion-MNIST is", "apt-get install dataset-fashion-mnist"); }

inline FashionMnist read_fashion_mnist() {
  const auto read = [](const char* name, std::size_t axes) {
    return parse_idx(gunzip(fashion_mnist_folder() / name), axes, name);
  };
  const Idx images = read("t10k-images-idx3-ubyte.gz", 3), labels = read("t10k-labels-idx1-ubyte.gz", 1);
  constexpr std::size_t n = FashionMnist::names.size() * 1000;
  if (images.shape != std::vector<std::size_t>{n, 28, 28} || labels.shape != std::vector<std::size_t>{n}) {
    throw std::runtime_error("Fashion-MNIST: expected 10000 images of 28 x 28 and as many labels");
  }
  FashionMnist data{std::vector<double>(n * FashionMnist::pixels), {labels.values.begin(), labels.values.end()}};
  for (std::size_t label = 0; label < FashionMnist::names.size(); ++label) {
    if (std::count(data.labels.begin(), data.labels.end(), label) != 1000) {
      throw std::runtime_error("Fashion-MNIST: expected 1000 images of each class");
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t row = 0; row < 28; ++row) {
      for (std::size_t col = 0; col < 28; ++col) {
        data.images[i * FashionMnist::pixels + row / 4 * 7 + col / 4] += images.values[(i * 28 + row) * 28 + col];
      }
    }
  }
  for (double& value : data.images) value /= 16 * 255;
  return data;
}

// The median distance of two different rows of x.
inline double median_distance(korobov::MatrixSpan<const double> x) {
  std::vector<double> distances;
  for (korobov::Index i = 0; i < x.rows; ++i) {
    for (korobov::Index j = 0; j < i; ++j) {
      double square = 0;
      for (korobov::Index c = 0; c < x.cols; ++c) square += (x(i, c) - x(j, c)) * (x(i, c) - x(j, c));
      distances.push_back(std::sqrt(square));
    }
  }
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  if (distances.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(distances.begin(), middle)) / 2;
}

}  // namespace example
