// A stranger's program: it sees the public headers only, and may be built with other flags than the library. It crosses
// the compiled boundary with containers, views, callbacks and exceptions.
#include <cmath>
#include <iostream>
#include <stdexcept>
#include <vector>

#include <korobov/korobov.hpp>

namespace kb = korobov;

namespace {
int failures = 0;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::cout << "failed: " << what << '\n';
  ++failures;
}

template <class Error, class Call>
bool throws(Call call) {
  try {
    call();
  } catch (const Error& error) {
    std::cout << error.what() << '\n';
    return true;
  }
  return false;
}
}  // namespace

int main() {
  std::cout << kb::name(kb::instruction_set()) << '\n';

  const kb::DigitalNet net = randomized(kb::Sobol(4), kb::LmsShift{}, kb::Seed{7});
  const kb::PointSet<kb::DyadicTree> weaker = net;
  expect(weaker.points({5, 9}) == net.points({5, 9}), "a net as a set of weaker symmetry");
  expect(throws<std::invalid_argument>([&] { kb::PointSet<kb::Cyclic>{kb::AnyPointSet(net)}; }), "a net is no lattice");
  expect(throws<std::invalid_argument>([] { kb::Lattice lattice(0); }), "dimension 0");
  expect(throws<kb::DataError>([] { kb::parse_lattice("nonsense", "a file"); }), "a bad table");

  // A full covariance runs the library's own dense algebra.
  std::vector<double> covariance{2, 1, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
  const kb::Gaussian gaussian(0.0, kb::MatrixSpan<const double>(covariance.data(), 4, 4));
  const kb::Index n = 1 << 12;
  std::vector<double> u = net.points({0, n}, kb::Endpoint::open);
  std::vector<double> x(u.size());
  gaussian.transform(kb::MatrixSpan<const double>(u.data(), n, 4), kb::MatrixSpan<double>(x.data(), n, 4));
  double moment = 0;
  for (std::size_t i = 0; i < x.size(); i += 4) moment += x[i] * x[i + 1] / static_cast<double>(n);
  expect(std::abs(moment - 1) < 0.05, "the covariance of the first two coordinates");

  const auto f = kb::pointwise([](std::span<const double> p) { return p[0] * p[1] + p[2] * p[3]; });
  const kb::Result r = kb::integrate(f, net, {.abs_tol = 1e-4});
  std::cout << r << '\n';
  expect(r.status == kb::Status::converged && std::abs(r.value[0] - 0.5) <= 1e-4, "an integral");
  const auto g = kb::pointwise([](std::span<const double>) -> double { throw std::runtime_error("from f"); });
  expect(throws<std::runtime_error>([&] { kb::integrate(g, net, {.abs_tol = 1e-4}); }),
         "an exception of the integrand");

  std::vector<double> squares(64);
  kb::parallel_for(64, 4, [&](kb::Range range) {
    for (kb::Index i = range.first; i < range.last; ++i)
      squares[static_cast<std::size_t>(i)] = static_cast<double>(i * i);
  });
  expect(squares[63] == 63.0 * 63.0, "a callback on the library's threads");

  // Families and scrambles that are made in any base, constructed or read.
  const kb::Halton halton = randomized(kb::Halton(5), kb::Nus{}, kb::Seed{7});
  expect(halton.points({3, 4}) == halton.replicate(0).points({3, 4}), "replicate 0 of a Halton sequence");
  expect(throws<std::invalid_argument>([] { kb::Faure faure(5, {.base = 4}); }), "a base that is no prime");
  const kb::NestedUniform nested = randomized(kb::Sobol(4, {.alpha = 2}), kb::Nus{}, kb::Seed{7});
  expect(nested.symmetry() == kb::SymmetryKind::dyadic_tree, "what nested scrambling keeps");
  const kb::LatticeConstruction made = kb::construct_lattice(5, 1024, kb::ProductWeights{{0.1, 0.1, 0.1, 0.1, 0.1}});
  expect(made.generating_vector == std::vector<kb::Word>{1, 275, 421, 231, 71}, "a constructed generating vector");

  // Kernels, Gram matrices and processes on them.
  const kb::DigitallyShiftInvariantKernel kernel(4, {.alpha = 2});
  const kb::StructuredGram gram(net, kernel, 256, 1e-3);
  std::vector<double> y(256);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<double>(i % 7);
  std::vector<double> solved(256);
  gram.solve(kb::MatrixSpan<const double>(y.data(), 256, 1), kb::MatrixSpan<double>(solved.data(), 256, 1));
  gram.apply(kb::MatrixSpan<const double>(solved.data(), 256, 1), kb::MatrixSpan<double>(solved.data(), 256, 1));
  expect(std::abs(solved[200] - y[200]) < 1e-8, "a solve and its product");
  kb::GaussianProcess process(net, kernel, 1e-3);
  process.fit(kb::MatrixSpan<const double>(y.data(), 256, 1), {.learn = kb::Learn::nothing});
  std::vector<double> mean(1);
  expect(process.integral(mean) > 0 && std::abs(mean[0] - 3) < 0.5, "an integral with its variance");
  const kb::Spectrum spectrum = kb::structured_spectrum(net, kernel, 256);
  expect(kb::vendi_score(spectrum) > 1 && kb::vendi_score(spectrum) < 256, "a Vendi score");

  std::cout << (failures == 0 ? "ok" : "failed") << '\n';
  return failures;
}
