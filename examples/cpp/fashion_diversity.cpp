// How diverse are the classes of Fashion-MNIST? RKE and Vendi scores, numbers of modes, with intervals.
//
// The kernel is Gaussian. RKE, which needs no eigenvalues, is asked at a lengthscale of 0.3 of the median distance
// between images, where a class has up to fifty modes; the Vendi score at the median distance, where few features hold
// the spectrum. Two kinds of intervals: of RKE by frequencies, for the score of all pairs of these images; of the Vendi
// score by the bootstrap of 300 of them, for that of the distribution they come from, which the score of all 1000 is
// near.
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <numeric>
#include <vector>

#include <korobov/korobov.hpp>

#include "fashion_mnist.hpp"

namespace kb = korobov;

namespace {

using example::FashionMnist;
constexpr std::size_t classes = FashionMnist::names.size();
constexpr kb::Index pixels = FashionMnist::pixels;

// The images of one class.
std::vector<double> images_of(const FashionMnist& data, std::size_t label) {
  std::vector<double> rows;
  for (std::size_t i = 0; i < data.labels.size(); ++i) {
    if (data.labels[i] != label) continue;
    const auto first = data.images.begin() + static_cast<std::ptrdiff_t>(i * FashionMnist::pixels);
    rows.insert(rows.end(), first, first + pixels);
  }
  return rows;
}

kb::MatrixSpan<const double> span_of(const std::vector<double>& rows) {
  return {rows.data(), static_cast<kb::Index>(rows.size()) / pixels, pixels};
}

// Classes by their scores, the lowest first.
std::array<std::size_t, classes> ascending(const std::array<double, classes>& scores) {
  std::array<std::size_t, classes> order{};
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  return order;
}

bool holds(double lower, double value, double upper) { return lower <= value && value <= upper; }

std::ostream& named(std::size_t label) { return std::cout << std::left << std::setw(9) << FashionMnist::names[label]; }

bool rke_is_right(const std::array<std::vector<double>, classes>& images, const kb::AnyKernel& kernel) {
  std::array<double, classes> exact{};
  std::array<kb::Score, classes> estimated;
  for (std::size_t label = 0; label < classes; ++label) {
    const auto rows = span_of(images[label]);
    exact[label] = kb::rke_score(kernel, rows);
    kb::CharacteristicSums sums(kernel, pixels, {.features = 4096, .seed = kb::Seed{label}});
    sums.add(rows);
    estimated[label] = sums.rke();
  }
  const auto order = ascending(exact);
  int covered = 0;
  for (const std::size_t label : order) {
    const auto& s = estimated[label];
    covered += holds(*s.lower, exact[label], *s.upper);
    named(label) << " RKE " << exact[label] << ", by 4096 frequencies " << s.value << " in [" << *s.lower << ", "
                 << *s.upper << "]\n";
  }
  std::cout << covered << " of 10 intervals hold the exact score\n";
  return covered >= 9 && FashionMnist::names[order[0]] == std::string("trouser");  // trousers look alike
}

bool vendi_is_right(const std::array<std::vector<double>, classes>& images, const kb::AnyKernel& kernel) {
  std::array<double, classes> vendi{};
  constexpr kb::Index some = 300;
  std::vector<double> k(some * some);
  int near = 0;
  for (std::size_t label = 0; label < classes; ++label) {
    const auto rows = span_of(images[label]);
    vendi[label] = kb::vendi_score(kb::spectrum(rows, kernel));
    const auto first = rows.row_range(0, some);
    kernel.cross(first, first, {k.data(), some, some});
    const auto entropy = kb::bootstrap_score([](const kb::Spectrum& s) { return kb::von_neumann_entropy(s); },
                                             {k.data(), some, some}, {.replications = 60, .seed = kb::Seed{label}});
    const double low = std::exp(*entropy.lower), high = std::exp(*entropy.upper);
    near += holds(low, vendi[label], high);
    named(label) << " Vendi " << vendi[label] << ", from 300 images in [" << low << ", " << high << "]\n";
  }
  std::cout << near << " of 10 intervals from 300 images hold the score of all\n";
  const auto order = ascending(vendi);
  const auto is = [&](std::size_t place, const char* name) {
    return FashionMnist::names[order[place]] == std::string(name);
  };
  return near >= 7 && is(9, "bag") &&
         ((is(0, "trouser") && is(1, "sneaker")) || (is(0, "sneaker") && is(1, "trouser")));
}

}  // namespace

int main() {
  if (!std::filesystem::exists(example::fashion_mnist_folder())) return example::skip_without_fashion_mnist();
  std::cout << std::fixed << std::setprecision(2);
  const FashionMnist data = example::read_fashion_mnist();
  std::array<std::vector<double>, classes> images;
  for (std::size_t label = 0; label < classes; ++label) images[label] = images_of(data, label);

  const double median = example::median_distance(data.points().row_range(0, 1000));
  const bool rke = rke_is_right(images, kb::GaussianKernel({.lengthscale = 0.3 * median}));
  kb::set_num_threads(1);  // matrices are small: threads of a busy machine would wait for one another
  const bool vendi = vendi_is_right(images, kb::GaussianKernel({.lengthscale = median}));
  std::cout << (rke && vendi ? "checked" : "WRONG") << '\n';
  return rke && vendi ? 0 : 1;
}
