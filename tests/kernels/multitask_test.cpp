#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/kernels/multitask.hpp>
#include <korobov/kernels/shift_invariant.hpp>
#include <korobov/kernels/stationary.hpp>

#include "kernels/kernels.hpp"

using namespace korobov;

namespace {

const std::vector<double> kFactor{1.0, 0.5, -0.25, 2.0, 0.0, 1.5};  // (3, 2)
const std::vector<double> kDiagonal{0.5, 0.0, 0.25};

MultitaskKernel kernel_of(const AnyKernel& base) {
  return {base, MatrixSpan<const double>(kFactor.data(), 3, 2), kDiagonal};
}

}  // namespace

TEST_CASE("a multitask kernel is the task covariance times its base") {
  const MultitaskKernel kernel = kernel_of(ShiftInvariantKernel(2, {.weights = {0.5, 0.25}, .scale = 2.0}));
  const double expected[3][3] = {{1.75, 0.75, 0.75}, {0.75, 4.0625, 3.0}, {0.75, 3.0, 2.5}};  // exact in binary
  for (Index s = 0; s < 3; ++s) {
    for (Index t = 0; t < 3; ++t) CHECK(kernel.task_covariance()(s, t) == expected[s][t]);
  }
  const std::vector<double> x{0.1, 0.7, 0.25, 0.5, 0.9, 0.0};
  const std::vector<double> z{0.5, 0.3, 0.1, 0.7};
  const std::vector<Index> s{2, 0, 1};
  const std::vector<Index> t{1, 1};
  const MatrixSpan<const double> xs(x.data(), 3, 2);
  const MatrixSpan<const double> zs(z.data(), 2, 2);
  std::vector<double> k(6);
  std::vector<double> base(6);
  kernel.cross(xs, s, zs, t, MatrixSpan<double>(k.data(), 3, 2));
  kernel.base().cross(xs, zs, MatrixSpan<double>(base.data(), 3, 2));
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 2; ++j)
      CHECK(k[2 * i + j] == expected[static_cast<std::size_t>(s[i])][static_cast<std::size_t>(t[j])] * base[2 * i + j]);
  }
  const std::vector<Word> words{0, 5, Word{1} << 63, 7};
  const MatrixSpan<const Word> ws(words.data(), 2, 2);
  std::vector<double> of_words(4);
  std::vector<double> base_words(4);
  kernel.cross(ws, t, ws, t, MatrixSpan<double>(of_words.data(), 2, 2));
  kernel.base().cross(ws, ws, MatrixSpan<double>(base_words.data(), 2, 2));
  for (std::size_t i = 0; i < 4; ++i) CHECK(of_words[i] == expected[1][1] * base_words[i]);
}

TEST_CASE("hyper-parameters of a multitask kernel, and their gradient") {
  const MultitaskKernel kernel = kernel_of(GaussianKernel({0.5, 2.0}));
  const auto theta = kernel.parameters();
  REQUIRE(theta.size() == 11);
  const auto names = kernel.parameter_names();
  CHECK(names[0] == "scale");
  CHECK(names[2] == "factor[0,0]");
  CHECK(names[7] == "factor[2,1]");
  CHECK(names[10] == "diagonal[2]");
  CHECK(kernel.with(theta).parameters() == theta);
  // L = sum_st D_st T_st, D not symmetric; quadratic in F, linear in v: differences of any width are exact.
  std::vector<double> d(9);
  for (std::size_t i = 0; i < 9; ++i) d[i] = std::cos(static_cast<double>(i));
  std::vector<double> dfactor(6);
  std::vector<double> ddiagonal(3);
  kernel.pull_back(MatrixSpan<const double>(d.data(), 3, 3), MatrixSpan<double>(dfactor.data(), 3, 2), ddiagonal);
  for (std::size_t p = 2; p < theta.size(); ++p) {
    const auto loss = [&](double by) {
      auto moved = theta;
      moved[p] += by;
      const MultitaskKernel at = kernel.with(moved);
      double sum = 0;
      for (std::size_t i = 0; i < 9; ++i) sum += d[i] * at.task_covariance().data[i];
      return sum;
    };
    const double expected = p < 8 ? (loss(0.125) - loss(-0.125)) / 0.25 : (loss(0.25) - loss(0)) / 0.25;
    const double got = p < 8 ? dfactor[p - 2] : ddiagonal[p - 8];
    CHECK(std::fabs(got - expected) <= 1e3 * std::numeric_limits<double>::epsilon());
  }
}

TEST_CASE("multitask kernels refuse what is not positive definite") {
  const GaussianKernel base;
  const MatrixSpan<const double> factor(kFactor.data(), 3, 2);
  const std::vector<double> none(3);
  CHECK_THROWS_WITH_AS(MultitaskKernel(base, factor, none), doctest::Contains("must make factor factor^T + diag"),
                       std::invalid_argument);
  CHECK_NOTHROW(MultitaskKernel(base, MatrixSpan<const double>(nullptr, 3, 0), std::vector<double>(3, 1.0)));
  CHECK_THROWS_AS(MultitaskKernel(base, factor, std::vector<double>{1, -1, 1}), std::invalid_argument);
  CHECK_THROWS_AS(MultitaskKernel(base, factor, std::vector<double>{1, std::nan(""), 1}), std::invalid_argument);
  CHECK_THROWS_AS(MultitaskKernel(base, factor, std::vector<double>{1, 1}), std::invalid_argument);
  CHECK_THROWS_AS(MultitaskKernel(base, factor, {}), std::invalid_argument);
  const std::vector<double> bad(6, std::nan(""));
  CHECK_THROWS_AS(MultitaskKernel(base, MatrixSpan<const double>(bad.data(), 3, 2), kDiagonal), std::invalid_argument);
  const MultitaskKernel kernel = kernel_of(base);
  CHECK_THROWS_AS(kernel.with(none), std::invalid_argument);
  std::vector<double> out(9);
  const MatrixSpan<double> square(out.data(), 3, 3);
  CHECK_THROWS_AS(kernel.pull_back(factor, square, out), std::invalid_argument);
  const MatrixSpan<const double> x(kFactor.data(), 3, 1);
  const std::vector<Index> tasks{0, 1, 2};
  CHECK_THROWS_WITH_AS(kernel.cross(x, tasks, x, std::vector<Index>{0, 1, 3}, square), "t: must be in 0..2; got 3",
                       std::invalid_argument);
  CHECK_THROWS_AS(kernel.cross(x, std::vector<Index>{0}, x, tasks, square), std::invalid_argument);
}
