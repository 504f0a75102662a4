// The main job: integrals to requested tolerances, on a shifted lattice and on a scrambled Sobol' net.
//
//   - a geometric Asian call with 52 weekly dates, against its closed form
//   - the arithmetic one, with the geometric one as control variate
//   - Keister's function in d = 5
//   - a function of the user's own
// The seeds are fixed, so the figures are the same on every run. Exits with 1 if a run does not converge or if a true
// error, where it is known, exceeds the error bound.
#include <cmath>
#include <iomanip>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <korobov/korobov.hpp>

namespace kb = korobov;

namespace {

struct Job {
  std::string name;
  kb::Integrand f;
  kb::Index dimension;
  kb::Options options;
  std::optional<double> exact;
};

std::vector<Job> jobs() {
  const kb::AsianOption geometric(
      52,
      {.mean = kb::PathMean::geometric, .start = 100, .strike = 100, .rate = 0.05, .volatility = 0.2, .maturity = 1});
  const kb::AsianOption arithmetic(52, {.start = 100, .strike = 100, .rate = 0.05, .volatility = 0.2, .maturity = 1});
  const kb::Keister keister(5);
  // One's own function: exp(x y + z) over the unit cube; the integral is (e - 1) sum_k 1 / (k! (k + 1)^2).
  const auto own = kb::pointwise([](std::span<const double> x) { return std::exp(x[0] * x[1] + x[2]); });
  double exact = 0, factorial = 1;
  for (int k = 0; k < 20; factorial *= ++k) exact += (std::exp(1.0) - 1) / (factorial * (k + 1) * (k + 1));
  return {{"geometric Asian call", geometric, 52, {.abs_tol = 1e-3}, geometric.exact()},
          {"arithmetic, geometric as control",
           arithmetic,
           52,
           {.abs_tol = 1e-4, .control_variates = kb::ControlVariates{geometric, {*geometric.exact()}}},
           std::nullopt},
          {"Keister", keister, 5, {.abs_tol = 1e-4}, keister.exact()},
          {"exp(x y + z)", own, 3, {.rel_tol = 1e-7}, exact}};
}

void print_row(const Job& job, const std::string& points, const kb::Result& r) {
  std::cout << std::left << std::setw(33) << job.name << std::right << std::setw(3) << job.dimension << "  "
            << std::left << std::setw(8) << points << std::right << std::fixed << std::setprecision(8) << std::setw(13)
            << r.value[0] << std::scientific << std::setprecision(1) << std::setw(10) << r.error_bound[0]
            << std::setw(10);
  if (job.exact) {
    std::cout << std::fabs(r.value[0] - *job.exact);
  } else {
    std::cout << "-";
  }
  std::cout << std::setw(10) << r.n << std::fixed << std::setprecision(3) << std::setw(9) << r.seconds << "  "
            << to_string(r.status) << '\n';
  for (const std::string& caveat : r.caveats) std::cout << "    caveat: " << caveat << '\n';
}

}  // namespace

int main() {
  std::cout << "integrand                          d  points          value     bound     error         n  seconds  "
               "why it stopped\n";
  bool all_good = true;
  for (const Job& job : jobs()) {
    const kb::Lattice lattice = randomized(kb::Lattice(job.dimension), kb::Shift{}, kb::Seed{2024});
    const kb::DigitalNet net = randomized(kb::Sobol(job.dimension), kb::LmsShift{}, kb::Seed{2024});
    const kb::Result on_lattice = kb::integrate(job.f, lattice, job.options);
    const kb::Result on_net = kb::integrate(job.f, net, job.options);
    print_row(job, "lattice", on_lattice);
    print_row(job, "Sobol'", on_net);
    for (const kb::Result& r : {on_lattice, on_net}) {
      all_good = all_good && r.status == kb::Status::converged;
      if (job.exact) all_good = all_good && std::fabs(r.value[0] - *job.exact) <= r.error_bound[0];
    }
    // Two independent estimates agree within their bounds, whether the truth is known or not.
    all_good = all_good &&
               std::fabs(on_lattice.value[0] - on_net.value[0]) <= on_lattice.error_bound[0] + on_net.error_bound[0];
  }
  return all_good ? 0 : 1;
}
