// Words, differences and naive sums that the kernels' tests share.
#pragma once

#include <functional>
#include <vector>

#include <korobov/core/seed.hpp>
#include <korobov/core/types.hpp>
#include <korobov/kernels/kernel.hpp>

// Extreme, regular and random differences.
inline std::vector<korobov::Word> some_words() {
  using korobov::Word;
  std::vector<Word> words{0,
                          1,
                          2,
                          3,
                          Word{1} << 63,
                          (Word{1} << 63) - 1,
                          (Word{1} << 63) + 1,
                          ~Word{0},
                          ~Word{0} << 11,
                          (Word{1} << 53) - 1,
                          (Word{1} << 62) - 1,
                          0x5555555555555555U,
                          0xAAAAAAAAAAAAAAAAU};
  korobov::CounterEngine engine(korobov::Seed{20});
  for (int k = 0; k < 12; ++k) words.push_back(engine() >> (k % 4 == 3 ? 5 * k : k % 4));
  return words;
}

inline std::vector<korobov::Word> random_words(korobov::Index count, korobov::Seed seed) {
  korobov::CounterEngine engine(seed);
  std::vector<korobov::Word> words(static_cast<std::size_t>(count));
  for (std::size_t k = 0; k < words.size(); ++k) words[k] = k % 13 == 5 ? 0 : engine() >> (k % 3 == 0 ? k % 60 : 0);
  return words;
}

// dL/dtheta_p of L = sum_i dk_i k_i by central differences of a long double function k_i(theta): with Richardson's
// step, error O(h^4). Exact for functions that are linear in theta_p, whatever h.
using Values = std::function<std::vector<long double>(const std::vector<long double>&)>;
inline std::vector<double> gradient(const Values& values, std::span<const double> theta, const std::vector<double>& dk,
                                    long double h = 1e-3L) {
  std::vector<double> derivatives;
  std::vector<long double> at(theta.begin(), theta.end());
  const auto loss = [&] {
    long double sum = 0;
    const auto k = values(at);
    for (std::size_t i = 0; i < k.size(); ++i) sum += static_cast<long double>(dk[i]) * k[i];
    return sum;
  };
  for (std::size_t p = 0; p < at.size(); ++p) {
    const long double centre = at[p];
    const auto slope = [&](long double step) {
      at[p] = centre + step;
      const long double up = loss();
      at[p] = centre - step;
      const long double down = loss();
      at[p] = centre;
      return (up - down) / (2 * step);
    };
    derivatives.push_back(static_cast<double>((4 * slope(h) - slope(2 * h)) / 3));
  }
  return derivatives;
}
