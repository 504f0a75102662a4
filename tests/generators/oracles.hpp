// Quality of nets in integers, and slopes of errors: oracles that share nothing with the generators.
#pragma once

#include <bit>
#include <cstddef>
#include <vector>

#include <korobov/core/types.hpp>

namespace korobov::test {

// Calls visit(parts) for every way to write total as an ordered sum of d non-negative parts; stops at the first false.
template <class Visit>
bool all_compositions(int total, std::size_t d, const Visit& visit) {
  std::vector<int> parts(d, 0);
  const auto place = [&](const auto& self, std::size_t j, int rest) -> bool {
    if (j + 1 == d) {
      parts[j] = rest;
      return visit(parts);
    }
    for (parts[j] = 0; parts[j] <= rest; ++parts[j]) {
      if (!self(self, j + 1, rest - parts[j])) return false;
    }
    return true;
  };
  return place(place, 0, total);
}

// Row-major (2^m, d) words are a (t, m, d)-net in base 2: every elementary interval of volume 2^(t-m) has 2^t points.
inline bool is_net(const std::vector<Word>& words, Index dimension, int m, int t) {
  const auto d = static_cast<std::size_t>(dimension);
  return all_compositions(m - t, d, [&](const std::vector<int>& parts) {
    std::vector<int> counts(std::size_t{1} << (m - t), 0);
    for (std::size_t first = 0; first < words.size(); first += d) {
      std::size_t cell = 0;
      for (std::size_t j = 0; j < d; ++j) {
        for (int r = 0; r < parts[j]; ++r) cell = 2 * cell + ((words[first + j] >> (63 - r)) & 1U);
      }
      ++counts[cell];
    }
    for (const int count : counts) {
      if (count != 1 << t) return false;
    }
    return true;
  });
}

// Rank over F2 of rows held as words.
inline int rank(std::vector<Word> rows) {
  int found = 0;
  for (int bit = 0; bit < 64; ++bit) {
    const auto at = static_cast<std::size_t>(found);
    std::size_t pivot = at;
    while (pivot < rows.size() && ((rows[pivot] >> bit) & 1U) == 0) ++pivot;
    if (pivot == rows.size()) continue;
    std::swap(rows[at], rows[pivot]);
    for (std::size_t r = at + 1; r < rows.size(); ++r) {
      if (((rows[r] >> bit) & 1U) != 0) rows[r] ^= rows[at];
    }
    ++found;
  }
  return found;
}

// The t-value of the first 2^m points: m less the greatest k such that any k leading rows of the d matrices, split in
// any way, are independent (Niederreiter 1992, theorem 4.28). matrices: (d, columns) words, first digit at bit 63.
inline int t_value(const std::vector<Word>& matrices, std::size_t d, int m) {
  const std::size_t columns = matrices.size() / d;
  const auto row = [&](std::size_t j, int r) {
    Word bits = 0;
    for (std::size_t k = 0; k < static_cast<std::size_t>(m); ++k) {
      bits |= ((matrices[j * columns + k] >> (63 - r)) & 1U) << k;
    }
    return bits;
  };
  for (int k = m; k > 0; --k) {
    const bool independent = all_compositions(k, d, [&](const std::vector<int>& parts) {
      std::vector<Word> rows;
      for (std::size_t j = 0; j < d; ++j) {
        for (int r = 0; r < parts[j]; ++r) rows.push_back(row(j, r));
      }
      return rank(rows) == k;
    });
    if (independent) return m - k;
  }
  return m;
}

// The sum of the alpha greatest positions of ones in a digit string, first digit = position 1 (Dick 2008, section 3).
inline int higher_order_weight(Word digits_from_the_first, int alpha) {
  int weight = 0;
  int counted = 0;
  for (int position = 64; position > 0 && counted < alpha; --position) {
    if (((digits_from_the_first >> (position - 1)) & 1U) == 0) continue;
    weight += position;
    ++counted;
  }
  return weight;
}

// Strength of order alpha of the first 2^m points: alpha m less the t-value of order alpha (Dick 2008, definition 4.3).
// It is one less than the least total weight of a non-empty set of rows whose sum is 0, over all sets within the first
// alpha m rows: 2^(d alpha m) of them, walked in Gray order. matrices: (d, columns) words, first digit at bit 63.
inline int higher_order_strength(const std::vector<Word>& matrices, std::size_t d, int m, int alpha) {
  const std::size_t columns = matrices.size() / d;
  const auto rows = static_cast<std::size_t>(alpha * m);
  const auto row = [&](std::size_t j, std::size_t r) {
    Word bits = 0;
    for (std::size_t k = 0; k < static_cast<std::size_t>(m); ++k) {
      bits |= ((matrices[j * columns + k] >> (63 - r)) & 1U) << k;
    }
    return bits;
  };
  std::vector<Word> all;
  for (std::size_t t = 0; t < d * rows; ++t) all.push_back(row(t / rows, t % rows));
  int least = alpha * m + 1;
  Word sum = 0;
  const Word sets = Word{1} << all.size();
  for (Word i = 1; i < sets; ++i) {
    sum ^= all[static_cast<std::size_t>(std::countr_zero(i))];
    if (sum != 0) continue;
    const Word chosen = i ^ (i >> 1);
    int weight = 0;
    for (std::size_t j = 0; j < d; ++j) {
      weight += higher_order_weight((chosen >> (j * rows)) & ((Word{1} << rows) - 1), alpha);
    }
    least = weight < least ? weight : least;
  }
  return least - 1;
}

// Least-squares slope of y_0, y_1, ... against 0, 1, ...
inline double slope(const std::vector<double>& y) {
  const double middle = (static_cast<double>(y.size()) - 1) / 2;
  double products = 0;
  double squares = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double x = static_cast<double>(i) - middle;
    products += x * y[i];
    squares += x * x;
  }
  return products / squares;
}

}  // namespace korobov::test
