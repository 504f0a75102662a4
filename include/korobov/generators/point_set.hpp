// Point sets: immutable, cheaply copied handles over one generator.
//
// Point i of a set is a pure function of i: any range costs the same, nothing is remembered between calls, and
// coordinate j is the same for every dimension > j. Points are rows (n, d). Const means thread-safe; fill runs on all
// cores (set_num_threads) and gives the same bits for any number of threads, any split of a range, and any vector
// instructions. Index 0 of a plain sequence is the origin and is never dropped.
//
// A randomized set is replicate 0 of its randomization; replicate(r) is independent of how many are used, and its
// argument counts from 0 whatever replicate it is asked of. A set that was never randomized has no replicates.
//
// Errors: ranges, shapes, strides and indices that break a rule are std::invalid_argument.
#pragma once

#include <algorithm>
#include <concepts>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/core/seed.hpp>
#include <korobov/core/symmetry.hpp>
#include <korobov/core/types.hpp>

namespace korobov {

namespace detail {
class Generator;
}

// The order of the points. natural: by the base-2 radical inverse of the index (for lattices: radical-inverse order);
// gray: index i replaced by i ^ (i >> 1), so consecutive points differ by one column; linear (lattices): {z i / n}.
enum class Order { natural, gray, linear };
KOROBOV_API std::string_view name(Order order) noexcept;

// What was done to the set. independent: the points are random themselves (IID, Latin hypercube).
enum class Randomization {
  none,
  shift,
  digital_shift,
  lms,
  lms_shift,
  independent,
  nested_uniform,
  permutation,
  lms_permutation
};
// The name users type: "none", "shift" (for shift and digital_shift), "lms", "lms_shift", "independent", "nus",
// "permutation", "lms_permutation".
KOROBOV_API std::string_view name(Randomization randomization) noexcept;

// How to randomize: the arguments of randomized(). Each family's header says which it takes.
struct Shift {};             // a uniform word per coordinate added mod 1
struct DigitalShift {};      // a uniform digit per place added mod the base
struct Lms {};               // linear matrix scramble (Matousek 1998)
struct LmsShift {};          // that, then a digital shift
struct Nus {};               // nested uniform scramble (Owen 1995)
struct DigitPermutation {};  // an independent uniform permutation of the digits per place
struct LmsPermutation {};    // linear matrix scramble, then digit permutations

// Any point set, its symmetry a value. Families that know theirs as a type derive from PointSet below.
class KOROBOV_API AnyPointSet {
 public:
  explicit AnyPointSet(std::shared_ptr<const detail::Generator> generator);

  Index dimension() const noexcept;
  // Indices are below this. 2^63 is not an Index: a set without another limit says 2^63 - 1.
  Index size_limit() const noexcept;
  SymmetryKind symmetry() const noexcept;
  Order order() const noexcept;
  Randomization randomization() const noexcept;
  bool is_randomized() const noexcept { return randomization() != Randomization::none; }
  std::optional<Seed> seed() const noexcept;  // of the randomization
  std::uint32_t replicate_index() const noexcept;
  // The Gram matrix of the first 2^m points and a kernel of the same symmetry is diagonalised by the fast transform:
  // nets in natural or Gray order, lattices in natural order.
  bool has_fast_transform() const noexcept;
  std::string_view family() const noexcept;  // "Lattice", "Sobol", "DigitalNet", "IID"
  std::string description() const;           // "Sobol(d=3, randomize=lms_shift, seed=7, order=natural)"

  // Points first .. last - 1 into out (last - first, d), any strides that give each element its own place.
  // T: double, float, Word. Cost O(n d) after O(d bits); row-major and dimension-major outputs are the fast ones.
  template <class T>
  void fill(Range range, MatrixSpan<T> out, Endpoint endpoint = Endpoint::half_open) const;
  // Points at scattered indices, any order, repeats allowed, into out (indices.size(), d).
  template <class T>
  void fill_at(std::span<const Index> indices, MatrixSpan<T> out, Endpoint endpoint = Endpoint::half_open) const;
  // The same points as fill, row-major, in memory of their own.
  std::vector<double> points(Range range, Endpoint endpoint = Endpoint::half_open) const;
  std::vector<Word> integers(Range range) const;

  // Replicate r of the randomization; std::invalid_argument if the set was never randomized.
  AnyPointSet replicate(std::uint32_t r) const;

 protected:
  const detail::Generator& generator() const noexcept { return *generator_; }
  const std::shared_ptr<const detail::Generator>& shared_generator() const noexcept { return generator_; }

 private:
  std::shared_ptr<const detail::Generator> generator_;
};

extern template KOROBOV_API void AnyPointSet::fill(Range, MatrixSpan<double>, Endpoint) const;
extern template KOROBOV_API void AnyPointSet::fill(Range, MatrixSpan<float>, Endpoint) const;
extern template KOROBOV_API void AnyPointSet::fill(Range, MatrixSpan<Word>, Endpoint) const;
extern template KOROBOV_API void AnyPointSet::fill_at(std::span<const Index>, MatrixSpan<double>, Endpoint) const;
extern template KOROBOV_API void AnyPointSet::fill_at(std::span<const Index>, MatrixSpan<float>, Endpoint) const;
extern template KOROBOV_API void AnyPointSet::fill_at(std::span<const Index>, MatrixSpan<Word>, Endpoint) const;

namespace detail {
// Throws unless a set that keeps `has` can stand where `needed` is asked for.
KOROBOV_API void require_symmetry(SymmetryKind has, SymmetryKind needed);
}  // namespace detail

// A point set whose symmetry is a type: what a kernel of the same symmetry accepts.
template <class Symmetry>
class PointSet : public AnyPointSet {
 public:
  // A set whose symmetry is known at run time only; std::invalid_argument unless it keeps this one.
  explicit PointSet(const AnyPointSet& any) : AnyPointSet(any) {
    detail::require_symmetry(symmetry(), symmetry_kind<Symmetry>);
  }
  template <std::derived_from<Symmetry> Stronger>
  PointSet(const PointSet<Stronger>& stronger)  // NOLINT(google-explicit-constructor): forgets structure
      : AnyPointSet(static_cast<const AnyPointSet&>(stronger)) {}
  PointSet(const PointSet&) = default;
  PointSet(PointSet&&) noexcept = default;
  PointSet& operator=(const PointSet&) = default;
  PointSet& operator=(PointSet&&) noexcept = default;
  ~PointSet() = default;

  PointSet replicate(std::uint32_t r) const { return PointSet(AnyPointSet::replicate(r)); }

 protected:
  explicit PointSet(std::shared_ptr<const detail::Generator> generator) : AnyPointSet(std::move(generator)) {}
};

// Walks a range in consecutive blocks of at most `size` points without holding all of them: calls
// body(Range block, MatrixSpan<const T> points), where points is (block.size(), d), row-major, and valid in the call.
template <class T = double, class Body>
void for_each_block(const AnyPointSet& set, Range range, Index size, Body&& body,
                    Endpoint endpoint = Endpoint::half_open) {
  detail::require(size >= 1, "size", "must be at least 1", size);
  detail::require(range.first >= 0, "range.first", "must not be negative", range.first);
  detail::require(range.last >= range.first, "range.last", "must not be below range.first", range.last);
  const Index rows = std::min(size, std::max<Index>(range.size(), 1));
  std::vector<T> memory(static_cast<std::size_t>(rows) * static_cast<std::size_t>(set.dimension()));
  for (Index first = range.first; first < range.last; first += std::min(rows, range.last - first)) {
    const Range block{first, first + std::min(rows, range.last - first)};
    const MatrixSpan<T> out(memory.data(), block.size(), set.dimension());
    set.fill(block, out, endpoint);
    body(block, MatrixSpan<const T>(out));
  }
}

}  // namespace korobov
