// Generating vectors side by side: root mean square errors of shifted lattices under the baker's transformation.
//
//   bench_lattice_vectors [--dimensions 2,5,...] [--last m] [--shifts R] baseline.txt other.txt ...
//                                                             files in the lattice format (tables.hpp)
//
// Functions, each in d = 2, 5, 10, 20, 50, 100 dimensions: the six families of Genz (1987), with sum of a_j =
// 9, 7.25, 1.85, 7.03, 20.4, 4.3 (corner peak with equal a_j, for which its integral has a closed form), Sobol's
// g-functions with a_j = j and j^2, Keister's integral, and Asian options of d dates (geometric and arithmetic mean,
// PCA). n = 2^10 .. 2^18, prefixes of one set in radical-inverse order; 32 shifts, the same for every vector; the error
// is about the exact integral, for the arithmetic Asian option about the mean of the shifts. Beside the vectors Sobol'
// points with LMS and shift, plain. Printed: the geometric mean of the ratios of RMSE to the first vector's over
// everything, by d, by function, and the largest over (function, d) of the geometric mean over n.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include <korobov/core/parallel.hpp>
#include <korobov/core/seed.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/sobol.hpp>
#include <korobov/generators/tables.hpp>
#include <korobov/integrands/asian_option.hpp>
#include <korobov/integrands/keister.hpp>

using namespace korobov;

namespace {

constexpr int kFirst = 10;
constexpr Index kBlock = 1024;
const std::vector<std::string> kFunctions{"oscillatory", "product peak",     "corner peak",      "Gaussian",
                                          "continuous",  "discontinuous",    "g, a = j",         "g, a = j^2",
                                          "Keister",     "Asian, geometric", "Asian, arithmetic"};

// n = 2^10 .. 2^last.
struct Plan {
  std::vector<Index> dimensions{2, 5, 10, 20, 50, 100};
  int last = 18;
  std::uint32_t shifts = 32;
  std::size_t sizes() const { return static_cast<std::size_t>(last - kFirst) + 1; }
};

struct Problem {
  explicit Problem(Index dimension)
      : d(static_cast<std::size_t>(dimension)),
        keister(Keister(dimension)),
        geometric(AsianOption(dimension, {.mean = PathMean::geometric})),
        arithmetic(AsianOption(dimension, {.mean = PathMean::arithmetic})) {
    CounterEngine engine(Seed{20260101}, Purpose::engine, 0, static_cast<std::uint64_t>(dimension));
    const double difficulty[] = {9.0, 7.25, 1.85, 7.03, 20.4, 4.3};
    for (auto& family : a) {
      family.resize(d);
      double sum = 0;
      for (double& value : family) sum += value = coordinate<double>(engine(), Endpoint::open);
      for (double& value : family) value *= difficulty[&family - a] / sum;
    }
    std::fill(a[2].begin(), a[2].end(), difficulty[2] / static_cast<double>(d));
    u.resize(d);
    for (double& value : u) value = coordinate<double>(engine(), Endpoint::open);
    exact.assign(kFunctions.size(), 1.0);
    double phase = 2 * std::numbers::pi * u[0];
    double sines = 1;
    for (std::size_t j = 0; j < d; ++j) {
      const double b = u[j];
      phase += a[0][j] / 2;
      sines *= 2 * std::sin(a[0][j] / 2) / a[0][j];
      exact[1] *= (std::atan(a[1][j] * (1 - b)) + std::atan(a[1][j] * b)) / a[1][j];
      exact[2] /= 1 + static_cast<double>(j + 1) * a[2][j];
      exact[3] *= std::sqrt(std::numbers::pi) / (2 * a[3][j]) * (std::erf(a[3][j] * (1 - b)) + std::erf(a[3][j] * b));
      exact[4] *= (2 - std::exp(-a[4][j] * b) - std::exp(-a[4][j] * (1 - b))) / a[4][j];
      const double last = j < 2 ? b : 1;
      exact[5] *= (std::exp(a[5][j] * last) - 1) / a[5][j];
    }
    exact[0] = std::cos(phase) * sines;
    exact[8] = *keister.exact();
    exact[9] = *geometric.exact();
    exact[10] = std::nan("");
  }

  // Adds the values of rows points x (rows, d) of the open cube to sums.
  void add(const std::vector<double>& x, Index rows, std::vector<double>& sums) const {
    for (Index i = 0; i < rows; ++i) {
      const double* row = x.data() + static_cast<std::size_t>(i) * d;
      double linear = 2 * std::numbers::pi * u[0], peak = 1, corner = 1, square = 0, absolute = 0, jump = 0, g1 = 1,
             g2 = 1;
      for (std::size_t j = 0; j < d; ++j) {
        const double t = row[j] - u[j];
        linear += a[0][j] * row[j];
        peak *= 1 + a[1][j] * a[1][j] * t * t;
        corner += a[2][j] * row[j];
        square += a[3][j] * a[3][j] * t * t;
        absolute += a[4][j] * std::fabs(t);
        jump += a[5][j] * row[j];
        const auto c = static_cast<double>(j + 1);
        const double hat = std::fabs(4 * row[j] - 2);
        g1 *= (hat + c) / (1 + c);
        g2 *= (hat + c * c) / (1 + c * c);
      }
      sums[0] += std::cos(linear);
      sums[1] += 1 / peak;
      sums[2] += std::pow(corner, -static_cast<double>(d + 1));
      sums[3] += std::exp(-square);
      sums[4] += std::exp(-absolute);
      sums[5] += row[0] > u[0] || (d > 1 && row[1] > u[1]) ? 0 : std::exp(jump);
      sums[6] += g1;
      sums[7] += g2;
    }
    std::vector<double> mapped(x.size()), y(static_cast<std::size_t>(rows));
    std::size_t f = 8;
    for (const Integrand* integrand : {&keister, &geometric, &arithmetic}) {
      const auto dimension = static_cast<Index>(d);
      // Both options are of the same paths.
      if (f < 10)
        integrand->measure()->transform(MatrixSpan<const double>(x.data(), rows, dimension),
                                        MatrixSpan<double>(mapped.data(), rows, dimension));
      integrand->evaluate(MatrixSpan<const double>(mapped.data(), rows, dimension),
                          MatrixSpan<double>(y.data(), rows, 1));
      for (const double value : y) sums[f] += value;
      ++f;
    }
  }

  std::size_t d;
  Integrand keister;
  Integrand geometric;
  Integrand arithmetic;
  std::vector<double> a[6];
  std::vector<double> u;
  std::vector<double> exact;
};

// RMSE [function][size] over the shifts.
std::vector<std::vector<double>> errors(const Plan& plan, const Problem& problem, const AnyPointSet& set,
                                        bool has_tent) {
  std::vector<std::vector<std::vector<double>>> means(plan.shifts);  // [shift][size][function]
  parallel_for(plan.shifts, 1, [&](Range shifts) {
    std::vector<double> x(static_cast<std::size_t>(kBlock) * problem.d);
    for (Index r = shifts.first; r < shifts.last; ++r) {
      const AnyPointSet points = set.replicate(static_cast<std::uint32_t>(r));
      std::vector<double> sums(kFunctions.size(), 0.0);
      for (Index first = 0; first < Index{1} << plan.last; first += kBlock) {
        points.fill<double>({first, first + kBlock},
                            MatrixSpan<double>(x.data(), kBlock, static_cast<Index>(problem.d)), Endpoint::open);
        if (has_tent) {
          for (double& value : x) value = 1 - std::fabs(1 - 2 * value);
        }
        problem.add(x, kBlock, sums);
        const Index n = first + kBlock;
        if (n < Index{1} << kFirst || (n & (n - 1)) != 0) continue;
        std::vector<double> mean = sums;
        for (double& value : mean) value /= static_cast<double>(n);
        means[static_cast<std::size_t>(r)].push_back(mean);
      }
    }
  });
  std::vector<std::vector<double>> rmse(kFunctions.size(), std::vector<double>(plan.sizes()));
  for (std::size_t f = 0; f < kFunctions.size(); ++f) {
    for (std::size_t m = 0; m < plan.sizes(); ++m) {
      double centre = problem.exact[f];
      double divisor = plan.shifts;
      if (std::isnan(centre)) {
        centre = 0;
        for (const auto& one : means) centre += one[m][f] / plan.shifts;
        divisor = plan.shifts - 1;
      }
      double squares = 0;
      for (const auto& one : means) squares += (one[m][f] - centre) * (one[m][f] - centre);
      rmse[f][m] = std::sqrt(squares / divisor);
    }
  }
  return rmse;
}

std::vector<Word> vector_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return parse_lattice(text.str(), path).generating_vector;
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  std::vector<std::string> names;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.rfind("--", 0) != 0 || i + 1 == argc) {
      names.push_back(argument);
      continue;
    }
    const char* const value = argv[++i];
    if (argument == "--last") plan.last = std::atoi(value);
    if (argument == "--shifts") plan.shifts = static_cast<std::uint32_t>(std::atoi(value));
    if (argument != "--dimensions") continue;
    plan.dimensions.clear();
    std::istringstream list(value);
    for (std::string one; std::getline(list, one, ',');) plan.dimensions.push_back(std::stoll(one));
  }
  if (names.empty()) {
    std::fprintf(stderr, "bench_lattice_vectors: give files in the lattice format, the baseline first\n");
    return 2;
  }
  std::vector<std::vector<Word>> vectors;
  for (const std::string& name : names) vectors.push_back(vector_of(name));
  const std::size_t sets = names.size() + 1;
  names.emplace_back("Sobol', LMS + shift");
  // log2 of the ratios to the baseline, summed over sizes: [set][d][function]
  std::vector<std::vector<std::vector<double>>> logs(
      sets, std::vector<std::vector<double>>(plan.dimensions.size(), std::vector<double>(kFunctions.size(), 0.0)));
  for (std::size_t k = 0; k < plan.dimensions.size(); ++k) {
    const Index d = plan.dimensions[k];
    const Problem problem(d);
    std::vector<std::vector<double>> base;
    for (std::size_t s = 0; s < sets; ++s) {
      const bool is_lattice = s + 1 < sets;
      const AnyPointSet set =
          is_lattice ? AnyPointSet(randomized(Lattice(d, {.generating_vector = vectors[s]}), Shift{}, Seed{1}))
                     : AnyPointSet(randomized(Sobol(d), LmsShift{}, Seed{1}));
      const auto rmse = errors(plan, problem, set, is_lattice);
      if (s == 0) base = rmse;
      for (std::size_t f = 0; f < kFunctions.size(); ++f) {
        for (std::size_t m = 0; m < plan.sizes(); ++m)
          logs[s][k][f] += std::log2(rmse[f][m] / base[f][m]) / static_cast<double>(plan.sizes());
      }
    }
    std::fprintf(stderr, "d = %lld done\n", static_cast<long long>(d));
  }
  const double functions = static_cast<double>(kFunctions.size());
  for (std::size_t s = 0; s < sets; ++s) {
    double all = 0;
    std::string by_dimension;
    std::string worst_name;
    double worst = -1e300;
    std::vector<double> by_function(kFunctions.size(), 0.0);
    for (std::size_t k = 0; k < plan.dimensions.size(); ++k) {
      double sum = 0;
      for (std::size_t f = 0; f < kFunctions.size(); ++f) {
        sum += logs[s][k][f] / functions;
        by_function[f] += logs[s][k][f] / static_cast<double>(plan.dimensions.size());
        if (logs[s][k][f] > worst) {
          worst = logs[s][k][f];
          worst_name = kFunctions[f] + ", d = " + std::to_string(plan.dimensions[k]);
        }
      }
      all += sum / static_cast<double>(plan.dimensions.size());
      char text[40];
      std::snprintf(text, sizeof text, "  d=%lld %.2f", static_cast<long long>(plan.dimensions[k]), std::exp2(sum));
      by_dimension += text;
    }
    std::printf("%s\n  geometric mean %.3f, worst %.2f (%s)\n %s\n ", names[s].c_str(), std::exp2(all),
                std::exp2(worst), worst_name.c_str(), by_dimension.c_str());
    for (std::size_t f = 0; f < kFunctions.size(); ++f)
      std::printf("  %s %.2f", kFunctions[f].c_str(), std::exp2(by_function[f]));
    std::printf("\n");
  }
  return 0;
}
