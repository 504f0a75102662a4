#include <cmath>
#include <limits>

#include <korobov/core/error.hpp>
#include <korobov/information/entropy.hpp>

#include "core/sums.hpp"
#include "information/functional_sums.hpp"
#include "information/matrices.hpp"

namespace korobov {
namespace {

using detail::require;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// From here on S_a <= a / (a - 1) S_inf is S_inf to the last bit.
constexpr double kAsInfinity = 0x1p54;

double unit_of(std::optional<double> base) {
  if (!base) return 1;
  require(*base > 0 && *base != 1 && std::isfinite(*base), "base", "must be positive, finite and not 1", *base);
  return std::log(*base);
}

void require_order(double order) { require(order >= 0, "order", "must be from 0 to infinity", order); }

void require_complete(const Spectrum& s) {
  require(s.is_complete(), "spectrum", "must hold all eigenvalues for an order below infinity; the share that it lacks",
          s.remainder());
}

// Renyi's entropy in nats.
double entropy_of_order(const Spectrum& s, double order) {
  require_order(order);
  if (order == kInfinity) return -std::log(s.largest());
  require_complete(s);
  if (order == 0) return std::log(static_cast<double>(s.rank()));
  if (order == 1) return detail::entropy_sum(s.values());
  if (std::fabs(order - 1) < 0.5) return std::log1p(detail::excess_sum(s.values(), order - 1)) / (1 - order);
  const double largest = s.largest();
  if (order >= kAsInfinity) return -std::log(largest);
  return (order * std::log(largest) + std::log(detail::power_sum(s.values(), largest, order))) / (1 - order);
}

// A positive constant diagonal, and no entry beyond it: what can be seen of positive semidefiniteness without
// eigenvalues.
void require_constant_diagonal(MatrixSpan<const double> k, std::string_view name) {
  require(k(0, 0) > 0, name, "must have a positive diagonal", k(0, 0));
  for (Index i = 1; i < k.rows; ++i) {
    if (std::fabs(k(i, i) - k(0, 0)) > 0x1p-40 * std::fabs(k(0, 0))) {
      detail::fail_requirement(name, "must have a constant diagonal",
                               detail::shown(k(0, 0)) + " and " + detail::shown(k(i, i)));
    }
    for (Index j = 0; j < i; ++j) {
      require(std::fabs(k(i, j)) <= (1 + 0x1p-40) * k(0, 0), name,
              "must be positive semidefinite, with no entry beyond the diagonal's, " + detail::shown(k(0, 0)), k(i, j));
    }
  }
}

}  // namespace

double von_neumann_entropy(const Spectrum& s, std::optional<double> base) { return renyi_entropy(s, 1, base); }

double renyi_entropy(const Spectrum& s, double order, std::optional<double> base) {
  const double unit = unit_of(base);
  return entropy_of_order(s, order) / unit;
}

double min_entropy(const Spectrum& s, std::optional<double> base) { return renyi_entropy(s, kInfinity, base); }

double tsallis_entropy(const Spectrum& s, double order) {
  require_order(order);
  require_complete(s);
  if (order == kInfinity) return 0;
  if (order == 0) return static_cast<double>(s.rank() - 1);
  if (order == 1) return detail::entropy_sum(s.values());
  if (std::fabs(order - 1) < 0.5) return -detail::excess_sum(s.values(), order - 1) / (order - 1);
  return (1 - detail::power_sum(s.values(), 1, order)) / (order - 1);
}

double vendi_score(const Spectrum& s, double q) {
  require(q >= 0, "q", "must be from 0 to infinity", q);
  if (q == kInfinity) return 1 / s.largest();
  if (q == 0) {
    require_complete(s);
    return static_cast<double>(s.rank());
  }
  return std::exp(entropy_of_order(s, q));
}

double effective_rank(const Spectrum& s) { return vendi_score(s, 1); }

double truncated_vendi_score(const Spectrum& s, Index truncate, double q) {
  require(truncate >= 1, "truncate", "must be at least 1", truncate);
  if (truncate >= s.size()) return vendi_score(s, q);
  const auto held = static_cast<Index>(s.values().size());
  require(s.is_complete() || truncate <= held, "truncate",
          "must not be above the number of eigenvalues held, " + std::to_string(held), truncate);
  std::vector<double> p = s.leading(truncate);
  p.resize(static_cast<std::size_t>(truncate), 0.0);
  const double left = 1 - detail::sum_of(p);  // rounding, where nothing is cut off
  const bool is_cut = left > static_cast<double>(s.size()) * std::numeric_limits<double>::epsilon();
  const double rest = is_cut ? left / static_cast<double>(truncate) : 0.0;
  for (double& value : p) value += rest;
  return vendi_score(Spectrum(std::move(p), truncate, 0.0), q);
}

Spectrum joint_spectrum(MatrixSpan<const double> k, MatrixSpan<const double> l, std::span<const double> weights) {
  detail::require_symmetric(k, "K");
  detail::require_symmetric(l, "L");
  require(k.rows == l.rows, "L", "must have the order of K, " + std::to_string(k.rows), l.rows);
  require_constant_diagonal(k, "K");
  require_constant_diagonal(l, "L");
  std::vector<double> product;
  product.reserve(static_cast<std::size_t>(k.rows) * static_cast<std::size_t>(k.rows));
  for (Index i = 0; i < k.rows; ++i) {
    for (Index j = 0; j < k.rows; ++j) product.push_back(k(i, j) * l(i, j));
  }
  return spectrum_of({product.data(), k.rows, k.rows}, {weights, {}});
}

double joint_entropy(MatrixSpan<const double> k, MatrixSpan<const double> l, double order, std::optional<double> base) {
  return renyi_entropy(joint_spectrum(k, l), order, base);
}

double conditional_entropy(MatrixSpan<const double> k, MatrixSpan<const double> l, double order,
                           std::optional<double> base) {
  return joint_entropy(k, l, order, base) - renyi_entropy(spectrum_of(l), order, base);
}

double mutual_information(MatrixSpan<const double> k, MatrixSpan<const double> l, double order,
                          std::optional<double> base) {
  return renyi_entropy(spectrum_of(k), order, base) - conditional_entropy(k, l, order, base);
}

}  // namespace korobov
