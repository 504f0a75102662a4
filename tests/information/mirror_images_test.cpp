// Symmetry in one pass, against a look at every pair.
#include "information/mirror_images.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/parallel.hpp>

#include "support/instruction_sets.hpp"
#include "support/random_points.hpp"

using namespace korobov;
using detail::mirror_images;
using detail::MirrorImages;

namespace {

MirrorImages plainly(MatrixSpan<const double> k) {
  MirrorImages found;
  for (Index i = 0; i < k.rows; ++i) {
    for (Index j = 0; j < k.rows; ++j) {
      found.largest = std::max(found.largest, std::fabs(k(i, j)));
      found.difference = std::max(found.difference, std::fabs(k(i, j) - k(j, i)));
    }
  }
  return found;
}

}  // namespace

TEST_CASE("the largest entry and the largest difference, of any size and strides") {
  const int threads = num_threads();
  for_each_instruction_set([&] {
    for (const Index n : {1, 2, 3, 4, 5, 7, 8, 63, 127, 128, 129, 131, 260, 300}) {
      CAPTURE(n);
      const std::vector<double> values = random_points(3 * n + 3, n, Seed{3});
      for (const auto& [row, column] : std::vector<std::pair<Index, Index>>{{n, 1}, {1, n}, {n + 3, 1}, {3 * n, 2}}) {
        const MatrixSpan<const double> k(values.data(), n, n, row, column);
        const MirrorImages expected = plainly(k);
        for (const int count : {1, 3}) {
          set_num_threads(count);
          const MirrorImages found = mirror_images(k);
          CHECK(found.largest == expected.largest);
          CHECK(found.difference == expected.difference);
          CHECK(found.is_finite);
        }
      }
    }
  });
  set_num_threads(threads);
}

TEST_CASE("one entry that differs, or is not finite, is seen wherever it is") {
  for_each_instruction_set([&] {
    for (const Index n : {5, 8, 11, 133}) {
      CAPTURE(n);
      std::vector<double> values(static_cast<std::size_t>(n * n), 1.0);
      const MatrixSpan<const double> k(values.data(), n, n);
      CHECK(mirror_images(k).difference == 0);
      const Index step = n > 100 ? 37 : 1;
      for (Index at = 0; at < n * n; at += step) {
        const bool is_off_diagonal = at / n != at % n;
        double& value = values[static_cast<std::size_t>(at)];
        value = 1.25;
        CHECK(mirror_images(k).difference == (is_off_diagonal ? 0.25 : 0));
        CHECK(mirror_images(k).largest == 1.25);
        for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
          value = bad;
          CHECK(!mirror_images(k).is_finite);
        }
        value = 1;
      }
    }
  });
}
