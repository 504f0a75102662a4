// Coding rates: orthonormal columns in closed form, determinants by QR, classes, posterior kernels.
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/information/coding_rate.hpp>

#include "information/matrices.hpp"

using namespace korobov;

TEST_CASE("k orthonormal directions: (k / 2) log(1 + d / (n eps^2))") {
  const Index n = 50, d = 12, k = 5;
  const RowMatrix basis = random_matrix(d, k, 1).householderQr().householderQ() * RowMatrix::Identity(d, k);
  RowMatrix z = RowMatrix::Zero(n, d);  // k samples are the directions, the others zero
  for (Index i = 0; i < k; ++i) z.row(7 * i) = basis.col(i).transpose();
  for (const double eps : {0.1, 1., 30.}) {
    const double expected = 0.5 * 5 * std::log1p(12 / (50 * eps * eps));
    CHECK(coding_rate(view(z), eps) == doctest::Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("either side gives the determinant of the definition; kernel form, spectrum and matrix agree") {
  for (const auto& [n, d] : std::vector<std::pair<Index, Index>>{{40, 6}, {6, 40}, {9, 9}, {1, 5}, {5, 1}}) {
    const RowMatrix z = random_matrix(n, d, static_cast<std::uint64_t>(n));
    const double eps = 0.3, c = static_cast<double>(d) / (static_cast<double>(n) * eps * eps);
    const RowMatrix big = RowMatrix::Identity(d, d) + c * z.transpose() * z;
    const double expected = log_det(big) / 2;
    CHECK(coding_rate(view(z), eps) == doctest::Approx(expected).epsilon(1e-12));
    const RowMatrix k = z * z.transpose();
    CHECK(kernel_coding_rate(view(k), c) == doctest::Approx(expected).epsilon(1e-12));
    CHECK(kernel_coding_rate(spectrum_of(view(k)), c) == doctest::Approx(expected).epsilon(1e-12));
    const Eigen::MatrixXd columns = z;
    CHECK(coding_rate({columns.data(), n, d, 1, n}, eps) == doctest::Approx(expected).epsilon(1e-12));
  }
}

TEST_CASE("classes: the sum over classes, nothing saved by one, much by orthogonal ones") {
  const RowMatrix z = random_matrix(30, 4, 3);
  std::vector<Index> labels;
  for (Index i = 0; i < 30; ++i) labels.push_back(i % 5 < 2 ? 7 : -1);
  const auto result = rate_reduction(view(z), labels, 0.5);
  CHECK(result.total == coding_rate(view(z), 0.5));
  CHECK(result.classes == std::vector<Index>{-1, 7});
  double sum = 0;
  for (const Index label : {-1, 7}) {
    RowMatrix members(0, 4);
    for (Index i = 0; i < 30; ++i) {
      if (labels[static_cast<std::size_t>(i)] != label) continue;
      members.conservativeResize(members.rows() + 1, 4);
      members.bottomRows(1) = z.row(i);
    }
    const auto m = static_cast<double>(members.rows());
    const RowMatrix inside = RowMatrix::Identity(4, 4) + 4 / (m * 0.25) * members.transpose() * members;
    const double term = m / 60 * log_det(inside);
    CHECK(result.per_class[label < 0 ? 0 : 1] == doctest::Approx(term).epsilon(1e-12));
    sum += term;
  }
  CHECK(result.reduction == doctest::Approx(result.total - sum).epsilon(1e-11));
  CHECK(rate_reduction(view(z), std::vector<Index>(30, 4), 0.5).reduction == doctest::Approx(0).scale(1));

  RowMatrix apart = RowMatrix::Zero(40, 2);
  std::vector<Index> which;
  for (Index i = 0; i < 40; ++i) {
    apart(i, i % 2) = 1;
    which.push_back(i % 2);
  }
  // R = log(1 + 1 / (2 eps^2) 2 / 2 ...): two directions of 20 samples each; a class has one.
  const double eps2 = 0.01;
  const double total = std::log1p(2. / 40 / eps2 * 20), of_class = 0.5 * std::log1p(2. / 20 / eps2 * 20);
  CHECK(rate_reduction(view(apart), which, 0.1).reduction == doctest::Approx(total - of_class).epsilon(1e-12));
}

TEST_CASE("given samples: the rate of the posterior kernel") {
  const RowMatrix x = random_matrix(25, 2, 4);
  const RowMatrix k = gaussian_gram(x, 2);
  const std::vector<Index> given{3, 17, 4, 20};
  std::vector<Index> others;
  for (Index i = 0; i < 25; ++i) {
    if (i != 3 && i != 17 && i != 4 && i != 20) others.push_back(i);
  }
  const double c = 7;
  const Eigen::MatrixXd kk = k;
  const Eigen::MatrixXd gg = kk(given, given) + Eigen::MatrixXd::Identity(4, 4) / c;
  const Eigen::MatrixXd posterior = kk(others, others) - kk(others, given) * gg.inverse() * kk(given, others);
  const RowMatrix inside = RowMatrix::Identity(21, 21) + c * posterior;
  CHECK(conditional_coding_rate(view(k), given, c) == doctest::Approx(log_det(inside) / 2).epsilon(1e-12));
  CHECK(conditional_coding_rate(view(k), {}, c) == kernel_coding_rate(view(k), c));
}

TEST_CASE("bad input is refused") {
  const RowMatrix z = random_matrix(5, 2, 1);
  const RowMatrix k = z * z.transpose();
  for (const double bad : {0., -1., std::nan(""), HUGE_VAL}) {
    CHECK_THROWS_AS(coding_rate(view(z), bad), std::invalid_argument);
    CHECK_THROWS_AS(kernel_coding_rate(view(k), bad), std::invalid_argument);
    CHECK_THROWS_AS(kernel_coding_rate(spectrum_of(view(k)), bad), std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS(rate_reduction(view(z), std::vector<Index>(4, 0), 1),
                       "labels: must be as many as samples, 5; got 4", std::invalid_argument);
  RowMatrix nan = z;
  nan(2, 1) = std::nan("");
  CHECK_THROWS_AS(coding_rate(view(nan), 1), std::invalid_argument);
  CHECK_THROWS_AS(coding_rate(view(RowMatrix(0, 2)), 1), std::invalid_argument);
  CHECK_THROWS_AS(conditional_coding_rate(view(k), std::vector<Index>{5}, 1), std::invalid_argument);
  CHECK_THROWS_AS(conditional_coding_rate(view(k), std::vector<Index>{1, 1}, 1), std::invalid_argument);
  RowMatrix mixed = RowMatrix::Identity(2, 2);
  mixed(1, 1) = -0.5;
  CHECK_THROWS_WITH_AS(kernel_coding_rate(view(mixed), 1),
                       "K: must be positive semidefinite; got a least eigenvalue of -0.5", std::invalid_argument);
  CHECK_THROWS_AS(conditional_coding_rate(view(mixed), std::vector<Index>{0}, 1), std::invalid_argument);
  CHECK(kernel_coding_rate(view(RowMatrix(RowMatrix::Zero(3, 3))), 1) == 0);
  const RowMatrix huge = 1e200 * z;
  CHECK_THROWS_AS(coding_rate(view(huge), 0.5), std::invalid_argument);
  CHECK_THROWS_AS(coding_rate(view(z), 1e-200), std::invalid_argument);
  CHECK_THROWS_AS(rate_reduction(view(huge), std::vector<Index>(5, 0), 0.5), std::invalid_argument);
  CHECK(coding_rate(view(huge), 1e200) == doctest::Approx(coding_rate(view(z), 1)).epsilon(1e-13));
  CHECK_THROWS_AS(kernel_coding_rate(view(RowMatrix(RowMatrix::Identity(2, 2) * 1e200)), 1e200), std::invalid_argument);
  CHECK_THROWS_AS(kernel_coding_rate(Spectrum({1e200}, 1), 1e200), std::invalid_argument);
  const RowMatrix indefinite = -k;
  CHECK_THROWS_AS(kernel_coding_rate(view(indefinite), 100), std::invalid_argument);
}
