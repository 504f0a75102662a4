// Measures and integrands on tiles of 1024 points that stay in cache, against plain loops and memory copies, in one
// run: ratios of the least time of several repeats, the competitors taken in turn.
//   bench_measures
// Baselines: Boost.Math's normal quantile; x = mean + z A^T as three loops; std::exp and std::cos per element.
// KOROBOV_ISA (baseline, avx2, avx512) chooses the instruction set.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include <boost/math/special_functions/erf.hpp>

#include <korobov/core/instruction_set.hpp>
#include <korobov/integrands/asian_option.hpp>
#include <korobov/integrands/keister.hpp>
#include <korobov/measures/gaussian.hpp>
#include <korobov/measures/geometric_brownian_motion.hpp>
#include <korobov/measures/inverse_normal.hpp>

#include "support/random_points.hpp"

namespace kb = korobov;
using kb::Index;

namespace {

constexpr Index rows = 1024;

std::string cpu_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

// The least seconds of one call of each competitor, taken in turn for about 0.4 s.
std::vector<double> least_seconds(const std::vector<std::function<void()>>& competitors) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> least(competitors.size(), std::numeric_limits<double>::infinity());
  const auto end = Clock::now() + std::chrono::milliseconds(400);
  for (int round = 0; round < 7 || Clock::now() < end; ++round) {
    for (std::size_t k = 0; k < competitors.size(); ++k) {
      const auto start = Clock::now();
      competitors[k]();
      least[k] = std::min(least[k], std::chrono::duration<double>(Clock::now() - start).count());
    }
  }
  return least;
}

void inverse_normal() {
  const Index n = 16384;
  const auto u = random_points(n, 1, kb::Seed{1});
  std::vector<double> x(u.size());
  const auto seconds = least_seconds({
      [&] { kb::inverse_normal(u, x); },
      [&] { std::memcpy(x.data(), u.data(), sizeof(double) * u.size()); },
      [&] {
        using boost::math::policies::make_policy;
        const auto policy = make_policy(boost::math::policies::promote_double<false>());
        for (std::size_t k = 0; k < u.size(); ++k) {
          x[k] = -std::numbers::sqrt2 * boost::math::erfc_inv(2.0 * u[k], policy);
        }
      },
  });
  const double ns = 1e9 / static_cast<double>(n);
  std::printf("inverse normal: %.2f ns per value; copy %.2f, Boost.Math %.2f (%.1f x)\n\n", seconds[0] * ns,
              seconds[1] * ns, seconds[2] * ns, seconds[2] / seconds[0]);
}

std::vector<double> equal_steps(Index d) {
  std::vector<double> times;
  for (Index j = 1; j <= d; ++j) times.push_back(static_cast<double>(j) / static_cast<double>(d));
  return times;
}

// The same law by three loops over a factor of the same shape (cholesky: its lower triangle).
void plain_product(const std::vector<double>& z, const std::vector<double>& a, Index d, bool lower,
                   std::vector<double>& x) {
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < d; ++j) {
      double sum = 0.0;
      for (Index k = 0; k < (lower ? j + 1 : d); ++k) {
        sum += a[static_cast<std::size_t>(j * d + k)] * z[static_cast<std::size_t>(i * d + k)];
      }
      x[static_cast<std::size_t>(i * d + j)] = sum;
    }
  }
}

void factors(Index d) {
  const auto u = random_points(rows, d, kb::Seed{2});
  const auto a = random_points(d, d, kb::Seed{3});
  std::vector<double> x(u.size());
  std::vector<double> z(u.size());
  kb::inverse_normal(u, z);
  std::vector<double> c(a.size());
  for (std::size_t k = 0; k < c.size(); ++k) {
    const auto i = static_cast<Index>(k) / d;
    const auto j = static_cast<Index>(k) % d;
    c[k] = 1.0 / static_cast<double>(1 + std::abs(i - j)) + (i == j ? 1.0 : 0.0);
  }
  const kb::MatrixSpan<const double> from(u.data(), rows, d);
  const kb::MatrixSpan<double> to(x.data(), rows, d);
  const auto times = equal_steps(d);
  const kb::Gaussian independent;
  const kb::Gaussian lower(0.0, kb::MatrixSpan<const double>(c.data(), d, d), kb::Factor::cholesky);
  const kb::BrownianMotion pca(times);
  const kb::BrownianMotion running_sum(times, {.factor = kb::PathFactor::cholesky});
  const kb::BrownianMotion bridge(times, {.factor = kb::PathFactor::bridge});
  const kb::GeometricBrownianMotion geometric(times, {.factor = kb::PathFactor::bridge});
  const auto seconds = least_seconds({
      [&] { kb::inverse_normal(u, z); },
      [&] { independent.transform(from, to); },
      [&] { pca.transform(from, to); },
      [&] { lower.transform(from, to); },
      [&] { running_sum.transform(from, to); },
      [&] { bridge.transform(from, to); },
      [&] { geometric.transform(from, to); },
      [&] { plain_product(z, a, d, false, x); },
      [&] { plain_product(z, a, d, true, x); },
  });
  const double ns = 1e9 / static_cast<double>(rows);
  const auto after_normal = [&](std::size_t k) { return (seconds[k] - seconds[0]) * ns; };
  std::printf("d = %lld, ns per point: inverse normal alone %.1f, independent %.1f\n", static_cast<long long>(d),
              seconds[0] * ns, seconds[1] * ns);
  std::printf("  pca %.1f: the product %.1f, three loops %.1f (%.1f x)\n", seconds[2] * ns, after_normal(2),
              seconds[7] * ns, seconds[7] * ns / after_normal(2));
  std::printf("  cholesky %.1f: the product %.1f, three loops %.1f (%.1f x)\n", seconds[3] * ns, after_normal(3),
              seconds[8] * ns, seconds[8] * ns / after_normal(3));
  std::printf("  paths: running sum %.1f, bridge %.1f, bridge and exponential %.1f\n\n", seconds[4] * ns,
              seconds[5] * ns, seconds[6] * ns);
}

void integrands(Index d) {
  auto points = random_points(rows, d, kb::Seed{4});
  for (auto& value : points) value = 4.5 + 0.2 * value;
  const kb::MatrixSpan<const double> x(points.data(), rows, d);
  std::vector<double> values(rows);
  const kb::MatrixSpan<double> y(values.data(), rows, 1);
  const kb::Keister keister(d);
  const kb::AsianOption geometric(d, {.mean = kb::PathMean::geometric});
  const kb::AsianOption arithmetic(d);
  const auto plain = [&](auto term, auto result) {
    for (Index i = 0; i < rows; ++i) {
      double sum = 0.0;
      for (Index j = 0; j < d; ++j) sum += term(x(i, j));
      y(i, 0) = result(sum);
    }
  };
  const double share = 1.0 / static_cast<double>(d);
  const auto seconds = least_seconds({
      [&] { keister.evaluate(x, y); },
      [&] { plain([](double v) { return v * v; }, [](double s) { return std::cos(std::sqrt(s)); }); },
      [&] { geometric.evaluate(x, y); },
      [&] { plain([](double v) { return v; }, [&](double s) { return std::max(std::exp(s * share) - 100.0, 0.0); }); },
      [&] { arithmetic.evaluate(x, y); },
      [&] { plain([](double v) { return std::exp(v); }, [&](double s) { return std::max(s * share - 100.0, 0.0); }); },
  });
  const double ns = 1e9 / static_cast<double>(rows);
  std::printf(
      "d = %lld, ns per point (plain loop): Keister %.1f (%.1f), Asian geometric %.1f (%.1f), arithmetic %.1f (%.1f)\n",
      static_cast<long long>(d), seconds[0] * ns, seconds[1] * ns, seconds[2] * ns, seconds[3] * ns, seconds[4] * ns,
      seconds[5] * ns);
}

}  // namespace

int main() {
  std::printf("%s, instruction set %s, one thread\n\n", cpu_name().c_str(),
              std::string(kb::name(kb::instruction_set())).c_str());
  inverse_normal();
  for (const Index d : {5, 12, 52, 252}) factors(d);
  for (const Index d : {5, 12, 52, 252}) integrands(d);
}
