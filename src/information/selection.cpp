#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/information/selection.hpp>

#include "core/sums.hpp"
#include "information/gram_entries.hpp"
#include "information/matrices.hpp"

namespace korobov {
namespace {

using detail::GramEntries;
using detail::require;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr double kGreedy = 1.5819767068693265;  // 1 / (1 - 1/e)

void require_options(Index n, const SelectionOptions& options) {
  require(options.k >= 1 && options.k <= n, "k", "must be from 1 to the number of samples, " + std::to_string(n),
          options.k);
  require(options.noise > 0 && std::isfinite(options.noise), "noise", "must be positive and finite", options.noise);
  if (options.entropy.empty()) return;
  require(static_cast<Index>(options.entropy.size()) == n, "entropy",
          "must be as many as samples, " + std::to_string(n), static_cast<Index>(options.entropy.size()));
  for (const double e : options.entropy) {
    require(e >= 0 && std::isfinite(e), "entropy", "must be nonnegative and finite", e);
  }
}

// Rows of the Cholesky factor, eight entries of all samples after another: memory is touched as the factor grows.
class Rows {
 public:
  Rows(Index n, Index k)
      : n_(static_cast<std::size_t>(n)),
        data_(std::make_unique_for_overwrite<double[]>(n_ * ((static_cast<std::size_t>(k) + 7) / 8 * 8))) {}
  double& operator()(Index i, std::size_t s) noexcept {
    return data_[(s / 8 * n_ + static_cast<std::size_t>(i)) * 8 + s % 8];
  }

 private:
  std::size_t n_;
  std::unique_ptr<double[]> data_;
};

class Greedy {
 public:
  Greedy(const GramEntries& entries, const SelectionOptions& options)
      : entries_(entries), options_(options), n_(entries.size()), rows_(n_, options.k) {
    const auto size = static_cast<std::size_t>(n_);
    variance_.resize(size);
    known_.assign(size, 0);
    gain_.resize(size);
    for (Index i = 0; i < n_; ++i) {
      const double k = entries.diagonal(i);
      require(k >= 0 && std::isfinite(k), "K", "must have a nonnegative, finite diagonal", k);
      largest_ = std::max(largest_, k);
      variance_[at(i)] = k + (is_diagonal() ? entropy(i) : 0) + options.noise;
      gain_[at(i)] = gain(i);
    }
  }

  Selection run() {
    Selection result;
    heap_.resize(static_cast<std::size_t>(n_));
    for (std::size_t i = 0; i < heap_.size(); ++i) heap_[i] = static_cast<Index>(i);
    std::make_heap(heap_.begin(), heap_.end(), Later{gain_});
    const double first = leading_gains(options_.k);
    for (Index t = 0; t < options_.k; ++t) {
      const Index chosen = next();
      append(chosen);
      result.indices.push_back(chosen);
      result.gains.push_back(gain_[at(chosen)]);
    }
    result.value = detail::sum_of(result.gains);
    result.upper_bound =
        std::max(result.value, std::min({kGreedy * result.value, first, result.value + leading_gains(options_.k)}));
    return result;
  }

 private:
  // The heap's top is the largest gain, of those the lowest index.
  struct Later {
    const std::vector<double>& gain;
    bool operator()(Index a, Index b) const {
      const double ga = gain[static_cast<std::size_t>(a)], gb = gain[static_cast<std::size_t>(b)];
      return ga < gb || (ga == gb && a > b);
    }
  };

  static std::size_t at(Index i) { return static_cast<std::size_t>(i); }
  bool is_diagonal() const { return options_.mode == EntropyWeight::diagonal; }
  double entropy(Index i) const { return options_.entropy.empty() ? 0 : options_.entropy[at(i)]; }
  double gain(Index i) const { return std::log(variance_[at(i)] / options_.noise) + (is_diagonal() ? 0 : entropy(i)); }
  bool is_known(Index i) const { return known_[at(i)] == static_cast<std::uint32_t>(chosen_.size()); }

  Index pop() {
    std::pop_heap(heap_.begin(), heap_.end(), Later{gain_});
    const Index top = heap_.back();
    heap_.pop_back();
    return top;
  }

  // The sum of the m largest gains, or bounds of gains, of what is left.
  double leading_gains(Index m) const {
    std::vector<double> gains;
    gains.reserve(heap_.size());
    for (const Index i : heap_) gains.push_back(gain_[at(i)]);
    std::vector<double> largest(std::min(static_cast<std::size_t>(m), gains.size()));
    std::partial_sort_copy(gains.begin(), gains.end(), largest.begin(), largest.end(), std::greater<>());
    return detail::sum_of(largest);
  }

  // The sample whose gain is known and not below any bound. Bounds at the top are brought up to date, more at a time
  // the longer it takes.
  Index next() {
    std::size_t batch = 64;
    while (!is_known(heap_.front())) {
      std::vector<Index> stale;
      std::vector<Index> fresh;
      while (!heap_.empty() && stale.size() < batch) {
        const Index i = pop();
        (is_known(i) ? fresh : stale).push_back(i);
      }
      update(stale);
      for (const auto* part : {&stale, &fresh}) {
        for (const Index i : *part) {
          heap_.push_back(i);
          std::push_heap(heap_.begin(), heap_.end(), Later{gain_});
        }
      }
      batch = std::min<std::size_t>(2 * batch, 16384);
    }
    return pop();
  }

  void update(std::vector<Index>& items) {
    std::sort(items.begin(), items.end(),
              [&](Index a, Index b) { return known_[at(a)] != known_[at(b)] ? known_[at(a)] < known_[at(b)] : a < b; });
    parallel_for(static_cast<Index>(items.size()), 32, [&](Range range) {
      std::vector<double> block;
      std::vector<double> row(chosen_.size());
      for (Index first = range.first; first < range.last;) {  // runs of rows that lack the same entries
        const std::size_t from = known_[at(items[at(first)])];
        Index last = first;
        while (last < range.last && last - first < 64 && known_[at(items[at(last)])] == from) ++last;
        const std::span<const Index> run(items.data() + first, at(last - first));
        const std::span<const Index> columns = std::span<const Index>(chosen_).subspan(from);
        block.resize(run.size() * columns.size());
        entries_.block(run, columns, block.data());
        for (std::size_t r = 0; r < run.size(); ++r)
          complete(run[r], from, block.data() + r * columns.size(), row.data());
        first = last;
      }
    });
  }

  // Row i of the factor from entry `from` on; k: row i of the Gram matrix at the chosen columns from there on.
  void complete(Index i, std::size_t from, const double* k, double* row) {
    const std::size_t count = chosen_.size();
    for (std::size_t s = 0; s < from; ++s) row[s] = rows_(i, s);
    for (std::size_t s = from; s < count; ++s) row[s] = k[s - from];
    double variance = variance_[at(i)];
    for (std::size_t r = 0; r < count; ++r) {
      const double* column = chosen_factor_.data() + r * at(options_.k);  // L of the chosen ones, column r
      if (r >= from) {
        row[r] /= column[r];
        variance -= row[r] * row[r];
        rows_(i, r) = row[r];
      }
      const double entry = row[r];
      for (std::size_t s = std::max(from, r + 1); s < count; ++s) row[s] -= entry * column[s];
    }
    const double least = options_.noise + (is_diagonal() ? entropy(i) : 0);
    const double slack = 64 * static_cast<double>(count) * kEpsilon * (largest_ + least);
    require(variance >= least - slack, "K", "must be positive semidefinite; a conditional variance",
            variance - options_.noise);
    variance_[at(i)] = std::max(variance, least);
    known_[at(i)] = static_cast<std::uint32_t>(count);
    gain_[at(i)] = std::min(gain_[at(i)], gain(i));
  }

  void append(Index i) {
    const std::size_t t = chosen_.size();
    chosen_factor_.resize((t + 1) * at(options_.k));
    for (std::size_t r = 0; r < t; ++r) chosen_factor_[r * at(options_.k) + t] = rows_(i, r);
    chosen_factor_[t * at(options_.k) + t] = std::sqrt(variance_[at(i)]);
    chosen_.push_back(i);
  }

  const GramEntries& entries_;
  const SelectionOptions& options_;
  Index n_;
  Rows rows_;
  double largest_ = 0;
  std::vector<double> variance_;      // of the noisy value, given the chosen ones that are known
  std::vector<std::uint32_t> known_;  // how many entries of a row are computed
  std::vector<double> gain_;          // exact where all are known, else a bound
  std::vector<Index> heap_;           // of those that are left
  std::vector<Index> chosen_;
  std::vector<double> chosen_factor_;  // (t, k): column r of their factor at r k
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
