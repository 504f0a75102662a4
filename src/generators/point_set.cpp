#include <algorithm>
#include <cstdlib>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/generators/point_set.hpp>

#include "generators/generator.hpp"

namespace korobov {
namespace {

using detail::require;

std::string shape_text(Index rows, Index cols) { return "(" + detail::shown(rows) + ", " + detail::shown(cols) + ")"; }

template <class T>
void require_output(const MatrixSpan<T>& out, Index rows, Index cols) {
  if (out.rows != rows || out.cols != cols) {
    detail::fail_requirement("out", "must have shape " + shape_text(rows, cols), shape_text(out.rows, out.cols));
  }
  if (rows == 0) return;
  require(out.data != nullptr, "out", "must not be null", "null");
  const auto magnitude = [](Index stride) { return stride < 0 ? -stride : stride; };
  const Index down = magnitude(out.row_stride);
  const Index across = magnitude(out.col_stride);
  const bool rows_apart = rows == 1 || (down > 0 && (cols == 1 || down > (cols - 1) * across));
  const bool cols_apart = cols == 1 || (across > 0 && (rows == 1 || across > (rows - 1) * down));
  const bool apart = (rows == 1 || down > 0) && (cols == 1 || across > 0) && (rows_apart || cols_apart);
  if (!apart) {
    detail::fail_requirement("out", "must have strides that give each element its own place",
                             shape_text(out.row_stride, out.col_stride));
  }
}

void require_range(Range range, Index size_limit) {
  if (range.first >= 0 && range.first <= range.last && range.last <= size_limit) return;
  detail::fail_requirement("range", "must be 0 <= first <= last <= " + detail::shown(size_limit),
                           "[" + detail::shown(range.first) + ", " + detail::shown(range.last) + ")");
}

template <class T>
std::vector<T> filled(const AnyPointSet& set, Range range, Endpoint endpoint) {
  require_range(range, set.size_limit());
  const Index most = detail::kLargestIndex / static_cast<Index>(sizeof(T)) / set.dimension();
  if (range.size() > most) throw std::bad_alloc();
  std::vector<T> memory(static_cast<std::size_t>(range.size() * set.dimension()));
  set.fill(range, MatrixSpan<T>(memory.data(), range.size(), set.dimension()), endpoint);
  return memory;
}

}  // namespace

std::string_view name(Order order) noexcept {
  switch (order) {
    case Order::natural:
      return "natural";
    case Order::gray:
      return "gray";
    case Order::linear:
      return "linear";
  }
  return "unknown";
}

std::string_view name(Randomization randomization) noexcept {
  switch (randomization) {
    case Randomization::none:
      return "none";
    case Randomization::shift:
    case Randomization::digital_shift:
      return "shift";
    case Randomization::lms:
      return "lms";
    case Randomization::lms_shift:
      return "lms_shift";
    case Randomization::independent:
      return "independent";
    case Randomization::nested_uniform:
      return "nus";
    case Randomization::permutation:
      return "permutation";
    case Randomization::lms_permutation:
      return "lms_permutation";
  }
  return "unknown";
}

void detail::require_symmetry(SymmetryKind has, SymmetryKind needed) {
  const auto text = [](SymmetryKind kind) -> std::string_view {
    switch (kind) {
      case SymmetryKind::cyclic:
        return "cyclic";
      case SymmetryKind::dyadic:
        return "dyadic";
      case SymmetryKind::dyadic_tree:
        return "dyadic_tree";
      case SymmetryKind::unstructured:
        break;
    }
    return "unstructured";
  };
  const bool holds = has == needed || needed == SymmetryKind::unstructured ||
                     (has == SymmetryKind::dyadic && needed == SymmetryKind::dyadic_tree);
  require(holds, "symmetry", "must be " + std::string(text(needed)), text(has));
}

AnyPointSet::AnyPointSet(std::shared_ptr<const detail::Generator> generator) : generator_(std::move(generator)) {
  require(generator_ != nullptr, "generator", "must not be null", "null");
}

Index AnyPointSet::dimension() const noexcept { return generator_->facts().dimension; }
Index AnyPointSet::size_limit() const noexcept { return generator_->facts().size_limit; }
SymmetryKind AnyPointSet::symmetry() const noexcept { return generator_->facts().symmetry; }
Order AnyPointSet::order() const noexcept { return generator_->facts().order; }
Randomization AnyPointSet::randomization() const noexcept { return generator_->facts().randomization; }
std::optional<Seed> AnyPointSet::seed() const noexcept { return generator_->facts().seed; }
std::uint32_t AnyPointSet::replicate_index() const noexcept { return generator_->facts().replicate; }
bool AnyPointSet::has_fast_transform() const noexcept { return generator_->facts().fast_transform; }
std::string_view AnyPointSet::family() const noexcept { return generator_->facts().family; }

std::string AnyPointSet::description() const {
  const detail::Facts& facts = generator_->facts();
  std::string text(facts.family);
  text += "(d=" + detail::shown(facts.dimension);
  if (facts.randomization != Randomization::independent) {
    text += ", randomize=" + std::string(name(facts.randomization));
  }
  if (facts.seed) text += ", seed=" + detail::shown(facts.seed->value);
  if (facts.replicate != 0) text += ", replicate=" + detail::shown(facts.replicate);
  if (facts.randomization != Randomization::independent) text += ", order=" + std::string(name(facts.order));
  return text + facts.details + ")";
}

template <class T>
void AnyPointSet::fill(Range range, MatrixSpan<T> out, Endpoint endpoint) const {
  require_range(range, size_limit());
  require_output(out, range.size(), dimension());
  if (range.size() > 0) generator_->fill(range, out, endpoint);
}

template <class T>
void AnyPointSet::fill_at(std::span<const Index> indices, MatrixSpan<T> out, Endpoint endpoint) const {
  const Index d = dimension();
  const auto rows = static_cast<Index>(indices.size());
  require_output(out, rows, d);
  const Index limit = size_limit();
  const bool limited = limit != detail::kLargestIndex;  // else 2^63 - 1 is an index, too
  for (const Index i : indices) {
    if (i < 0 || (limited && i >= limit)) {
      detail::fail_requirement("indices", "must be at least 0 and below " + detail::shown(limit), detail::shown(i));
    }
  }
  const Index tile = 32 * detail::rows_per_tile(d);  // 512 KB: tables of a call serve many points
  parallel_for(rows, detail::rows_per_thread(8 * d), [&](Range part) {
    std::vector<Word> words(static_cast<std::size_t>(std::min(tile, part.size()) * d));
    for (Index first = part.first; first < part.last; first += tile) {
      const Index last = std::min(first + tile, part.last);
      generator_->words_at(indices.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)),
                           words.data());
      detail::convert(words.data(), out.row_range(first, last), endpoint);
    }
  });
}

std::vector<double> AnyPointSet::points(Range range, Endpoint endpoint) const {
  return filled<double>(*this, range, endpoint);
}
std::vector<Word> AnyPointSet::integers(Range range) const { return filled<Word>(*this, range, Endpoint::half_open); }

AnyPointSet AnyPointSet::replicate(std::uint32_t r) const { return AnyPointSet(generator_->replicate(r)); }

template void AnyPointSet::fill(Range, MatrixSpan<double>, Endpoint) const;
template void AnyPointSet::fill(Range, MatrixSpan<float>, Endpoint) const;
template void AnyPointSet::fill(Range, MatrixSpan<Word>, Endpoint) const;
template void AnyPointSet::fill_at(std::span<const Index>, MatrixSpan<double>, Endpoint) const;
template void AnyPointSet::fill_at(std::span<const Index>, MatrixSpan<float>, Endpoint) const;
template void AnyPointSet::fill_at(std::span<const Index>, MatrixSpan<Word>, Endpoint) const;

}  // namespace korobov
