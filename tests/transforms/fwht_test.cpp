#include <stdexcept>

#include <korobov/transforms/fwht.hpp>

#include "transforms/signals.hpp"

namespace kb = korobov;
using kb::Index;
using kb::test::distance;
using kb::test::norm;
using kb::test::real_signal;
using kb::test::size;

namespace {

// H y in long double, by its definition.
template <class T>
std::vector<T> direct_walsh(const std::vector<T>& y) {
  std::vector<T> z(y.size());
  for (std::size_t k = 0; k < y.size(); ++k) {
    long double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
      sum += (std::popcount(i & k) % 2 == 0 ? 1 : -1) * static_cast<long double>(y[i]);
    z[k] = static_cast<T>(sum / std::sqrt(static_cast<long double>(y.size())));
  }
  return z;
}

// The stated bound on the relative error of one transform of n values.
template <class T>
double bound(Index n) {
  const double u = static_cast<double>(std::numeric_limits<T>::epsilon()) / 2;
  return u * (std::log2(static_cast<double>(n)) + 2);
}

}  // namespace

TEST_CASE_TEMPLATE("fwht is the matrix of Walsh functions: direct sums", T, double, float) {
  kb::test::for_each_instruction_set([] {
    for (int m = 0; m <= 11; ++m) {
      const Index n = Index{1} << m;
      CAPTURE(n);
      const auto y = real_signal<T>(n, 1);
      auto z = y;
      kb::fwht(z);
      // the direct sum is itself rounded to T
      CHECK(distance(z, direct_walsh(y)) <= 2 * bound<T>(n) * norm(y));
    }
  });
}

TEST_CASE_TEMPLATE("fwht of large arrays: sampled coefficients, norm, its own inverse", T, double, float) {
  kb::test::for_each_instruction_set([] {
    for (int m = 12; m <= 20; ++m) {
      const Index n = Index{1} << m;
      CAPTURE(n);
      const auto y = real_signal<T>(n, 2);
      auto z = y;
      kb::fwht(z);
      CHECK(std::abs(norm(z) - norm(y)) <= bound<T>(n) * norm(y));
      for (const std::size_t k : {size(0), size(1), size(n / 2 + 5), size(n - 1), size(n / 3)}) {
        long double sum = 0;
        for (std::size_t i = 0; i < y.size(); ++i)
          sum += (std::popcount(i & k) % 2 == 0 ? 1 : -1) * static_cast<long double>(y[i]);
        sum /= std::sqrt(static_cast<long double>(n));
        // one coefficient cannot err by more than all together
        CHECK(std::abs(static_cast<double>(static_cast<long double>(z[k]) - sum)) <= bound<T>(n) * norm(y));
      }
      kb::fwht(z);
      CHECK(distance(z, y) <= 2 * bound<T>(n) * norm(y));
    }
  });
}

TEST_CASE("fwht of integers is exact where the scale is a power of two") {
  for (const int m : {0, 2, 8, 14, 20}) {
    std::vector<double> y(size(Index{1} << m));
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<double>(i % 17) - 8;
    const auto start = y;
    kb::fwht(y);
    kb::fwht(y);
    CHECK(y == start);
  }
}

TEST_CASE_TEMPLATE("doubling: joined half transforms are the whole transform", T, double, float) {
  kb::test::for_each_instruction_set([] {
    for (int m = 0; m <= 12; ++m) {
      const Index n = Index{1} << m;
      CAPTURE(n);
      auto y = real_signal<T>(2 * n, 3);
      std::vector<T> low(y.begin(), y.begin() + n), high(y.begin() + n, y.end()), joined(y.size()), in_place;
      const double slack = 2 * bound<T>(2 * n) * norm(y);
      kb::fwht(low);
      kb::fwht(high);
      kb::fwht_join(std::span<const T>(low), std::span<const T>(high), std::span<T>(joined));
      in_place = low;
      in_place.insert(in_place.end(), high.begin(), high.end());
      kb::fwht_join(std::span<T>(in_place));
      CHECK(in_place == joined);
      kb::fwht(y);
      CHECK(distance(joined, y) <= slack);
    }
  });
}

TEST_CASE_TEMPLATE("batches of any strides equal single transforms, on any number of threads", T, double, float) {
  const int before = kb::num_threads();
  for (const Index n : {1, 8, 256, 1 << 16}) {
    const Index rows = 11;
    const auto y = real_signal<T>(rows * n, 4);
    auto singles = y;
    for (Index r = 0; r < rows; ++r) kb::fwht(std::span<T>(singles).subspan(size(r * n), size(n)));
    std::vector<T> columns(y.size()), column_singles(y.size());
    for (Index r = 0; r < rows; ++r) {
      for (Index k = 0; k < n; ++k) {
        columns[size(k * rows + r)] = y[size(r * n + k)];
        column_singles[size(k * rows + r)] = singles[size(r * n + k)];
      }
    }
    for (const int threads : {1, 2, 5}) {
      CAPTURE(n);
      CAPTURE(threads);
      kb::set_num_threads(threads);
      auto z = y, z_columns = columns;
      kb::fwht(kb::MatrixSpan<T>(z.data(), rows, n));
      CHECK(z == singles);
      kb::fwht(kb::MatrixSpan<T>(z_columns.data(), rows, n, 1, rows));
      CHECK(z_columns == column_singles);
    }
  }
  kb::set_num_threads(before);
}

TEST_CASE("one long transform has the same bits on any number of threads") {
  const int before = kb::num_threads();
  const auto y = real_signal(Index{1} << 21, 5);
  kb::set_num_threads(1);
  auto one = y;
  kb::fwht(one);
  kb::set_num_threads(3);
  auto three = y;
  kb::fwht(three);
  CHECK(one == three);
  kb::set_num_threads(before);
}

TEST_CASE("bad lengths, shapes and overlap are named") {
  std::vector<double> y(8), three(3), none;
  std::vector<float> f(8), six(6);
  CHECK_THROWS_WITH_AS(kb::fwht(three), "y: length must be a power of two; got 3", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::fwht(none), "y: length must be a power of two; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::fwht(six), "y: length must be a power of two; got 6", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::fwht(kb::MatrixSpan<double>(y.data(), 2, 4, 2, 1)),
                       "y: elements must not overlap; got 'strides that repeat an element'", std::invalid_argument);
  const std::span<const double> in(y);
  CHECK_THROWS_AS(kb::fwht_join(in, std::span<const double>(three), std::span<double>(y)), std::invalid_argument);
  CHECK_THROWS_AS(kb::fwht_join(in, in, std::span<double>(three)), std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::fwht_join(in.first(4), in.last(4), std::span<double>(y)),
                       "joined: must not overlap the input; got 'overlapping arrays'", std::invalid_argument);
  CHECK_THROWS_WITH_AS(kb::fwht_join(std::span<double>(y).first(1)), "y: length must be at least 2; got 1",
                       std::invalid_argument);
}
