#include <Eigen/Dense>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <korobov/generators/halton.hpp>
#include <korobov/gram/dense_gram.hpp>
#include <korobov/gram/structured_gram.hpp>

#include "gram/gram_sets.hpp"

using namespace korobov;
using namespace korobov::test;

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

MatrixSpan<const double> view(const Matrix& m) { return {m.data(), m.rows(), m.cols()}; }
MatrixSpan<double> view(Matrix& m) { return {m.data(), m.rows(), m.cols()}; }

Matrix random_matrix(Index n, Index r, std::uint64_t seed) {
  const auto y = values(n, r, seed);
  return Eigen::Map<const Matrix>(y.data(), n, r);
}
// Symmetric with eigenvalues of at least 1.
Matrix positive_matrix(Index n, std::uint64_t seed) {
  const Matrix a = random_matrix(n, n, seed);
  const Matrix k = a * a.transpose() + Matrix::Identity(n, n);
  return (k + k.transpose()) / 2;
}

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no error";
}
bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("dense gram: every verb against Eigen's LU and eigensolver") {
  for (const Index n : {1, 2, 7, 64, 300}) {
    CAPTURE(n);
    const Matrix a = positive_matrix(n, 5);
    const double nugget = 0.5;
    const Matrix k = a + nugget * Matrix::Identity(n, n);
    const double error = 20 * static_cast<double>(n) * kU * k.norm();  // of products, factors and eigenvalues
    const auto g = DenseGram::from_matrix(view(a), nugget);
    CHECK(g.size() == n);
    CHECK(g.nugget() == nugget);
    CHECK(g.is_positive_definite());
    Matrix back(n, n);
    g.fill_matrix(view(back));
    CHECK(back == a);
    const Index r = n == 64 ? 600 : 3;  // more than one block
    const Matrix y = random_matrix(n, r, 6);
    Matrix out(n, r);
    g.apply(view(y), view(out));
    CHECK((out - k * y).norm() <= error * y.norm());
    g.solve(view(y), view(out));
    CHECK((k * out - y).norm() <= error * out.norm());
    std::vector<double> forms(as_size(r));
    g.inverse_quadratic(view(y), forms);
    CHECK(forms.back() == doctest::Approx(y.col(r - 1).dot(out.col(r - 1))).epsilon(error));
    g.quadratic(view(y), forms);
    CHECK(forms.back() == doctest::Approx(y.col(r - 1).dot(k * y.col(r - 1))).epsilon(error));
    Matrix root(n, n);
    const Matrix identity = Matrix::Identity(n, n);
    g.sqrt_apply(view(identity), view(root));
    CHECK((root * root.transpose() - k).norm() <= error);
    g.inverse_sqrt_apply(view(root), view(back));
    CHECK((back - identity).norm() <= error);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver{Eigen::MatrixXd(k)};
    const auto lambda = g.eigenvalues();
    for (Index i = 0; i < n; ++i) CHECK(std::abs(lambda[as_size(i)] - solver.eigenvalues()[i]) <= error);
    CHECK(std::abs(g.logdet() - solver.eigenvalues().array().log().sum()) <= error * static_cast<double>(n));
    const auto diagonal = g.inverse_diagonal();
    const Matrix inverse = k.inverse();
    for (Index i = 0; i < n; ++i) CHECK(std::abs(diagonal[as_size(i)] - inverse(i, i)) <= error);
    const auto other = g.with_nugget(2);
    Matrix expected(n, r);
    DenseGram::from_matrix(view(a), 2).solve(view(y), view(expected));
    other.solve(view(y), view(out));
    CHECK(out == expected);
    // single precision, columns adjacent, in place
    Eigen::MatrixXf y32 = y.cast<float>();
    const MatrixSpan<float> columns(y32.data(), n, r, 1, n);
    g.solve(columns, columns);
    g.apply(columns, columns);
    CHECK((y32 - y.cast<float>()).norm() <= 0x1p-22F * static_cast<float>(k.norm()) * y32.norm());
  }
}

TEST_CASE("dense gram: of points it is the structured one on matched sets, and takes any others") {
  const Index n = 128;
  const auto lattice = randomized(Lattice(3), Shift{}, Seed{5});
  const ShiftInvariantKernel kernel(3, {.alpha = 1, .weights = 0.4});
  const auto x = lattice.points({0, n});
  const auto words = lattice.integers({0, n});
  const DenseGram dense(MatrixSpan<const Word>(words.data(), n, 3), kernel, 0.01);
  const DenseGram of_doubles(MatrixSpan<const double>(x.data(), n, 3), kernel, 0.01);
  const StructuredGram fast(lattice, kernel, n, 0.01);
  const Matrix y = random_matrix(n, 2, 7);
  Matrix a(n, 2), b(n, 2);
  dense.solve(view(y), view(a));
  fast.solve(view(y), view(b));
  const double condition = fast.eigenvalues()[0] / 0.01;
  CHECK((a - b).norm() <= 40 * static_cast<double>(n) * kU * condition * b.norm());
  of_doubles.solve(view(y), view(b));
  CHECK((a - b).norm() <= 40 * static_cast<double>(n) * kU * condition * b.norm());
  CHECK(std::abs(dense.logdet() - fast.logdet()) <= 40 * static_cast<double>(n) * kU * condition);
  const Halton halton(3);
  const auto h = halton.points({0, n});
  CHECK(DenseGram(MatrixSpan<const double>(h.data(), n, 3), kernel, 0.01).is_positive_definite());
}

TEST_CASE("dense gram: draws have covariance K") {
  // 36 + 8 standardised estimates, each beyond 5 standard deviations with probability 6e-7: false alarm 3e-5.
  const Index n = 8;
  const Index draws = 20000;
  const Matrix k = positive_matrix(n, 9);
  const auto g = DenseGram::from_matrix(view(k));
  Matrix x(n, draws);
  g.sample(Seed{78}, view(x));
  for (Index i = 0; i < n; ++i) {
    CHECK(std::abs(x.row(i).mean()) <= 5 * std::sqrt(k(i, i) / draws));
    for (Index j = 0; j <= i; ++j) {
      const double variance = k(i, i) * k(j, j) + k(i, j) * k(i, j);
      CHECK(std::abs(x.row(i).dot(x.row(j)) / draws - k(i, j)) <= 5 * std::sqrt(variance / draws));
    }
  }
}

TEST_CASE("dense gram: what cannot be factored says what to raise, and products work") {
  const Index n = 40;
  const Matrix a = random_matrix(n, 3, 8);
  const Matrix k = a * a.transpose() - 0.25 * Matrix::Identity(n, n);  // eigenvalue -1/4
  const Matrix symmetric = (k + k.transpose()) / 2;
  const auto g = DenseGram::from_matrix(view(symmetric));
  CHECK_FALSE(g.is_positive_definite());
  const Matrix y = random_matrix(n, 1, 9);
  Matrix out(n, 1);
  g.apply(view(y), view(out));
  CHECK((out - symmetric * y).norm() <= 20 * n * kU * symmetric.norm() * y.norm());
  const std::string text = message_of([&] { g.solve(view(y), view(out)); });
  CAPTURE(text);
  CHECK(has(text, "solve: needs a positive definite matrix; the smallest of 40 eigenvalues is -0.2"));
  const auto at = text.find("to more than ");
  REQUIRE(at != std::string::npos);
  const auto raised = g.with_nugget(std::stod(text.substr(at + 13)) + 1e-12);
  CHECK(raised.is_positive_definite());
  CHECK_THROWS_AS(g.logdet(), NumericalError);
  CHECK_THROWS_AS(g.inverse_diagonal(), NumericalError);
  CHECK_THROWS_AS(g.sqrt_apply(view(y), view(out)), NumericalError);
  CHECK_THROWS_AS(g.sample(Seed{1}, view(out)), NumericalError);
}

TEST_CASE("dense gram: bad input names parameter, rule and value") {
  Matrix k = positive_matrix(4, 3);
  CHECK(
      has(message_of([&] { DenseGram::from_matrix(view(k), -1); }), "nugget: must be finite and not negative; got -1"));
  CHECK(has(message_of([&] { DenseGram::from_matrix(MatrixSpan<const double>(k.data(), 4, 3, 4, 1)); }),
            "must be square"));
  CHECK(has(message_of([&] { DenseGram::from_matrix(MatrixSpan<const double>(k.data(), 0, 0)); }), "at least one row"));
  k(1, 2) += 1e-6;
  CHECK(has(message_of([&] { DenseGram::from_matrix(view(k)); }), "matrix: must be symmetric"));
  k(1, 2) = k(2, 1) = std::numeric_limits<double>::quiet_NaN();
  CHECK(has(message_of([&] { DenseGram::from_matrix(view(k)); }), "matrix: must have finite entries; got nan"));
  const std::vector<double> x{0.1, 0.2, 0.7, 0.9};
  const std::vector<int> once{1, 0};
  const std::vector<int> none{0, 0};
  const MatrixSpan<const double> points(x.data(), 2, 2);
  CHECK(has(message_of([&] { DenseGram(points, ShiftInvariantKernel(2).derivative(once, none)); }),
            "kernel: must be symmetric"));
  CHECK_THROWS_AS(DenseGram(points, ShiftInvariantKernel(3)), std::invalid_argument);
  const DenseGram g(points, ShiftInvariantKernel(2), 1);
  Matrix wrong(3, 1);
  Matrix right(2, 1);
  CHECK_THROWS_AS(g.solve(view(wrong), view(right)), std::invalid_argument);
  CHECK_THROWS_AS(g.solve(view(right), view(wrong)), std::invalid_argument);
  CHECK_FALSE(dense_algebra().empty());
}
