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

  std::cout << (failures == 0 ? "ok" : "failed") << '\n';
  return failures;
}
