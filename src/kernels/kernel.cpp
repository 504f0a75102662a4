#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/kernels/kernel.hpp>

#include "kernels/kernel_impl.hpp"

namespace korobov {
namespace {

using detail::KernelImpl;
using detail::KernelPointer;
using detail::kTileRows;
using detail::Pairs;
using detail::Reads;
using detail::ValueTile;
using detail::WordTile;

constexpr Index kChunkRows = 8 * kTileRows;  // per thread at least, and per partial sum of a pull-back
using TileValues = std::array<double, kTileRows>;

// ---- sums and products

SymmetryKind common(SymmetryKind a, SymmetryKind b) {
  if (a == b) return a;
  const bool tree = a == SymmetryKind::dyadic_tree || b == SymmetryKind::dyadic_tree;
  const bool dyadic = a == SymmetryKind::dyadic || b == SymmetryKind::dyadic;
  return tree && dyadic ? SymmetryKind::dyadic : SymmetryKind::unstructured;
}

Index common_dimension(const KernelImpl& a, const KernelImpl& b) {
  detail::require(a.dimension() == b.dimension() || a.dimension() == 0 || b.dimension() == 0, "kernels",
                  "must have one dimension, that of the first is " + detail::shown(a.dimension()), b.dimension());
  return std::max(a.dimension(), b.dimension());
}

std::vector<double> joined(std::span<const double> a, std::span<const double> b) {
  std::vector<double> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

// What sums and products of two share: their tables stand side by side, their hyper-parameters too.
class Combined : public KernelImpl {
 public:
  Combined(KernelPointer a, KernelPointer b)
      : KernelImpl(common(a->symmetry(), b->symmetry()), common_dimension(*a, *b),
                   joined(a->parameters(), b->parameters())),
        a_(std::move(a)),
        b_(std::move(b)) {}

  std::vector<std::string> parameter_names() const override {
    std::vector<std::string> names;
    for (const auto& name : a_->parameter_names()) names.push_back("1." + name);
    for (const auto& name : b_->parameter_names()) names.push_back("2." + name);
    return names;
  }
  KernelPointer with(std::span<const double> parameters) const override {
    return made(a_->with(parameters.first(first_count())), b_->with(parameters.subspan(first_count())));
  }
  Reads reads() const override {
    const Reads a = a_->reads();
    const Reads b = b_->reads();
    return {a.doubles || b.doubles, a.words || b.words, a.unit_cube || b.unit_cube};
  }
  Index table_columns() const override { return a_->table_columns() + b_->table_columns(); }
  void tabulate(WordTile w, MatrixSpan<double> table) const override {
    a_->tabulate(w, first(table));
    b_->tabulate(w, second(table));
  }
  void column(WordTile w, double* v) const override {
    TileValues other;
    a_->column(w, v);
    b_->column(w, other.data());
    combine(v, other.data(), w.rows);
  }
  void column_of_table(ValueTile table, double* v) const override {
    TileValues other;
    a_->column_of_table(first(table), v);
    b_->column_of_table(second(table), other.data());
    combine(v, other.data(), table.rows);
  }
  void pairs(const Pairs& pairs, double* v) const override {
    TileValues other;
    a_->pairs(pairs, v);
    b_->pairs(pairs, other.data());
    combine(v, other.data(), pairs.rows);
  }

 protected:
  virtual KernelPointer made(KernelPointer a, KernelPointer b) const = 0;
  // v: a - c_a becomes k - c; other: b - c_b.
  virtual void combine(double* v, const double* other, Index rows) const = 0;

  const KernelImpl& a() const noexcept { return *a_; }
  const KernelImpl& b() const noexcept { return *b_; }
  const KernelPointer& shared_b() const noexcept { return b_; }
  std::size_t first_count() const noexcept { return a_->parameters().size(); }
  template <class T>
  MatrixSpan<T> first(MatrixSpan<T> table) const {
    return {table.data, table.rows, a_->table_columns(), table.row_stride, table.col_stride};
  }
  template <class T>
  MatrixSpan<T> second(MatrixSpan<T> table) const {
    return {table.data + a_->table_columns() * table.col_stride, table.rows, b_->table_columns(), table.row_stride,
            table.col_stride};
  }

 private:
  KernelPointer a_;
  KernelPointer b_;
};

class Sum : public Combined {
 public:
  using Combined::Combined;

  KernelPointer scaled(double factor) const override { return made(a().scaled(factor), b().scaled(factor)); }
  double constant() const override { return a().constant() + b().constant(); }
  std::optional<double> integral() const override {
    const auto of_a = a().integral();
    const auto of_b = b().integral();
    if (!of_a || !of_b) return std::nullopt;
    return *of_a + *of_b;
  }
  double at_zero() const override { return a().at_zero() + b().at_zero(); }
  void pull_back_of_table(ValueTile table, const double* dk, double* dparameters) const override {
    a().pull_back_of_table(first(table), dk, dparameters);
    b().pull_back_of_table(second(table), dk, dparameters + first_count());
  }
  void pull_back_pairs(const Pairs& pairs, const double* dk, double* dparameters) const override {
    a().pull_back_pairs(pairs, dk, dparameters);
    b().pull_back_pairs(pairs, dk, dparameters + first_count());
  }

 protected:
  KernelPointer made(KernelPointer a, KernelPointer b) const override {
    return std::make_shared<Sum>(std::move(a), std::move(b));
  }
  void combine(double* v, const double* other, Index rows) const override {
    for (Index t = 0; t < rows; ++t) v[t] += other[t];
  }
};

class Product : public Combined {
 public:
  using Combined::Combined;

  KernelPointer scaled(double factor) const override { return made(a().scaled(factor), shared_b()); }
  double constant() const override { return a().constant() * b().constant(); }
  std::optional<double> integral() const override { return std::nullopt; }  // a convolution
  double at_zero() const override { return a().at_zero() * b().at_zero(); }
  void pull_back_of_table(ValueTile table, const double* dk, double* dparameters) const override {
    TileValues of_a;
    TileValues of_b;
    a().column_of_table(first(table), of_a.data());
    b().column_of_table(second(table), of_b.data());
    share(of_a, of_b, dk, table.rows);
    a().pull_back_of_table(first(table), of_b.data(), dparameters);
    b().pull_back_of_table(second(table), of_a.data(), dparameters + first_count());
  }
  void pull_back_pairs(const Pairs& pairs, const double* dk, double* dparameters) const override {
    TileValues of_a;
    TileValues of_b;
    a().pairs(pairs, of_a.data());
    b().pairs(pairs, of_b.data());
    share(of_a, of_b, dk, pairs.rows);
    a().pull_back_pairs(pairs, of_b.data(), dparameters);
    b().pull_back_pairs(pairs, of_a.data(), dparameters + first_count());
  }

 protected:
  KernelPointer made(KernelPointer a, KernelPointer b) const override {
    return std::make_shared<Product>(std::move(a), std::move(b));
  }
  void combine(double* v, const double* other, Index rows) const override {
    for (Index t = 0; t < rows; ++t) v[t] = a().constant() * other[t] + v[t] * (b().constant() + other[t]);
  }

 private:
  // From k - c of both to the derivatives that reach each: dk b for a (in of_b), dk a for b (in of_a).
  void share(TileValues& of_a, TileValues& of_b, const double* dk, Index rows) const {
    for (Index t = 0; t < rows; ++t) {
      const auto at = static_cast<std::size_t>(t);
      of_a[at] = dk[t] * (a().constant() + of_a[at]);
      of_b[at] = dk[t] * (b().constant() + of_b[at]);
    }
  }
};

// ---- drivers

std::string shape_of(Index rows, Index cols) { return "(" + std::to_string(rows) + ", " + std::to_string(cols) + ")"; }

void require_structured(const KernelImpl& impl) {
  detail::require(impl.symmetry() != SymmetryKind::unstructured, "kernel",
                  "must be shift-invariant or digitally shift-invariant to be a function of differences",
                  std::string_view("unstructured"));
}

void require_columns(Index cols, Index expected, const char* name) {
  detail::require(cols == expected, name, "must have one column per dimension, " + std::to_string(expected), cols);
}

template <class T>
void require_length(std::span<T> values, Index expected, const char* name) {
  detail::require(static_cast<Index>(values.size()) == expected, name, "must have length " + std::to_string(expected),
                  values.size());
}

template <class T>
MatrixSpan<const T> tile_of(MatrixSpan<const T> all, Index first, Index last) {
  return all.row_range(first, std::min(last, first + kTileRows));
}

// body(first row, tile) for the tiles of a range.
template <class T, class Body>
void for_each_tile(MatrixSpan<const T> all, Range range, const Body& body) {
  for (Index first = range.first; first < range.last; first += kTileRows) {
    body(first, tile_of(all, first, range.last));
  }
}

// dparameters = sum over chunks of `rows` of what body(range, partial sums) adds to zeros: the same for any threads.
void summed_over_chunks(Index rows, Index chunk, std::span<double> dparameters,
                        const std::function<void(Range, double*)>& body) {
  const Index chunks = (rows + chunk - 1) / chunk;
  const std::size_t count = dparameters.size();
  std::vector<double> partial(static_cast<std::size_t>(chunks) * count);
  parallel_for(chunks, 1, [&](Range some) {
    for (Index c = some.first; c < some.last; ++c) {
      body({c * chunk, std::min(rows, (c + 1) * chunk)}, partial.data() + static_cast<std::size_t>(c) * count);
    }
  });
  std::fill(dparameters.begin(), dparameters.end(), 0.0);
  for (std::size_t c = 0; c < static_cast<std::size_t>(chunks); ++c) {
    for (std::size_t p = 0; p < count; ++p) dparameters[p] += partial[c * count + p];
  }
}

// ---- points

double to_double(double x) { return x; }
double to_double(Word w) { return coordinate<double>(w); }
Word to_word(Word w) { return w; }
Word to_word(double x) {  // the fractional part; exact in [0, 1) down to 2^-64
  const double fraction = x - std::floor(x);
  return fraction < 1 ? static_cast<Word>(fraction * 0x1p64) : Word{0};
}

void require_points(MatrixSpan<const Word>, const Reads&, const char*) {}
void require_points(MatrixSpan<const double> x, const Reads& reads, const char* name) {
  for (Index i = 0; i < x.rows; ++i) {
    for (Index j = 0; j < x.cols; ++j) {
      const double value = x(i, j);
      detail::require(std::isfinite(value), name, "must be finite", value);
      if (reads.unit_cube) {
        detail::require(value >= 0 && value < 1, name, "must lie in [0, 1): the kernel looks at binary digits", value);
      }
    }
  }
}

// Points as the kernel reads them, dimension-major.
struct PointTile {
  std::vector<double> doubles;
  std::vector<Word> words;

  template <class T>
  void assign(MatrixSpan<const T> x, const Reads& reads) {
    const auto cells = static_cast<std::size_t>(x.rows * x.cols);
    if (reads.doubles) doubles.resize(cells);
    if (reads.words) words.resize(cells);
    std::size_t at = 0;
    for (Index j = 0; j < x.cols; ++j) {
      for (Index i = 0; i < x.rows; ++i, ++at) {
        if (reads.doubles) doubles[at] = to_double(x(i, j));
        if (reads.words) words[at] = to_word(x(i, j));
      }
    }
  }
};

// body(i, first, pairs) for rows i of x in `of_x` against the tiles of rows `of_z` of z.
template <class T, class Body>
void for_each_pair_tile(const KernelImpl& impl, MatrixSpan<const T> x, Range of_x, MatrixSpan<const T> z, Range of_z,
                        const Body& body) {
  PointTile point;
  PointTile tile;
  for_each_tile(z, of_z, [&](Index first, MatrixSpan<const T> rows) {
    tile.assign(rows, impl.reads());
    for (Index i = of_x.first; i < of_x.last; ++i) {
      point.assign(x.row_range(i, i + 1), impl.reads());
      Pairs pairs;
      pairs.rows = rows.rows;
      pairs.d = x.cols;
      pairs.x = point.doubles.data();
      pairs.x_words = point.words.data();
      pairs.z = {tile.doubles.data(), rows.rows, x.cols, 1, rows.rows};
      pairs.z_words = {tile.words.data(), rows.rows, x.cols, 1, rows.rows};
      body(i, first, pairs);
    }
  });
}

template <class T>
void require_pair(const KernelImpl& impl, MatrixSpan<const T> x, MatrixSpan<const T> z) {
  detail::require(x.cols >= 1, "x", "must have at least one column", x.cols);
  if (impl.dimension() != 0) require_columns(x.cols, impl.dimension(), "x");
  require_columns(z.cols, x.cols, "z");
  require_points(x, impl.reads(), "x");
  require_points(z, impl.reads(), "z");
}

template <class T>
void cross_of(const KernelImpl& impl, MatrixSpan<const T> x, MatrixSpan<const T> z, MatrixSpan<double> k) {
  require_pair(impl, x, z);
  detail::require(k.rows == x.rows && k.cols == z.rows, "k", "must have shape " + shape_of(x.rows, z.rows),
                  std::string_view(shape_of(k.rows, k.cols)));
  const double c = impl.constant();
  const auto fill = [&](Range of_x, Range of_z) {
    for_each_pair_tile(impl, x, of_x, z, of_z, [&](Index i, Index first, const Pairs& pairs) {
      TileValues v;
      impl.pairs(pairs, v.data());
      for (Index t = 0; t < pairs.rows; ++t) k(i, first + t) = c + v[static_cast<std::size_t>(t)];
    });
  };
  if (x.rows == 0 || z.rows == 0) return;
  const Index tiles = (z.rows + kTileRows - 1) / kTileRows;
  if (tiles >= x.rows) {
    const Index grain = kTileRows * (1 + kChunkRows / kTileRows / x.rows);
    parallel_for(z.rows, grain, [&](Range part) { fill({0, x.rows}, part); });
  } else {
    parallel_for(x.rows, 1 + kChunkRows / z.rows, [&](Range part) { fill(part, {0, z.rows}); });
  }
}

}  // namespace

namespace detail {

void require_kernel_symmetry(SymmetryKind has, SymmetryKind points) {
  const bool suits = points == SymmetryKind::unstructured || has == points ||
                     (has == SymmetryKind::dyadic_tree && points == SymmetryKind::dyadic);
  require(suits, "kernel", "must share the symmetry of the points", std::string_view("another symmetry"));
}

}  // namespace detail

Index AnyKernel::dimension() const noexcept { return impl_->dimension(); }
SymmetryKind AnyKernel::symmetry() const noexcept { return impl_->symmetry(); }
std::span<const double> AnyKernel::parameters() const noexcept { return impl_->parameters(); }
std::vector<std::string> AnyKernel::parameter_names() const { return impl_->parameter_names(); }
double AnyKernel::at_zero() const { return impl_->at_zero(); }

double AnyKernel::integral() const {
  const auto value = impl_->integral();
  detail::require(value.has_value(), "kernel", "must be a structured kernel or a sum of them to have a known integral",
                  std::string_view(symmetry() == SymmetryKind::unstructured ? "an unstructured kernel" : "a product"));
  return *value;
}

AnyKernel AnyKernel::with(std::span<const double> parameters) const {
  require_length(parameters, static_cast<Index>(impl_->parameters().size()), "parameters");
  return AnyKernel(impl_->with(parameters));
}

double AnyKernel::column(MatrixSpan<const Word> differences, std::span<double> k_minus_c) const {
  require_structured(*impl_);
  require_columns(differences.cols, dimension(), "differences");
  require_length(k_minus_c, differences.rows, "k_minus_c");
  parallel_for(differences.rows, kChunkRows, [&](Range part) {
    for_each_tile(differences, part, [&](Index first, WordTile w) { impl_->column(w, k_minus_c.data() + first); });
  });
  return impl_->constant();
}

void AnyKernel::pull_back(MatrixSpan<const Word> differences, std::span<const double> dk,
                          std::span<double> dparameters) const {
  require_structured(*impl_);
  require_columns(differences.cols, dimension(), "differences");
  require_length(dk, differences.rows, "dk");
  require_length(dparameters, static_cast<Index>(impl_->parameters().size()), "dparameters");
  const Index columns = impl_->table_columns();
  summed_over_chunks(differences.rows, kChunkRows, dparameters, [&](Range part, double* sums) {
    std::vector<double> memory(static_cast<std::size_t>(kTileRows * columns));
    for_each_tile(differences, part, [&](Index first, WordTile w) {
      const MatrixSpan<double> table(memory.data(), w.rows, columns, 1, w.rows);
      impl_->tabulate(w, table);
      impl_->pull_back_of_table(table, dk.data() + first, sums);
    });
  });
}

Index AnyKernel::table_columns() const {
  require_structured(*impl_);
  return impl_->table_columns();
}

void AnyKernel::tabulate(MatrixSpan<const Word> differences, MatrixSpan<double> table) const {
  require_columns(table.cols, table_columns(), "table");
  require_columns(differences.cols, dimension(), "differences");
  detail::require(table.rows == differences.rows, "table",
                  "must have as many rows as differences, " + std::to_string(differences.rows), table.rows);
  parallel_for(differences.rows, kChunkRows, [&](Range part) {
    for_each_tile(differences, part,
                  [&](Index first, WordTile w) { impl_->tabulate(w, table.row_range(first, first + w.rows)); });
  });
}

double AnyKernel::column_of_table(MatrixSpan<const double> table, std::span<double> k_minus_c) const {
  require_columns(table.cols, table_columns(), "table");
  require_length(k_minus_c, table.rows, "k_minus_c");
  parallel_for(table.rows, kChunkRows, [&](Range part) {
    for_each_tile(table, part,
                  [&](Index first, ValueTile tile) { impl_->column_of_table(tile, k_minus_c.data() + first); });
  });
  return impl_->constant();
}

void AnyKernel::pull_back_of_table(MatrixSpan<const double> table, std::span<const double> dk,
                                   std::span<double> dparameters) const {
  require_columns(table.cols, table_columns(), "table");
  require_length(dk, table.rows, "dk");
  require_length(dparameters, static_cast<Index>(impl_->parameters().size()), "dparameters");
  summed_over_chunks(table.rows, kChunkRows, dparameters, [&](Range part, double* sums) {
    for_each_tile(table, part,
                  [&](Index first, ValueTile tile) { impl_->pull_back_of_table(tile, dk.data() + first, sums); });
  });
}

void AnyKernel::cross(MatrixSpan<const double> x, MatrixSpan<const double> z, MatrixSpan<double> k) const {
  cross_of(*impl_, x, z, k);
}

void AnyKernel::cross(MatrixSpan<const Word> x, MatrixSpan<const Word> z, MatrixSpan<double> k) const {
  cross_of(*impl_, x, z, k);
}

void AnyKernel::pull_back(MatrixSpan<const double> x, MatrixSpan<const double> z, MatrixSpan<const double> dk,
                          std::span<double> dparameters) const {
  require_pair(*impl_, x, z);
  detail::require(dk.rows == x.rows && dk.cols == z.rows, "dk", "must have shape " + shape_of(x.rows, z.rows),
                  std::string_view(shape_of(dk.rows, dk.cols)));
  require_length(dparameters, static_cast<Index>(impl_->parameters().size()), "dparameters");
  const Index chunk = 1 + kChunkRows / std::max<Index>(z.rows, 1);
  summed_over_chunks(x.rows, chunk, dparameters, [&](Range part, double* sums) {
    for_each_pair_tile(*impl_, x, part, z, {0, z.rows}, [&](Index i, Index first, const Pairs& pairs) {
      TileValues values;
      for (Index t = 0; t < pairs.rows; ++t) values[static_cast<std::size_t>(t)] = dk(i, first + t);
      impl_->pull_back_pairs(pairs, values.data(), sums);
    });
  });
}

AnyKernel operator+(const AnyKernel& a, const AnyKernel& b) {
  return AnyKernel(std::make_shared<Sum>(a.impl_, b.impl_));
}

AnyKernel operator*(const AnyKernel& a, const AnyKernel& b) {
  return AnyKernel(std::make_shared<Product>(a.impl_, b.impl_));
}

AnyKernel operator*(double factor, const AnyKernel& kernel) {
  detail::require(factor > 0 && std::isfinite(factor), "factor", "must be positive and finite", factor);
  return AnyKernel(kernel.impl_->scaled(factor));
}

}  // namespace korobov
