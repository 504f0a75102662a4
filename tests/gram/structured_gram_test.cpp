#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <korobov/core/bits.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/generators/halton.hpp>
#include <korobov/gram/structured_gram.hpp>
#include <korobov/transforms/fft.hpp>

#include "gram/gram_sets.hpp"

using namespace korobov;
using namespace korobov::test;

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Case {
  AnyPointSet points;
  AnyKernel kernel;
  Index n;
};

PerDimension decaying(Index d) {
  std::vector<double> weights(as_size(d));
  for (Index j = 0; j < d; ++j) weights[as_size(j)] = 1.0 / static_cast<double>((j + 1) * (j + 1));
  return weights;
}

// Every order and randomization that keeps a symmetry, all matched kernels.
std::vector<Case> cases() {
  std::vector<Case> all;
  const auto lattices = [&](Index d, const AnyKernel& kernel, Index n) {
    all.push_back({Lattice(d), kernel, n});
    all.push_back({randomized(Lattice(d), Shift{}, Seed{21}), kernel, n});
    const Lattice linear(d, {.order = Order::linear, .n = n});
    all.push_back({linear, kernel, n});
    all.push_back({randomized(linear, Shift{}, Seed{22}), kernel, n});
  };
  const auto nets = [&](Index d, const AnyKernel& kernel, Index n, int alpha) {
    for (const Order order : {Order::natural, Order::gray}) {
      const Sobol net(d, {.order = order, .alpha = alpha});
      all.push_back({net, kernel, n});
      for (const NetRandomization& how :
           {NetRandomization(LmsShift{}), NetRandomization(Lms{}), NetRandomization(DigitalShift{})}) {
        all.push_back({randomized(net, how, Seed{23}), kernel, n});
      }
      if (kernel.symmetry() == SymmetryKind::dyadic_tree) all.push_back({randomized(net, Nus{}, Seed{24}), kernel, n});
    }
  };
  for (int alpha = 1; alpha <= 5; ++alpha) {
    lattices(2, ShiftInvariantKernel(2, {.alpha = static_cast<double>(alpha)}), 64);
    nets(2, DigitallyShiftInvariantKernel(2, {.alpha = static_cast<double>(alpha), .weights = 0.5}), 64,
         alpha == 2 ? 2 : 1);
  }
  nets(3, LeadingDigitKernel(3, {.alpha = 0.7, .weights = {1, 0.5, 0.1}}), 128, 1);
  lattices(20, ShiftInvariantKernel(20, {.weights = decaying(20), .scale = 2.5}), 256);
  nets(20, DigitallyShiftInvariantKernel(20, {.alpha = 1, .weights = decaying(20)}), 256, 1);
  const ShiftInvariantKernel a(3, {.alpha = 1, .weights = 0.3});
  const ShiftInvariantKernel b(3, {.alpha = {3, 2, 1}, .weights = 0.1, .order_weights = {1, 0.5, 0.2}});
  lattices(3, a + 0.5 * b, 128);
  lattices(3, a * b, 128);
  const std::vector<int> slope{1, 0, 0};
  lattices(3, ShiftInvariantKernel(3).derivative(slope, slope), 32);
  nets(3, DigitallyShiftInvariantKernel(3) * LeadingDigitKernel(3) + LeadingDigitKernel(3), 128, 1);
  all.push_back({randomized(Lattice(3), Shift{}, Seed{3}), a, 1});
  all.push_back({randomized(Sobol(3), LmsShift{}, Seed{3}), DigitallyShiftInvariantKernel(3), 2});
  for (const Index n : {3, 101, 180}) {
    if (!has_any_length_fft()) break;
    const Lattice linear(2, {.order = Order::linear, .n = n});
    all.push_back({linear, ShiftInvariantKernel(2), n});
    all.push_back({randomized(linear, Shift{}, Seed{25}), ShiftInvariantKernel(2, {.alpha = 1}), n});
  }
  all.push_back({randomized(Lattice(4), Shift{}, Seed{26}), ShiftInvariantKernel(4), 2048});
  all.push_back({randomized(Sobol(4), LmsShift{}, Seed{27}), DigitallyShiftInvariantKernel(4), 2048});
  return all;
}

// The dense matrix's entries carry 8 (d + 4) u k(0) each: a product of d factors, each a polynomial.
double entry_error(const Case& c) {
  return 8 * kU * static_cast<double>(c.points.dimension() + 4) * c.kernel.at_zero() * static_cast<double>(c.n);
}
double transform_error(Index n) { return 16 * kU * (ceil_log2(n) + 3); }

MatrixSpan<const double> view(const Matrix& m) { return {m.data(), m.rows(), m.cols()}; }
MatrixSpan<double> view(Matrix& m) { return {m.data(), m.rows(), m.cols()}; }

Matrix gram_matrix(const Case& c, double nugget) {
  const auto k = dense_gram(c.points, c.kernel, c.n, nugget);
  return Eigen::Map<const Matrix>(k.data(), c.n, c.n);
}
Matrix random_matrix(Index n, Index r, std::uint64_t seed) {
  const auto y = values(n, r, seed);
  return Eigen::Map<const Matrix>(y.data(), n, r);
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

TEST_CASE("structured gram: products and solves are those of the dense matrix") {
  for (const Case& c : cases()) {
    CAPTURE(c.points.description());
    CAPTURE(c.n);
    const double nugget = 1e-4 * c.kernel.at_zero();
    const auto g = StructuredGram::checked(c.points, c.kernel, c.n, nugget);
    CHECK(g.size() == c.n);
    CHECK(g.nugget() == nugget);
    CHECK(g.symmetry() == c.points.symmetry());
    const Matrix k = gram_matrix(c, nugget);
    const Matrix y = random_matrix(c.n, 3, 41);
    const double size = k.norm();  // an upper bound of |K|
    Matrix out(c.n, 3);
    g.apply(view(y), view(out));
    CHECK((out - k * y).norm() <= (transform_error(c.n) * size + entry_error(c)) * y.norm());
    g.solve(view(y), view(out));
    CHECK((k * out - y).norm() <=
          transform_error(c.n) * y.norm() + (transform_error(c.n) * size + entry_error(c)) * out.norm());
    std::vector<double> forms(3);
    g.quadratic(view(y), forms);
    for (Index s = 0; s < 3; ++s) {
      CHECK(std::abs(forms[as_size(s)] - y.col(s).dot(k * y.col(s))) <=
            2 * (transform_error(c.n) * size + entry_error(c)) * y.col(s).squaredNorm());
    }
    g.inverse_quadratic(view(y), forms);
    for (Index s = 0; s < 3; ++s) {
      CHECK(std::abs(forms[as_size(s)] - y.col(s).dot(out.col(s))) <=
            2 * transform_error(c.n) * y.col(s).squaredNorm() / nugget);
    }
  }
}

TEST_CASE("structured gram: spectrum, determinant, roots and the inverse's diagonal against dense factorizations") {
  for (const Case& c : cases()) {
    if (c.n > 256) continue;
    CAPTURE(c.points.description());
    CAPTURE(c.n);
    const double nugget = 1e-2 * c.kernel.at_zero();
    const auto g = StructuredGram::checked(c.points, c.kernel, c.n, nugget);
    const Matrix k = gram_matrix(c, nugget);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> dense{Eigen::MatrixXd(k)};
    const double error = entry_error(c) + static_cast<double>(c.n) * kU * k.norm();  // of a dense eigenvalue
    std::vector<double> lambda(g.eigenvalues().begin(), g.eigenvalues().end());
    if (c.points.symmetry() == SymmetryKind::cyclic) {
      for (Index i = 1; i < c.n; ++i) CHECK(lambda[as_size(i)] == lambda[as_size(c.n - i)]);
    }
    std::sort(lambda.begin(), lambda.end());
    CHECK(lambda.front() > 0);
    for (Index i = 0; i < c.n; ++i) CHECK(std::abs(lambda[as_size(i)] - dense.eigenvalues()[i]) <= error);
    const double inverse_trace = dense.eigenvalues().cwiseInverse().sum();
    CHECK(std::abs(g.logdet() - dense.eigenvalues().array().log().sum()) <= 2 * error * inverse_trace);
    const auto diagonal = g.inverse_diagonal();
    const Matrix inverse = k.inverse();
    CHECK(std::ssize(diagonal) == c.n);
    for (Index i = 0; i < c.n; ++i) {
      CHECK(std::abs(diagonal[as_size(i)] - inverse(i, i)) <= 4 * error / (nugget * nugget));
    }
    Matrix identity = Matrix::Identity(c.n, c.n);
    Matrix root(c.n, c.n);
    g.sqrt_apply(view(identity), view(root));
    CHECK((root * root.transpose() - k).norm() <= 2 * error + 4 * transform_error(c.n) * k.norm());
    Matrix back(c.n, c.n);
    g.inverse_sqrt_apply(view(root), view(back));
    CHECK((back - identity).norm() <= 4 * transform_error(c.n) * std::sqrt(k.norm() / nugget) * identity.norm());
  }
}

TEST_CASE("structured gram: any strides, in place, and single precision") {
  const Index n = 64;
  for (const Case& c :
       {Case{Lattice(2), ShiftInvariantKernel(2), n}, Case{Sobol(2), DigitallyShiftInvariantKernel(2), n}}) {
    const auto g = StructuredGram::checked(c.points, c.kernel, n, 0.5);
    const Matrix y = random_matrix(n, 10, 42);
    Matrix expected(n, 10);
    g.solve(view(y), view(expected));
    Eigen::MatrixXd down = y;  // columns adjacent
    const MatrixSpan<double> columns(down.data(), n, 10, 1, n);
    g.solve(columns, columns);
    CHECK(Matrix(down) == expected);
    Matrix reversed = y.colwise().reverse();  // a negative stride
    Matrix out(n, 10);
    g.solve(MatrixSpan<const double>(reversed.data() + (n - 1) * 10, n, 10, -10, 1), view(out));
    CHECK(out == expected);
    Matrix same = y;
    g.solve(view(same), view(same));
    CHECK(same == expected);
    const Eigen::MatrixXf y32 = y.cast<float>();
    Eigen::MatrixXf x32(n, 10);
    g.solve(MatrixSpan<const float>(y32.data(), n, 10, 1, n), MatrixSpan<float>(x32.data(), n, 10, 1, n));
    CHECK((x32.cast<double>() - Eigen::MatrixXd(expected)).norm() <= 0x1p-23 * 2 * expected.norm() * 2);
    g.apply(MatrixSpan<const float>(y32.data(), n, 10, 1, n), MatrixSpan<float>(x32.data(), n, 10, 1, n));
    g.sqrt_apply(MatrixSpan<const float>(y32.data(), n, 10, 1, n), MatrixSpan<float>(x32.data(), n, 10, 1, n));
    g.inverse_sqrt_apply(MatrixSpan<const float>(x32.data(), n, 10, 1, n), MatrixSpan<float>(x32.data(), n, 10, 1, n));
    CHECK((x32 - y32).norm() <= 0x1p-20F * y32.norm());
    // a batch of none
    g.solve(MatrixSpan<const double>(y.data(), n, 0), MatrixSpan<double>(out.data(), n, 0));
    Matrix wrong(n + 1, 10);
    CHECK_THROWS_AS(g.solve(view(wrong), view(out)), std::invalid_argument);
    CHECK_THROWS_AS(g.solve(view(y), view(wrong)), std::invalid_argument);
    CHECK_THROWS_AS(g.solve(view(y), MatrixSpan<double>(out.data(), n, 9)), std::invalid_argument);
    CHECK_THROWS_AS(
        g.solve(MatrixSpan<const double>(same.data(), n, 5, 10, 1), MatrixSpan<double>(same.data() + 1, n, 5, 10, 1)),
        std::invalid_argument);
    std::vector<double> few(3);
    CHECK_THROWS_AS(g.quadratic(view(y), few), std::invalid_argument);
  }
}

TEST_CASE("structured gram: doubling is the matrix of twice the points; another nugget") {
  for (const Case& c : cases()) {
    if (c.points.order() == Order::linear || c.n > 256) continue;
    CAPTURE(c.points.description());
    const auto g = StructuredGram::checked(c.points, c.kernel, c.n, 0.25);
    const auto both = g.doubled();
    const auto fresh = StructuredGram::checked(c.points, c.kernel, 2 * c.n, 0.25);
    REQUIRE(both.size() == 2 * c.n);
    for (Index i = 0; i < 2 * c.n; ++i) {
      CHECK(std::abs(both.eigenvalues()[as_size(i)] - fresh.eigenvalues()[as_size(i)]) <=
            2 * fresh.rounding_error() + 2 * kU * std::abs(fresh.eigenvalues()[0]));
    }
    CHECK(both.rounding_error() >= 0.99 * fresh.rounding_error());
    const auto bare = both.with_nugget(0);
    CHECK(bare.nugget() == 0);
    CHECK(both.nugget() == 0.25);
    for (Index i = 0; i < 2 * c.n; ++i) {
      CHECK(std::abs(bare.eigenvalues()[as_size(i)] + 0.25 - both.eigenvalues()[as_size(i)]) <=
            2 * kU * both.eigenvalues()[as_size(i)]);
    }
  }
  const StructuredGram linear(Lattice(2, {.order = Order::linear, .n = 16}), ShiftInvariantKernel(2), 16);
  CHECK(has(message_of([&] { linear.doubled(); }), "linear order"));
  const StructuredGram all(Lattice(2, {.n = 16}), ShiftInvariantKernel(2), 16);
  CHECK(has(message_of([&] { all.doubled(); }), "n: must be at most half the number of points of the set, 16; got 16"));
}

TEST_CASE("structured gram: small eigenvalues keep their digits beside a large constant") {
  // n = 2 in one dimension: lambda = 2 c + (k0 + k1), k0 - k1 with k - c known in closed form, 1e12 times smaller than
  // c
  const double weight = 1e-12;
  const StructuredGram g(Lattice(1), ShiftInvariantKernel(1, {.alpha = 1, .weights = weight}), 2);
  const long double pi = 3.14159265358979323846264338327950288L;
  const long double k0 = weight * pi * pi / 3;   // 2 zeta(2)
  const long double k1 = -weight * pi * pi / 6;  // sum_h (-1)^h / h^2
  CHECK(std::abs(g.eigenvalues()[1] - static_cast<double>(k0 - k1)) <= 8 * kU * static_cast<double>(k0));
  CHECK(g.eigenvalues()[0] == doctest::Approx(2).epsilon(1e-11));
}

TEST_CASE("structured gram: draws have covariance K") {
  // 36 + 8 standardised estimates, each beyond 5 standard deviations with probability 6e-7: false alarm 3e-5.
  const Index n = 8;
  const Index draws = 20000;
  for (const Case& c :
       {Case{Lattice(2), ShiftInvariantKernel(2), n}, Case{Sobol(2), DigitallyShiftInvariantKernel(2), n}}) {
    const auto g = StructuredGram::checked(c.points, c.kernel, n, 0.1);
    const Matrix k = gram_matrix(c, 0.1);
    Matrix x(n, draws);
    g.sample(Seed{77}, view(x));
    for (Index i = 0; i < n; ++i) {
      CHECK(std::abs(x.row(i).mean()) <= 5 * std::sqrt(k(i, i) / draws));
      for (Index j = 0; j <= i; ++j) {
        const double variance = k(i, i) * k(j, j) + k(i, j) * k(i, j);
        CHECK(std::abs(x.row(i).dot(x.row(j)) / draws - k(i, j)) <= 5 * std::sqrt(variance / draws));
      }
    }
    Matrix few(n, 3);
    g.sample(Seed{77}, view(few));
    CHECK(few == x.leftCols(3));
    g.sample(Seed{78}, view(few));
    CHECK(few != x.leftCols(3));
  }
}

TEST_CASE("structured gram: what cannot be inverted says which eigenvalue and what to raise, and raising it helps") {
  const Index n = 1024;
  const StructuredGram smooth(Lattice(1), ShiftInvariantKernel(1, {.alpha = 5}), n);
  Matrix y = random_matrix(n, 1, 43);
  Matrix out(n, 1);
  smooth.apply(view(y), view(out));  // a product needs no inverse
  smooth.sqrt_apply(view(y), view(out));
  const std::string text = message_of([&] { smooth.solve(view(y), view(out)); });
  CAPTURE(text);
  CHECK(has(text, "solve: needs a positive definite matrix; eigenvalue "));
  const auto at = text.find("to more than ");
  REQUIRE(at != std::string::npos);
  const double raised = std::stod(text.substr(at + 13));
  CHECK(raised < 1e-9);
  const auto helped = smooth.with_nugget(raised);
  helped.solve(view(y), view(out));
  CHECK(out.allFinite());
  std::vector<double> form(1);
  CHECK_THROWS_AS(smooth.logdet(), NumericalError);
  CHECK_THROWS_AS(smooth.inverse_diagonal(), NumericalError);
  CHECK_THROWS_AS(smooth.inverse_sqrt_apply(view(y), view(out)), NumericalError);
  CHECK_THROWS_AS(smooth.inverse_quadratic(view(y), form), NumericalError);
  // the same point twice: z = 2 in 16 points
  const StructuredGram twice(Lattice(1, {.order = Order::linear, .n = 16, .generating_vector = {2}}),
                             ShiftInvariantKernel(1), 16);
  CHECK_THROWS_AS(twice.solve(MatrixSpan<const double>(y.data(), 16, 1), MatrixSpan<double>(out.data(), 16, 1)),
                  NumericalError);
  // negative definite
  const std::vector<int> second{2};
  const std::vector<int> none{0};
  const StructuredGram negative(Lattice(1), ShiftInvariantKernel(1, {.alpha = 3}).derivative(second, none), 16);
  CHECK_THROWS_AS(negative.sqrt_apply(MatrixSpan<const double>(y.data(), 16, 1), MatrixSpan<double>(out.data(), 16, 1)),
                  NumericalError);
  CHECK_THROWS_AS(negative.sample(Seed{1}, MatrixSpan<double>(out.data(), 16, 1)), NumericalError);
  CHECK(
      has(message_of([] { StructuredGram(Lattice(1), ShiftInvariantKernel(1, {.scale = 1e308}), 1024); }), "overflow"));
}

TEST_CASE("structured gram: bad input names parameter, rule and value") {
  const Lattice lattice(2);
  const ShiftInvariantKernel kernel(2);
  CHECK(has(message_of([&] { StructuredGram(lattice, kernel, 16, -1); }),
            "nugget: must be finite and not negative; got -1"));
  CHECK(has(message_of([&] { StructuredGram(lattice, kernel, 16, std::numeric_limits<double>::quiet_NaN()); }),
            "nugget"));
  CHECK(
      has(message_of([&] { StructuredGram(lattice, kernel, 16).with_nugget(std::numeric_limits<double>::infinity()); }),
          "nugget"));
  CHECK(has(message_of([&] { StructuredGram(lattice, kernel, 0); }), "n: must be at least 1; got 0"));
  CHECK(has(message_of([&] { StructuredGram(lattice, kernel, 12); }), "n: must be a power of two"));
  CHECK(has(message_of([&] { StructuredGram(lattice, kernel, Index{1} << 21); }),
            "number of points of the set, 1048576"));
  CHECK(has(message_of([&] { StructuredGram(lattice, ShiftInvariantKernel(3), 16); }), "points' dimension, 2; got 3"));
  CHECK(has(message_of([&] { StructuredGram(Lattice(2, {.order = Order::gray}), kernel, 16); }), "Gray"));
  const std::vector<int> once{1, 0};
  const std::vector<int> none{0, 0};
  CHECK(has(message_of([&] { StructuredGram(lattice, kernel.derivative(once, none), 16); }), "odd order"));
  const AnyPointSet nus = randomized(Sobol(2), Nus{}, Seed{1});
  CHECK(has(message_of([&] { StructuredGram::checked(nus, DigitallyShiftInvariantKernel(2), 16); }),
            "nested uniform scrambling"));
  CHECK(has(message_of([&] { StructuredGram::checked(lattice, DigitallyShiftInvariantKernel(2), 16); }),
            "ShiftInvariantKernel"));
  CHECK(has(message_of([&] { StructuredGram::checked(Sobol(2), kernel, 16); }), "DigitallyShiftInvariantKernel"));
  CHECK(has(message_of([&] { StructuredGram::checked(Halton(2), kernel, 16); }), "DenseGram"));
}

TEST_CASE("structured gram: a million points need no matrix, and threads change nothing") {
  const Index n = Index{1} << 20;  // n x n doubles would be 8 TB
  const StructuredGram g(randomized(Lattice(2), Shift{}, Seed{4}), ShiftInvariantKernel(2, {.alpha = 1}), n, 1e-3);
  const auto y = values(n, 1, 44);
  std::vector<double> x(as_size(n));
  const MatrixSpan<double> out(x.data(), n, 1);
  g.solve(MatrixSpan<const double>(y.data(), n, 1), out);
  const auto solved = x;
  const int threads = num_threads();
  set_num_threads(3);
  g.solve(MatrixSpan<const double>(y.data(), n, 1), out);
  CHECK(x == solved);
  g.apply(out, out);
  set_num_threads(threads);
  CHECK(distance(x, y) <= 16 * kU * 23 * g.eigenvalues()[0] / 1e-3 * norm(y));
}
