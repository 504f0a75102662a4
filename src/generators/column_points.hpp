// The one generator kernel: point i is offset op columns chosen by the bits of i (natural) or of i ^ (i >> 1) (gray),
// op = xor for nets and + mod 2^64 for lattices.
#ifndef KOROBOV_SRC_GENERATORS_COLUMN_POINTS_HPP
#define KOROBOV_SRC_GENERATORS_COLUMN_POINTS_HPP

#include <memory>
#include <vector>

#include "generators/generator.hpp"

namespace korobov::detail {

enum class GroupOperation { exclusive_or, addition };

struct ColumnPoints {
  Index dimension = 0;
  int bits = 0;  // index bits that have a column; higher ones are 0 in every valid index
  GroupOperation operation = GroupOperation::exclusive_or;
  bool gray = false;
  std::shared_ptr<const Word[]> columns;  // (bits, dimension): row k is column k of every dimension
  std::vector<Word> offset;               // (dimension): the shift, or zeros
};

// Points range.first .. range.last - 1 into any valid strides, on all threads.
template <class T>
void fill_columns(const ColumnPoints& points, Range range, MatrixSpan<T> out, Endpoint endpoint);

// Row-major words of scattered points, serially.
void words_at_columns(const ColumnPoints& points, std::span<const Index> indices, Word* out);

// A generator that is such a set of columns.
class ColumnGenerator : public Generator {
 public:
  ColumnGenerator(const Facts& facts, ColumnPoints points) : Generator(facts), points_(std::move(points)) {}
  const ColumnPoints& column_points() const noexcept { return points_; }

  void fill(Range range, MatrixSpan<double> out, Endpoint endpoint) const override {
    fill_columns(points_, range, out, endpoint);
  }
  void fill(Range range, MatrixSpan<float> out, Endpoint endpoint) const override {
    fill_columns(points_, range, out, endpoint);
  }
  void fill(Range range, MatrixSpan<Word> out, Endpoint endpoint) const override {
    fill_columns(points_, range, out, endpoint);
  }
  void words(Range range, Word* out) const override {
    fill_columns(points_, range, MatrixSpan<Word>(out, range.size(), points_.dimension), Endpoint::half_open);
  }
  void words_at(std::span<const Index> indices, Word* out) const override { words_at_columns(points_, indices, out); }

 private:
  ColumnPoints points_;
};

}  // namespace korobov::detail

#endif  // KOROBOV_SRC_GENERATORS_COLUMN_POINTS_HPP
