#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include <korobov/construct/lattice_construction.hpp>
#include <korobov/core/bits.hpp>
#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>

#include "construct/criterion_terms.hpp"
#include "construct/orbits.hpp"
#include "core/sums.hpp"

namespace korobov {
namespace {

using detail::Orbit;
using detail::require;
using detail::WeightSequence;

constexpr double kEqual = 1e-9;     // relative, of increments
constexpr double kResolved = 1e-3;  // the rounding a level's ratio may carry
constexpr int kMostExponent = 30;
constexpr std::size_t kSharedOrbit = std::size_t{1} << 14;  // from here on two threads share the orbits of a step

// What the points k of one level have gathered: r, which multiplies the next component's w in T, less its constant part
// Gamma_1 (product weights: r = prod (1 + gamma_j w_j) - 1), and the elementary symmetric sums it is made of.
class LevelSums {
 public:
  LevelSums(std::size_t size, const WeightSequence& weights)
      : order_(weights.order),
        r_(size, 0.0),
        products_(order_.size() < 2 ? 0 : order_.size() - 1, std::vector<double>(size, 0.0)) {}

  std::span<const double> r() const noexcept { return r_; }
  // The point at place i gets a component with gamma w = step.
  void add(std::size_t i, double step) {
    if (order_.empty()) {
      r_[i] += step * (1 + r_[i]);
      return;
    }
    double sum = 0;
    for (std::size_t order = products_.size(); order >= 1; --order) {
      products_[order - 1][i] += step * (order == 1 ? 1.0 : products_[order - 2][i]);
      sum += order_[order] * products_[order - 1][i];
    }
    r_[i] = sum;
  }

 private:
  std::span<const double> order_;
  std::vector<double> r_;
  std::vector<std::vector<double>> products_;  // [order - 1]
};

// The levels of one n and the errors of the lattices they make up: for n = 2^m, level l holds the k of odd numerator
// over 2^l, and levels 0 .. k are the lattice of 2^k points; for a prime there are the levels {0} and the rest.
class Levels {
 public:
  Levels(std::span<const Orbit> orbits, Index n, const WeightSequence& weights, LatticeKernel kernel)
      : orbits_(orbits), weights_(weights), first_order_(weights.order.empty() ? 1.0 : weights.order[0]) {
    add_point(detail::kernel_value(kernel, 0, 1), 1, kernel);
    if (n % 2 == 0) add_point(detail::kernel_value(kernel, 1, 2), 2, kernel);
    for (const Orbit& orbit : orbits) {
      sums_.emplace_back(orbit.size(), weights);
      add_size(orbit.modulus(), kernel);
    }
    squared_error_.assign(sizes_.size(), 0.0);
    correlations_.resize(orbits.size());
    for (std::size_t o = 0; o < orbits.size(); ++o) correlations_[o].resize(orbits[o].size());
    noise_.assign(orbits.size(), 0.0);
    if (!orbits.empty()) scratch_.resize(orbits.back().size());
  }

  std::size_t count() const noexcept { return sizes_.size(); }
  std::size_t points() const noexcept { return point_kernel_.size(); }
  std::size_t classes() const noexcept { return orbits_.empty() ? 1 : orbits_.back().size(); }
  // e^2 of the components so far on levels 0 .. l.
  double squared_error(std::size_t l) const { return squared_error_[l]; }
  double size(std::size_t l) const { return sizes_[l]; }

  // The correlations of the next step, and the rounding they may carry.
  void correlate() {
    const auto one = [this](std::size_t o) {
      const std::span<const double> r = sums_[points() + o].r();
      orbits_[o].correlate(r, correlations_[o]);
      double squares = 0;
      for (const double value : r) squares += value * value;
      noise_[o] = 4 * std::numeric_limits<double>::epsilon() * std::sqrt(squares) * orbits_[o].kernel_norm();
    };
    // The last orbit is as large as all others together.
    const std::size_t last = orbits_.size() - 1;
    parallel_for(2, orbits_.back().size() >= kSharedOrbit ? 1 : 2, [&](Range part) {
      if (part.first == 0) one(last);
      for (std::size_t o = 0; o < last && part.last == 2; ++o) one(o);
    });
  }
  std::span<const double> correlation(std::size_t o) const { return correlations_[o]; }
  double noise(std::size_t l) const {  // on levels 0 .. l
    return detail::sum_of(std::span<const double>(noise_).first(l < points() ? 0 : l - points() + 1));
  }
  // T's part that is the same for all z, on levels 0 .. l: the points of their own up to it and the mean of w.
  double common_part(std::size_t l) const {
    double sum = first_order_ * means_[l];
    for (std::size_t p = 0; p <= std::min(l, points() - 1); ++p) sum += sums_[p].r()[0] * point_kernel_[p];
    return sum;
  }

  // Takes the class at `place` of the last orbit as component j.
  void take(std::size_t j, std::size_t place) {
    const double gamma = weights_.product[j];
    double sum = 0;
    for (std::size_t l = 0; l < count(); ++l) {
      double part = 0;
      if (l < points()) {
        part = sums_[l].r()[0] * point_kernel_[l];
        sums_[l].add(0, gamma * point_kernel_[l]);
      } else {
        const Orbit& orbit = orbits_[l - points()];
        LevelSums& level = sums_[l];
        orbit.for_each_rotated(place >> (count() - 1 - l), [&](std::size_t i, double w) {
          scratch_[i] = level.r()[i] * w;
          level.add(i, gamma * w);
        });
        part = 2 * detail::sum_of(std::span<const double>(scratch_).first(orbit.size()));
      }
      sum += part;
      squared_error_[l] += gamma * (sum + first_order_ * means_[l]) / sizes_[l];
    }
  }

 private:
  void add_point(double value, Index size, LatticeKernel kernel) {
    sums_.emplace_back(1, weights_);
    point_kernel_.push_back(value);
    add_size(size, kernel);
  }
  void add_size(Index size, LatticeKernel kernel) {
    sizes_.push_back(static_cast<double>(size));
    means_.push_back(sizes_.back() * detail::kernel_mean(kernel, size));
  }

  std::span<const Orbit> orbits_;
  const WeightSequence& weights_;
  double first_order_;
  std::vector<double> point_kernel_;
  std::vector<LevelSums> sums_;  // points, then orbits
  std::vector<double> sizes_;    // [l]: points of levels 0 .. l
  std::vector<double> means_;    // [l]: the sum of w over them
  std::vector<double> squared_error_;
  std::vector<std::vector<double>> correlations_;
  std::vector<double> noise_;
  std::vector<double> scratch_;
};

// Which classes are taken.
class Candidates {
 public:
  explicit Candidates(std::vector<Word> representatives)
      : z_(std::move(representatives)), is_used_(z_.size(), 0), left_(z_.size()) {}

  // The place of the least z among the free classes whose value is within `tolerance` of the least, then, if given,
  // whose second value is.
  std::size_t best(std::span<const double> value, double tolerance, std::span<const double> second,
                   double second_tolerance) const {
    const double limit = least(value, [](std::size_t) { return true; }) + tolerance;
    const auto is_equal = [&](std::size_t i) { return value[i] <= limit; };
    const double second_limit = second.empty() ? 0 : least(second, is_equal) + second_tolerance;
    std::size_t best = z_.size();
    for (std::size_t i = 0; i < z_.size(); ++i) {
      if (!is_free(i) || !is_equal(i) || (!second.empty() && second[i] > second_limit)) continue;
      if (best == z_.size() || z_[i] < z_[best]) best = i;
    }
    return best;
  }
  double least(std::span<const double> value) const {
    return least(value, [](std::size_t) { return true; });
  }

  // The place of a unit mod n.
  std::size_t place_of(Word unit, Index n) const {
    const Word residue = unit % static_cast<Word>(n);
    const Word least = std::min(residue, static_cast<Word>(n) - residue);
    const auto place = std::find(z_.begin(), z_.end(), least);
    return place == z_.end() ? 0 : static_cast<std::size_t>(place - z_.begin());
  }

  Word take(std::size_t i) {
    if (is_used_[i] == 0) --left_;
    is_used_[i] = 1;
    return z_[i];
  }

 private:
  bool is_free(std::size_t i) const { return left_ == 0 || is_used_[i] == 0; }
  template <class Condition>
  double least(std::span<const double> value, const Condition& condition) const {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < z_.size(); ++i) {
      if (is_free(i) && condition(i)) least = std::min(least, value[i]);
    }
    return least;
  }

  std::vector<Word> z_;
  std::vector<unsigned char> is_used_;
  std::size_t left_;
};

std::vector<Word> representatives(std::span<const Orbit> orbits) {
  return orbits.empty() ? std::vector<Word>{1} : orbits.back().representatives();
}

// Runs report(s) after every component.
template <class Report>
LatticeConstruction plain_search(std::span<const Orbit> orbits, Index n, const WeightSequence& weights,
                                 LatticeKernel kernel, std::span<const Word> given, const Report& report) {
  Levels levels(orbits, n, weights, kernel);
  Candidates candidates(representatives(orbits));
  std::vector<double> total(levels.classes());
  const std::size_t top = levels.count() - 1;
  LatticeConstruction result;
  result.n = n;
  const auto take = [&](std::size_t j, std::size_t place) {
    levels.take(j, place);
    const Word found = candidates.take(place);
    result.generating_vector.push_back(j < given.size() ? given[j] : found);
    result.squared_error.push_back(levels.squared_error(top));
    report(static_cast<Index>(j) + 1);
  };
  for (std::size_t j = 0; j < weights.product.size(); ++j) {
    if (j < given.size()) {
      take(j, candidates.place_of(given[j], n));
      continue;
    }
    std::fill(total.begin(), total.end(), 0.0);
    double noise = 0;
    if (!orbits.empty()) {
      levels.correlate();
      // T, from level to level: class i of a level is class i >> 1 of the one before.
      std::fill(total.begin(), total.end(), 0.0);
      for (std::size_t o = 0; o < orbits.size(); ++o) {
        const std::span<const double> correlation = levels.correlation(o);
        for (std::size_t i = correlation.size(); i-- > 0;) total[i] = total[i >> (o > 0 ? 1 : 0)] + 2 * correlation[i];
      }
      noise = 2 * levels.noise(top);
    }
    const double increment = candidates.least(total) + levels.common_part(top);
    take(j, candidates.best(total, kEqual * std::fabs(increment) + noise, {}, 0));
  }
  return result;
}

// plain: e^2 of the plain searches, [k - first][s].
template <class Report>
LatticeConstruction embedded_search(std::span<const Orbit> orbits, EmbeddedExponents range,
                                    const WeightSequence& weights, LatticeKernel kernel, std::span<const Word> given,
                                    const std::vector<std::vector<double>>& plain, const Report& report) {
  const Index n = Index{1} << range.last;
  Levels levels(orbits, n, weights, kernel);
  Candidates candidates(representatives(orbits));
  std::vector<double> total(levels.classes());
  std::vector<double> worst(levels.classes());
  std::vector<double> scaled(levels.classes());
  LatticeConstruction result;
  result.n = n;
  result.level_squared_error.resize(plain.size());
  const auto first = static_cast<std::size_t>(range.first);
  const std::size_t top = levels.count() - 1;
  const auto take = [&](std::size_t j, std::size_t place) {
    levels.take(j, place);
    const Word found = candidates.take(place);
    result.generating_vector.push_back(j < given.size() ? given[j] : found);
    result.squared_error.push_back(levels.squared_error(top));
    for (std::size_t k = 0; k < plain.size(); ++k) {
      result.level_squared_error[k].push_back(levels.squared_error(first + k));
    }
    report(static_cast<Index>(j) + 1);
  };
  for (std::size_t j = 0; j < weights.product.size(); ++j) {
    if (j < given.size()) {
      take(j, candidates.place_of(given[j], n));
      continue;
    }
    const double gamma = weights.product[j];
    std::fill(total.begin(), total.end(), 0.0);
    std::fill(worst.begin(), worst.end(), 0.0);
    if (!orbits.empty()) levels.correlate();
    double increment = 0;  // the largest share of a level's increment in its ratio
    double noise = 0;
    for (std::size_t l = 0; l <= top; ++l) {
      std::size_t size = 1;
      if (l >= levels.points()) {
        const std::span<const double> correlation = levels.correlation(l - levels.points());
        size = correlation.size();
        for (std::size_t i = size; i-- > 0;) {
          const std::size_t below = i >> (l > levels.points() ? 1 : 0);
          total[i] = total[below] + 2 * correlation[i];
          worst[i] = worst[below];
        }
      }
      const double reference = l < first ? 0 : plain[l - first][j];
      if (reference <= 0) continue;  // not asked for, or no error there at all
      const double per_unit = gamma / levels.size(l) / reference;
      const double rounding = per_unit * 2 * levels.noise(l);
      if (rounding > kResolved) continue;  // below the rounding of the transforms
      const double constant = levels.squared_error(l) / reference + per_unit * levels.common_part(l);
      for (std::size_t i = 0; i < size; ++i) worst[i] = std::max(worst[i], constant + per_unit * total[i]);
      const double smallest = *std::min_element(total.begin(), total.begin() + static_cast<std::ptrdiff_t>(size));
      increment = std::max(increment, per_unit * (levels.common_part(l) + smallest));
      noise = std::max(noise, rounding);
    }
    const double second = std::fabs(candidates.least(total) + levels.common_part(top));
    take(j, candidates.best(worst, kEqual * increment + noise, total, kEqual * second + 2 * levels.noise(top)));
  }
  return result;
}

bool is_prime(Index n) {
  if (n < 2) return false;
  for (Index q = 2; q * q <= n; ++q) {
    if (n % q == 0) return false;
  }
  return true;
}

// The orbits of the units mod 4, 8, ..., n for a power of two, mod n for an odd prime.
std::vector<Orbit> orbits_of(Index n, LatticeKernel kernel) {
  std::vector<Orbit> orbits;
  if (!is_power_of_two(n)) {
    orbits.emplace_back(n, kernel);
  } else {
    for (Index modulus = 4; modulus <= n; modulus *= 2) orbits.emplace_back(modulus, kernel);
  }
  return orbits;
}

LatticeConstruction construct_embedded(Index d, EmbeddedExponents range, const WeightSequence& weights,
                                       const LatticeConstructionOptions& options) {
  const std::vector<Orbit> orbits = orbits_of(Index{1} << range.last, options.kernel);
  const auto lattices = static_cast<std::size_t>(range.last - range.first) + 1;
  const Index steps = static_cast<Index>(lattices + 1) * d;
  std::vector<std::vector<double>> plain(lattices);
  std::atomic<Index> done{0};
  std::atomic<bool> has_stopped{false};
  const auto report_here = [&](Index) {
    ++done;
    if (options.progress) options.progress(done, steps);
  };
  const auto report_aside = [&](Index) {
    ++done;
    if (has_stopped) throw NumericalError("construct_lattice: stopped by another thread");
  };
  const auto search = [&](std::size_t k, const auto& report) {
    const int exponent = range.first + static_cast<int>(k);
    const auto own = std::span<const Orbit>(orbits).first(static_cast<std::size_t>(std::max(0, exponent - 1)));
    plain[k] = plain_search(own, Index{1} << exponent, weights, options.kernel, options.given, report).squared_error;
  };
  // The largest lattice is as much work as all others together.
  parallel_for(2, 1, [&](Range part) {
    if (part.first == 0) {
      try {
        search(lattices - 1, report_here);
      } catch (...) {
        has_stopped = true;
        throw;
      }
    }
    for (std::size_t k = 0; k + 1 < lattices && part.last == 2; ++k) {
      part.first == 0 ? search(k, report_here) : search(k, report_aside);
    }
  });
  LatticeConstruction result =
      embedded_search(orbits, range, weights, options.kernel, options.given, plain, report_here);
  result.plain_squared_error = std::move(plain);
  return result;
}

}  // namespace

LatticeConstruction construct_lattice(Index d, Index n, const LatticeWeights& weights,
                                      const LatticeConstructionOptions& options) {
  require(d >= 1, "d", "must be at least 1", d);
  require(n >= 1 && n <= Index{1} << kMostExponent, "n", "must be from 1 to 2^30", n);
  require(is_power_of_two(n) || is_prime(n), "n", "must be a power of two or a prime", n);
  const WeightSequence sequence = detail::weight_sequence(weights, d);
  require(std::ssize(options.given) <= d, "given", "must have at most d = " + detail::shown(d) + " components",
          options.given.size());
  for (const Word unit : options.given) {
    require(std::gcd(unit, static_cast<Word>(n)) == 1, "given", "must have components without a common factor with n",
            unit);
  }
  if (options.embedded) {
    const EmbeddedExponents range = *options.embedded;
    if (range.first < 0 || range.first > range.last || range.last > kMostExponent) {
      detail::fail_requirement("embedded", "must be exponents 0 <= first <= last <= 30",
                               "(" + detail::shown(range.first) + ", " + detail::shown(range.last) + ")");
    }
    require(n == Index{1} << range.last, "n", "must be 2^last of embedded", n);
    return construct_embedded(d, range, sequence, options);
  }
  const std::vector<Orbit> orbits = orbits_of(n, options.kernel);
  return plain_search(orbits, n, sequence, options.kernel, options.given, [&](Index done) {
    if (options.progress) options.progress(done, d);
  });
}

LatticeConstruction construct_lattice(Index d, EmbeddedExponents embedded, const LatticeWeights& weights,
                                      LatticeConstructionOptions options) {
  options.embedded = embedded;
  const bool is_range = embedded.last >= 0 && embedded.last <= kMostExponent;
  return construct_lattice(d, is_range ? Index{1} << embedded.last : Index{1}, weights, options);
}

}  // namespace korobov
