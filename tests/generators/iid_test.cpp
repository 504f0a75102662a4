#include <bit>
#include <cmath>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/generators/iid.hpp>

using namespace korobov;

TEST_CASE("coordinate j of point i is word i of stream j") {
  const auto words = IID(3, Seed{7}).replicate(2).integers({1, 11});
  for (std::uint64_t j = 0; j < 3; ++j) {
    CounterEngine engine(Seed{7}, Purpose::iid, 2, j);
    engine.discard(1);
    for (std::size_t i = 0; i < 10; ++i) CHECK(words[i * 3 + j] == engine());
  }
}

TEST_CASE("means and correlations are those of independent uniform numbers") {
  // 5 standard errors each: false alarms below 6e-7 per check, 10 checks.
  constexpr std::size_t n = 100000;
  constexpr std::size_t d = 4;
  const auto x = IID(static_cast<Index>(d), Seed{19}).points({0, static_cast<Index>(n)});
  for (std::size_t a = 0; a < d; ++a) {
    double mean = 0;
    for (std::size_t i = 0; i < n; ++i) mean += x[i * d + a] - 0.5;
    CHECK(std::abs(mean / n) < 5 / std::sqrt(12.0 * n));
    for (std::size_t b = 0; b < a; ++b) {
      double product = 0;
      for (std::size_t i = 0; i < n; ++i) product += (x[i * d + a] - 0.5) * (x[i * d + b] - 0.5);
      CHECK(std::abs(product / n) < 5 / (12 * std::sqrt(static_cast<double>(n))));
    }
  }
}

TEST_CASE("bad dimensions") {
  CHECK_THROWS_WITH_AS(IID(0, Seed{1}), "d: must be from 1 to 2^32; got 0", std::invalid_argument);
  CHECK_THROWS_AS(IID(-1, Seed{1}), std::invalid_argument);
}
