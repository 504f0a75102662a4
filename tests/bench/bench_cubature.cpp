// What the error bounds are worth, and what the engine costs.
//
//   bench_cubature --table decay [seeds]      rule decay: tolerance met, points, bound / error
//   bench_cubature --table auto [seeds]       rule auto: silent misses, caveats, points against `replicated`
//   bench_cubature --table bayes [seeds]      rule bayes: tolerance met, misses of the interval, caveats, points
//   bench_cubature --overhead                 the engine's own share on Keister d = 5, eps 1e-4
//
// Every run has a randomization of its own: seed s is Seed{s}, s = 0 .. seeds - 1 (default 1000). A miss: |error| >
// tolerance and converged; silent: no caveat either. Runs are shared among all cores, each run on one.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <numbers>
#include <string>
#include <thread>
#include <vector>

#include <korobov/core/parallel.hpp>
#include <korobov/cubature/integration.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/integrands/asian_option.hpp>
#include <korobov/integrands/keister.hpp>
#include <korobov/measures/uniform.hpp>

namespace {

using namespace korobov;
constexpr double pi = std::numbers::pi;

struct Problem {
  std::string name;
  Integrand f;
  Index d;
  double tolerance;
  double exact;
};

Problem known(std::string name, const Integrand& f, double tolerance) {
  return {std::move(name), f, *f.dimension(), tolerance, *f.exact()};
}

Problem geometric_asian(Index d, double volatility) {
  char name[80];
  std::snprintf(name, sizeof name, "geometric Asian d=%d vol %.1f", static_cast<int>(d), volatility);
  return known(name, AsianOption(d, {.mean = PathMean::geometric, .volatility = volatility}), 1e-2);
}

Problem signed_product() {
  return {"signed product d=4", pointwise([](std::span<const double> x) {
            double p = 1;
            for (const double v : x) p *= v + 0.5;
            return p - 1.5;
          }),
          4, 1e-4, -0.5};
}

double sum(std::span<const double> x) {
  double s = 0;
  for (const double v : x) s += v;
  return s;
}

// P(sum of d uniforms < c): Irwin & Hall 1927.
double irwin_hall(int d, double c) {
  double total = 0, binomial = 1, factorial = 1;
  for (int k = 1; k <= d; ++k) factorial *= k;
  for (int k = 0; k <= d && k < c; ++k) {
    total += (k % 2 == 0 ? binomial : -binomial) * std::pow(c - k, d);
    binomial = binomial * (d - k) / (k + 1);
  }
  return total / factorial;
}

Problem below(Index d, double c, double tolerance) {
  char name[80];
  std::snprintf(name, sizeof name, "1{sum x < %.1f} d=%d", c, static_cast<int>(d));
  return {name, pointwise([c](std::span<const double> x) { return sum(x) < c ? 1.0 : 0.0; }), d, tolerance,
          irwin_hall(static_cast<int>(d), c)};
}

Problem half_plane() {
  return {"1{x + .7 y < .6123}",
          pointwise([](std::span<const double> x) { return x[0] + 0.7 * x[1] < 0.6123 ? 1.0 : 0.0; }), 2, 1e-3,
          0.6123 * 0.6123 / 1.4};
}

Problem spike() {
  const double side = std::sqrt(pi / 1000) * std::erf(0.5 * std::sqrt(1000.0));
  return {"exp(-1000 r^2) d=2", pointwise([](std::span<const double> x) {
            double s = 0;
            for (const double v : x) s += (v - 0.5) * (v - 0.5);
            return std::exp(-1000 * s);
          }),
          2, 1e-4, side * side};
}

Problem kink() {
  return {"(sum x - 2)+ d=4", pointwise([](std::span<const double> x) { return std::max(0.0, sum(x) - 2); }), 4, 1e-3,
          28.0 / 120};
}

Problem high_kink() {
  return {"(sum x - 3.3)+ d=6", pointwise([](std::span<const double> x) { return std::max(0.0, sum(x) - 3.3); }), 6,
          1e-3, 0.15894195059523814};  // sum_{k<=2} (-1)^k C(6, k) (2.7 - k)^7 / 7!
}

// The mean of Ishigami's function (Ishigami & Homma 1990), a = 7, b = 0.1.
Problem ishigami() {
  const auto f = pointwise([](std::span<const double> x) {
    const double s = std::sin(x[1]);
    return std::sin(x[0]) * (1 + 0.1 * x[2] * x[2] * x[2] * x[2]) + 7 * s * s;
  });
  return {"Ishigami mean", f.with_measure(Uniform(-pi, pi)), 3, 1e-3, 3.5};
}

// No closed form: the value is that of 16 x 2^20 points with the geometric option as control variate, its 99 % bound
// 6e-6 and 1.3e-5 (--reference prints it).
Problem arithmetic_asian(double volatility, double exact) {
  char name[80];
  std::snprintf(name, sizeof name, "arithmetic Asian d=12 vol %.1f", volatility);
  return {name, AsianOption(12, {.volatility = volatility}), 12, 1e-2, exact};
}

void print_reference() {
  for (const double volatility : {0.2, 0.5}) {
    const AsianOption f(12, {.volatility = volatility});
    const AsianOption g(12, {.mean = PathMean::geometric, .volatility = volatility});
    const Result r = integrate(f, randomized(Sobol(12), LmsShift{}, Seed{20}),
                               {.abs_tol = 1e-9,
                                .n_max = Index{1} << 24,
                                .rule = Replicated{},
                                .control_variates = ControlVariates{g, {*g.exact()}}});
    std::printf("arithmetic Asian d=12 vol %.1f: %.9f +- %.1e\n", volatility, r.value[0], r.error_bound[0]);
  }
}

std::vector<Problem> decay_problems() {
  return {known("Keister d=3", Keister(3), 5e-3),
          known("Keister d=5", Keister(5), 1e-3),
          known("Keister d=8", Keister(8), 5e-2),
          geometric_asian(12, 0.2),
          geometric_asian(12, 0.5),
          geometric_asian(52, 0.2),
          geometric_asian(52, 0.5),
          signed_product()};
}

std::vector<Problem> auto_problems() {
  return {below(4, 1.7, 2e-3),
          below(8, 3.5, 5e-3),
          half_plane(),
          spike(),
          kink(),
          signed_product(),
          arithmetic_asian(0.2, 6.156044),
          arithmetic_asian(0.5, 13.121993),
          ishigami(),
          known("Keister d=3", Keister(3), 5e-3),
          known("Keister d=5", Keister(5), 1e-3),
          known("Keister d=8", Keister(8), 5e-2)};
}

// The smooth ones, then kinks and jumps, which rule bayes must tell from them.
std::vector<Problem> bayes_problems() {
  std::vector<Problem> problems = decay_problems();
  for (const Problem& p : {kink(), high_kink(), arithmetic_asian(0.2, 6.156044), arithmetic_asian(0.5, 13.121993),
                           half_plane(), below(4, 1.7, 2e-3)})
    problems.push_back(p);
  return problems;
}

struct Outcome {
  double error = 0;
  double bound = 0;
  double n = 0;
  bool is_converged = false;
  bool has_caveat = false;
};

AnyPointSet points(bool is_net, Index d, std::uint64_t seed) {
  if (is_net) return randomized(Sobol(d), LmsShift{}, Seed{seed});
  return randomized(Lattice(d), Shift{}, Seed{seed});
}

std::vector<Outcome> run_all(const Problem& problem, bool is_net, const Rule& rule, int seeds) {
  std::vector<Outcome> outcomes(static_cast<std::size_t>(seeds));
  parallel_for(seeds, 1, [&](Range range) {
    for (Index s = range.first; s < range.last; ++s) {
      const Result r = integrate(problem.f, points(is_net, problem.d, static_cast<std::uint64_t>(s)),
                                 {.abs_tol = problem.tolerance, .rule = rule});
      outcomes[static_cast<std::size_t>(s)] = {std::fabs(r.value[0] - problem.exact), r.error_bound[0],
                                               static_cast<double>(r.n), r.status == Status::converged,
                                               !r.caveats.empty()};
    }
  });
  return outcomes;
}

double mean_points(const std::vector<Outcome>& outcomes) {
  double total = 0;
  for (const Outcome& o : outcomes) total += o.n;
  return total / static_cast<double>(outcomes.size());
}

template <class Predicate>
int count(const std::vector<Outcome>& outcomes, Predicate predicate) {
  return static_cast<int>(std::count_if(outcomes.begin(), outcomes.end(), predicate));
}

double median_ratio(const std::vector<Outcome>& outcomes) {
  std::vector<double> ratios;
  for (const Outcome& o : outcomes) ratios.push_back(o.bound / std::max(o.error, 1e-300));
  std::nth_element(ratios.begin(), ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2), ratios.end());
  return ratios[ratios.size() / 2];
}

void print_decay_table(int seeds) {
  std::printf("Rule decay, %d seeds. met: |error| <= tolerance.\n\n", seeds);
  std::printf("| problem | tolerance | points | met %% | caveat %% | mean n | median bound / error |\n");
  std::printf("|---|---|---|---|---|---|---|\n");
  for (const Problem& p : decay_problems()) {
    for (const bool is_net : {true, false}) {
      const auto outcomes = run_all(p, is_net, CoefficientDecay{}, seeds);
      const int met = count(outcomes, [&](const Outcome& o) { return o.is_converged && o.error <= p.tolerance; });
      const int caveats = count(outcomes, [](const Outcome& o) { return o.has_caveat; });
      std::printf("| %s | %g | %s | %.1f | %.1f | %.0f | %.1f |\n", p.name.c_str(), p.tolerance,
                  is_net ? "Sobol' LMS + shift" : "lattice, baker", 100.0 * met / seeds, 100.0 * caveats / seeds,
                  mean_points(outcomes), median_ratio(outcomes));
      std::fflush(stdout);
    }
  }
}

void print_bayes_table(int seeds) {
  std::printf("Rule bayes, %d seeds. met: converged and |error| <= tolerance; misses: |error| > bound.\n\n", seeds);
  std::printf(
      "| problem | tolerance | points | met %% | misses %% | silent misses %% | caveat %% | mean n | mean n of decay | "
      "median bound / error |\n");
  std::printf("|---|---|---|---|---|---|---|---|---|---|\n");
  for (const Problem& p : bayes_problems()) {
    for (const bool is_net : {true, false}) {
      const auto outcomes = run_all(p, is_net, Bayesian{}, seeds);
      const auto decay = run_all(p, is_net, CoefficientDecay{}, std::min(seeds, 100));
      const auto missed = [](const Outcome& o) { return o.error > o.bound; };
      const auto percent = [seeds](int runs) { return 100.0 * runs / seeds; };
      std::printf("| %s | %g | %s | %.1f | %.1f | %.1f | %.1f | %.0f | %.0f | %.1f |\n", p.name.c_str(), p.tolerance,
                  is_net ? "Sobol' LMS + shift" : "lattice, baker",
                  percent(count(outcomes, [&](const Outcome& o) { return o.is_converged && o.error <= p.tolerance; })),
                  percent(count(outcomes, missed)),
                  percent(count(outcomes, [&](const Outcome& o) { return missed(o) && !o.has_caveat; })),
                  percent(count(outcomes, [](const Outcome& o) { return o.has_caveat; })), mean_points(outcomes),
                  mean_points(decay), median_ratio(outcomes));
      std::fflush(stdout);
    }
  }
}

void print_auto_table(int seeds) {
  std::printf("Rule auto, %d seeds. ratio: mean points / mean points of replicated (R = 16).\n\n", seeds);
  std::printf(
      "| problem | tolerance | points | silent misses | misses | caveat %% | mean n | ratio | misses of decay | "
      "misses of replicated |\n");
  std::printf("|---|---|---|---|---|---|---|---|---|---|\n");
  double log_ratio[2] = {0, 0}, worst[2] = {0, 0};
  const std::vector<Problem> problems = auto_problems();
  for (const Problem& p : problems) {
    for (const bool is_net : {true, false}) {
      const auto missed = [&](const Outcome& o) { return o.is_converged && o.error > p.tolerance; };
      const auto outcomes = run_all(p, is_net, Automatic{}, seeds);
      const auto replicated = run_all(p, is_net, Replicated{}, seeds);
      const auto decay = run_all(p, is_net, CoefficientDecay{}, seeds);
      const double ratio = mean_points(outcomes) / mean_points(replicated);
      log_ratio[is_net ? 0 : 1] += std::log(ratio);
      worst[is_net ? 0 : 1] = std::max(worst[is_net ? 0 : 1], ratio);
      std::printf("| %s | %g | %s | %d | %d | %.1f | %.0f | %.2f | %d | %d |\n", p.name.c_str(), p.tolerance,
                  is_net ? "Sobol' LMS + shift" : "lattice, baker",
                  count(outcomes, [&](const Outcome& o) { return missed(o) && !o.has_caveat; }),
                  count(outcomes, missed),
                  100.0 * count(outcomes, [](const Outcome& o) { return o.has_caveat; }) / seeds, mean_points(outcomes),
                  ratio, count(decay, missed), count(replicated, missed));
      std::fflush(stdout);
    }
  }
  for (const bool is_net : {true, false}) {
    const std::size_t k = is_net ? 0 : 1;
    std::printf("\n%s: ratio %.2f in geometric mean, at most %.2f\n", is_net ? "nets" : "lattices",
                std::exp(log_ratio[k] / static_cast<double>(problems.size())), worst[k]);
  }
}

// Keister's integrand written the plain way.
Integrand scalar_keister() {
  return pointwise([](std::span<const double> x) {
           double s = 0;
           for (const double v : x) s += v * v;
           return std::pow(pi, 2.5) * std::cos(std::sqrt(s));
         })
      .with_measure(*Keister(5).measure());
}

// Processor time, which neighbours on a busy machine disturb least; everything timed here runs on one thread.
template <class F>
double least_seconds(int repeats, F action) {
  double least = 1e300;
  for (int i = 0; i < repeats; ++i) {
    const std::clock_t start = std::clock();
    action();
    least = std::min(least, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return least;
}

// The same points, periodization, measure and f in the engine's batches, without the engine, and the periodization
// alone: it belongs to the engine.
double bare_seconds(const Integrand& f, const AnyPointSet& set, std::uint32_t replicates, Index n, int repeats) {
  const Measure measure = *f.measure();
  const bool is_lattice = set.symmetry() == SymmetryKind::cyclic;
  constexpr Index rows = 8192;
  std::vector<double> x(static_cast<std::size_t>(rows * 5)), y(static_cast<std::size_t>(rows)), weight(y.size());
  const double all = least_seconds(repeats, [&] {
    for (std::uint32_t r = 0; r < replicates; ++r) {
      const AnyPointSet stream = replicates == 1 ? set : set.replicate(r);
      for (Index first = 0; first < n; first += rows) {
        const MatrixSpan<double> block(x.data(), std::min(rows, n - first), 5);
        stream.fill(Range{first, first + block.rows}, block, Endpoint::open);
        if (is_lattice)
          periodize(Periodization::baker, block, std::span(weight).first(static_cast<std::size_t>(block.rows)));
        measure.transform(block, block);
        f.evaluate(block, MatrixSpan<double>(y.data(), block.rows, 1));
      }
    }
  });
  if (!is_lattice) return all;
  std::fill(x.begin(), x.end(), 0.3);
  return all - least_seconds(repeats, [&] {
           for (Index first = 0; first < n * Index{replicates}; first += rows)
             periodize(Periodization::baker, MatrixSpan<double>(x.data(), rows, 5), weight);
         });
}

void print_overhead(int repeats) {
  set_num_threads(1);
  const Integrand f = scalar_keister();
  std::printf("Keister d=5, eps 1e-4, f in scalar <cmath>, one thread, least of %d repeats\n\n", repeats);
  std::printf(
      "| rule | points | n | total ms | points + measure + f ms | engine's own share %% "
      "|\n|---|---|---|---|---|---|\n");
  struct Case {
    Rule rule;
    bool is_net;
    std::uint32_t replicates;
  };
  for (const Case& c : {Case{CoefficientDecay{}, true, 1}, Case{CoefficientDecay{}, false, 1},
                        Case{Automatic{}, true, 1}, Case{Replicated{}, true, 16}, Case{Replicated{}, false, 16}}) {
    const AnyPointSet set = points(c.is_net, 5, 1);
    Index n = 0;
    const double total = least_seconds(repeats, [&] { n = integrate(f, set, {.abs_tol = 1e-4, .rule = c.rule}).n; });
    const double bare = bare_seconds(f, set, c.replicates, n / Index{c.replicates}, repeats);
    std::printf("| %s | %s | %ld | %.2f | %.2f | %.1f |\n", to_string(c.rule).c_str(),
                c.is_net ? "Sobol'" : "lattice, baker", static_cast<long>(n), 1e3 * total, 1e3 * bare,
                100 * (total - bare) / total);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const std::string table = what == "--table" && argc > 2 ? argv[2] : "";
  const int count = argc > 3 ? std::atoi(argv[3]) : 1000;
  if (table == "decay") {
    print_decay_table(count);
  } else if (table == "bayes") {
    print_bayes_table(count);
  } else if (table == "auto") {
    print_auto_table(count);
  } else if (what == "--overhead") {
    print_overhead(argc > 2 ? std::atoi(argv[2]) : 20);
  } else if (what == "--reference") {
    print_reference();
  } else {
    std::fprintf(stderr,
                 "usage: bench_cubature --table decay|auto|bayes [seeds] | --overhead [repeats] | --reference\n");
    return 2;
  }
}
