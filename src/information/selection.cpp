#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/information/selection.hpp>

#include "core/sums.hpp"
#include "information/factor_rows.hpp"
#include "information/gram_entries.hpp"
#include "information/matrices.hpp"

namespace korobov {
namespace {

using detail::GramEntries;
using detail::require;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kGreedy = 1.5819767068693265;  // 1 / (1 - 1/e)

void require_options(Index n, const SelectionOptions& options) {
  std::vector<bool> is_given(static_cast<std::size_t>(n));
  for (const Index i : options.given) {
    require(i >= 0 && i < n, "given", "must be indices of samples, from 0 to " + std::to_string(n - 1), i);
    require(!is_given[static_cast<std::size_t>(i)], "given", "must name no sample twice", i);
    is_given[static_cast<std::size_t>(i)] = true;
  }
  const Index free = n - std::ssize(options.given);
  const std::string of_what = options.given.empty() ? "samples, " : "samples that are not given, ";
  require(options.k >= 1 && options.k <= free, "k", "must be from 1 to the number of " + of_what + std::to_string(free),
          options.k);
  require(options.noise > 0 && std::isfinite(options.noise), "noise", "must be positive and finite", options.noise);
  if (options.entropy.empty()) return;
  require(static_cast<Index>(options.entropy.size()) == n, "entropy",
          "must be as many as samples, " + std::to_string(n), static_cast<Index>(options.entropy.size()));
  for (const double e : options.entropy) {
    require(e >= 0 && std::isfinite(e), "entropy", "must be nonnegative and finite", e);
  }
}

constexpr double kGone = -std::numeric_limits<double>::infinity();  // the gain of what is chosen

// Gains, or bounds of gains, and the largest of every block of samples.
class Bounds {
 public:
  static constexpr std::size_t block = 64;

  explicit Bounds(std::size_t n)
      : gains_((n + block - 1) / block * block, kGone), largest_(gains_.size() / block), is_old_(largest_.size(), 1) {}

  double operator[](Index i) const { return gains_[static_cast<std::size_t>(i)]; }
  void set(Index i, double gain) {
    gains_[static_cast<std::size_t>(i)] = gain;
    is_old_[static_cast<std::size_t>(i) / block] = 1;
  }
  // The blocks of what was set: before the questions below.
  void refresh() {
    for (std::size_t b = 0; b < largest_.size(); ++b) {
      if (is_old_[b] == 0) continue;
      std::array<double, 8> most;
      most.fill(kGone);
      for (std::size_t i = b * block; i < (b + 1) * block; i += most.size()) {
        for (std::size_t k = 0; k < most.size(); ++k) most[k] = gains_[i + k] > most[k] ? gains_[i + k] : most[k];
      }
      largest_[b] = *std::max_element(most.begin(), most.end());
      is_old_[b] = 0;
    }
  }
  // The largest gain, of those the lowest index.
  Index top() const {
    const auto b = std::max_element(largest_.begin(), largest_.end()) - largest_.begin();
    const auto first = gains_.begin() + b * static_cast<std::ptrdiff_t>(block);
    return std::find(first, first + block, largest_[static_cast<std::size_t>(b)]) - gains_.begin();
  }
  // A level that about m gains reach.
  double level_of(std::size_t m) const {
    if (m >= largest_.size()) return std::numeric_limits<double>::lowest();
    std::vector<double> sorted = largest_;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(m), sorted.end(), std::greater<>());
    return std::max(sorted[m], std::numeric_limits<double>::lowest());
  }
  // Samples whose gain is at least `level`, above kGone, in order.
  std::vector<Index> at_least(double level) const {
    std::vector<Index> found;
    for (std::size_t b = 0; b < largest_.size(); ++b) {
      if (largest_[b] < level) continue;
      const std::size_t before = found.size();
      found.resize(before + block);
      Index* next = found.data() + before;
      for (std::size_t i = b * block; i < (b + 1) * block; ++i) {
        *next = static_cast<Index>(i);
        next += gains_[i] >= level ? 1 : 0;
      }
      found.resize(static_cast<std::size_t>(next - found.data()));
    }
    return found;
  }

 private:
  std::vector<double> gains_;
  std::vector<double> largest_;
  std::vector<unsigned char> is_old_;
};

class Greedy {
 public:
  Greedy(const GramEntries& entries, const SelectionOptions& options)
      : entries_(entries),
        options_(options),
        n_(entries.size()),
        rows_(n_, options.k + std::ssize(options.given)),
        gains_(at(n_)) {
    const auto size = static_cast<std::size_t>(n_);
    variance_.resize(size);
    known_.assign(size, 0);
    for (Index i = 0; i < n_; ++i) {
      const double k = entries.diagonal(i);
      require(k >= 0 && std::isfinite(k), "K", "must have a nonnegative, finite diagonal", k);
      largest_ = std::max(largest_, k);
      variance_[at(i)] = k + (is_diagonal() ? entropy(i) : 0) + options.noise;
      gains_.set(i, gain(i));
    }
    gains_.refresh();
    detail::require_noise(options.noise, options.k + std::ssize(options.given), largest_);
  }

  Selection run() {
    Selection result;
    take_given();
    const double first = leading_gains(options_.k);
    for (Index t = 0; t < options_.k; ++t) {
      const Index chosen = next();
      result.indices.push_back(chosen);
      result.gains.push_back(gains_[chosen]);
      take(chosen);
    }
    result.value = detail::sum_of(result.gains);
    result.upper_bound =
        std::max(result.value, std::min({kGreedy * result.value, first, result.value + leading_gains(options_.k)}));
    return result;
  }

 private:
  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }
  bool is_diagonal() const { return options_.mode == EntropyWeight::diagonal; }
  double entropy(Index i) const { return options_.entropy.empty() ? 0 : options_.entropy[at(i)]; }
  double gain(Index i) const { return std::log(variance_[at(i)] / options_.noise) + (is_diagonal() ? 0 : entropy(i)); }
  bool is_known(Index i) const { return known_[at(i)] == static_cast<std::uint32_t>(chosen_.size()); }

  // A sample whose row is up to date.
  void take(Index i) {
    rows_.choose(i, variance_[at(i)]);
    chosen_.push_back(i);
    gains_.set(i, kGone);
    gains_.refresh();
  }
  // Groups are brought up to date together, and the rows of a group one by one.
  void take_given() {
    const std::span<const Index> given = options_.given;
    for (std::size_t first = 0; first < given.size(); first += kGroup) {
      const auto group = given.subspan(first, std::min<std::size_t>(kGroup, given.size() - first));
      std::vector<Index> items(group.begin(), group.end());
      if (first > 0) update(items);
      for (const Index i : group) {
        items.assign(1, i);
        if (!is_known(i)) update(items);
        take(i);
      }
    }
  }

  // The sum of the m largest gains, or bounds of gains, of what is left.
  double leading_gains(Index m) const {
    std::vector<double> gains;
    for (const Index i : gains_.at_least(std::numeric_limits<double>::lowest())) gains.push_back(gains_[i]);
    std::vector<double> largest(std::min(static_cast<std::size_t>(m), gains.size()));
    std::partial_sort_copy(gains.begin(), gains.end(), largest.begin(), largest.end(), std::greater<>());
    return detail::sum_of(largest);
  }

  // The sample whose gain is known and not below any bound. Bounds that exceed the largest gain known are brought up to
  // date, the largest first, more at a time the longer it takes.
  Index next() {
    std::size_t batch = kFirst;
    double level = gains_.level_of(batch);
    for (;;) {
      const Index top = gains_.top();
      if (is_known(top)) return top;
      std::vector<Index> stale = gains_.at_least(level);
      std::erase_if(stale, [&](Index i) { return is_known(i); });
      if (stale.size() > 2 * batch) {
        std::nth_element(stale.begin(), stale.begin() + static_cast<std::ptrdiff_t>(batch), stale.end(),
                         [&](Index a, Index b) { return gains_[a] != gains_[b] ? gains_[a] > gains_[b] : a < b; });
        stale.resize(batch);
      }
      update(stale);
      if (batch == kFirst) level = std::numeric_limits<double>::lowest();
      for (const Index i : stale) level = std::max(level, gains_[i]);
      batch *= 4;
    }
  }

  void update(std::vector<Index>& items) {
    std::sort(items.begin(), items.end(),
              [&](Index a, Index b) { return known_[at(a)] != known_[at(b)] ? known_[at(a)] < known_[at(b)] : a < b; });
    // As many products per thread as are worth its start.
    const std::size_t count = chosen_.size();
    std::size_t missing = 0;
    for (const Index i : items) missing += count - known_[at(i)];
    const std::size_t products = 1 + missing * (count + 64) / items.size();
    const auto grain = static_cast<Index>((std::size_t{1} << 20) / products / kGroup + 1) * kGroup;
    parallel_for(static_cast<Index>(items.size()), grain, [&](Range range) {
      std::vector<double> entries;
      std::vector<detail::MissingEntries> rows;
      for (Index first = range.first; first < range.last; first += kGroup) {
        const auto size = at(std::min(kGroup, range.last - first));
        complete(std::span<const Index>(items).subspan(at(first), size), entries, rows);
      }
    });
    for (const Index i : items) gains_.set(i, std::min(gains_[i], gain(i)));
    gains_.refresh();
  }

  void complete(std::span<const Index> items, std::vector<double>& entries, std::vector<detail::MissingEntries>& rows) {
    constexpr std::size_t margin = 8;
    const std::size_t count = chosen_.size();
    std::size_t missing = 0;
    for (const Index i : items) missing += count - known_[at(i)];
    rows.clear();
    entries.resize(std::max(entries.size(), 2 * margin + missing));
    double* k = entries.data() + margin;
    for (std::size_t first = 0; first < items.size();) {  // runs of rows that lack the same entries
      const std::size_t from = known_[at(items[first])];
      std::size_t last = first;
      for (; last < items.size() && known_[at(items[last])] == from; ++last) {
        rows.push_back({items[last], from, k + (last - first) * (count - from), variance_[at(items[last])]});
      }
      entries_.block(items.subspan(first, last - first), std::span<const Index>(chosen_).subspan(from), k);
      k += (last - first) * (count - from);
      first = last;
    }
    rows_.complete(rows);
    for (const auto& row : rows) {
      const double least = options_.noise + (is_diagonal() ? entropy(row.row) : 0);
      const double slack = 64 * static_cast<double>(count) * kEpsilon * (largest_ + least);
      require(row.variance >= least - slack, "K", "must be positive semidefinite; a conditional variance",
              row.variance - options_.noise);
      variance_[at(row.row)] = std::max(row.variance, least);
      known_[at(row.row)] = static_cast<std::uint32_t>(count);
    }
  }

  static constexpr Index kGroup = 64;        // rows that are completed together
  static constexpr std::size_t kFirst = 32;  // bounds that are brought up to date first

  const GramEntries& entries_;
  const SelectionOptions& options_;
  Index n_;
  detail::FactorRows rows_;
  Bounds gains_;  // exact where all entries of a row are known, else bounds
  double largest_ = 0;
  std::vector<double> variance_;      // of the noisy value, given the chosen ones that are known
  std::vector<std::uint32_t> known_;  // how many entries of a row are computed
  std::vector<Index> chosen_;
};

Selection selected(const GramEntries& entries, const SelectionOptions& options) {
  require_options(entries.size(), options);
  return Greedy(entries, options).run();
}

}  // namespace

Selection select(MatrixSpan<const double> k, const SelectionOptions& options) {
  detail::require_symmetric(k, "K");
  return selected(*detail::stored_entries(k), options);
}

Selection select(const AnyKernel& kernel, MatrixSpan<const double> x, const SelectionOptions& options) {
  detail::require_finite(x, "X");
  return selected(*detail::kernel_entries(kernel, x), options);
}

Selection select_by_features(MatrixSpan<const double> phi, const SelectionOptions& options) {
  detail::require_finite(phi, "phi");
  return selected(*detail::feature_entries(phi), options);
}

Selection structured_select(const AnyPointSet& points, const AnyKernel& kernel, Index n,
                            const SelectionOptions& options) {
  return selected(*detail::structured_entries(points, kernel, n), options);
}

}  // namespace korobov
