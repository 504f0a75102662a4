// Generators of families that compute one dimension at a time: a walker gives the words of consecutive points of one
// dimension; this joins walkers to rows.
//
// A thread's part of a range is walked in tiles of at most kWalkerRows points, which end at multiples of it, for up
// to kWalkerDimensions dimensions at a time: 160 KB of words, transposed and converted while they are in cache.
#ifndef KOROBOV_SRC_GENERATORS_DIMENSION_GENERATOR_HPP
#define KOROBOV_SRC_GENERATORS_DIMENSION_GENERATOR_HPP

#include <memory>

#include "generators/generator.hpp"

namespace korobov::detail {

inline constexpr Index kWalkerRows = 1024;
inline constexpr Index kWalkerDimensions = 20;

// The words of one dimension for the consecutive points of a range.
class Walker {
 public:
  virtual ~Walker() = default;
  // The next `count` <= kWalkerRows words, contiguous. A call ends at an index that is a multiple of kWalkerRows, or
  // where the range does.
  virtual void next(Index count, Word* out) = 0;
};

class DimensionGenerator : public Generator {
 public:
  using Generator::Generator;

  // A walker over dimension j of a range that is not empty. Its tables should cost no more than the range.
  virtual std::unique_ptr<Walker> walk(Index j, Range range) const = 0;

  void fill(Range range, MatrixSpan<double> out, Endpoint endpoint) const override;
  void fill(Range range, MatrixSpan<float> out, Endpoint endpoint) const override;
  void fill(Range range, MatrixSpan<Word> out, Endpoint endpoint) const override;
  void words(Range range, Word* out) const override;
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_DIMENSION_GENERATOR_HPP
