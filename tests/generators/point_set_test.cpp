// What every family must do, whatever it is: the conformance suite, and the handle's own rules.
#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/instruction_set.hpp>
#include <korobov/core/parallel.hpp>

#include "generators/families.hpp"

using namespace korobov;
using korobov::test::all_families;
using korobov::test::one_by_one;

namespace {

// Restores threads and instruction set.
struct Environment {
  int threads = num_threads();
  InstructionSet set = instruction_set();
  ~Environment() {
    set_num_threads(threads);
    set_instruction_set(set);
  }
};

std::vector<InstructionSet> available_sets() {
  std::vector<InstructionSet> sets;
  for (const auto set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (is_supported(set)) sets.push_back(set);
  }
  return sets;
}

// A range of `size` points from `first`, or as near to it as the set's limit allows.
Range near(const AnyPointSet& set, Index first, Index size) {
  const Index last = std::min(set.size_limit(), first + size);
  return {std::max<Index>(0, last - size), last};
}

template <class T>
bool equals_words(const std::vector<Word>& words, const MatrixSpan<T>& out, Endpoint endpoint) {
  for (Index i = 0; i < out.rows; ++i) {
    for (Index j = 0; j < out.cols; ++j) {
      if (out(i, j) != coordinate<T>(words[static_cast<std::size_t>(i * out.cols + j)], endpoint)) return false;
    }
  }
  return true;
}

// fill into row-major, padded, dimension-major, doubly strided and reversed memory; what lies between stays untouched.
template <class T>
void check_layouts(const AnyPointSet& set, Range range, const std::vector<Word>& words) {
  const Index n = range.size();
  const Index d = set.dimension();
  const T untouched = static_cast<T>(77);
  for (const Endpoint endpoint : {Endpoint::half_open, Endpoint::open}) {
    for (const auto& [row, column] : std::vector<std::pair<Index, Index>>{
             {d, 1}, {d + 3, 1}, {1, n}, {1, n + 5}, {2 * d + 1, 2}, {3, 3 * n + 2}, {-d, 1}, {1, -n}}) {
      const Index extent = (n - 1) * std::abs(row) + (d - 1) * std::abs(column) + 1;
      const Index origin = 1 + (row < 0 ? (1 - n) * row : 0) + (column < 0 ? (1 - d) * column : 0);
      std::vector<T> memory(static_cast<std::size_t>(extent + 2), untouched);
      const MatrixSpan<T> out(memory.data() + origin, n, d, row, column);
      set.fill(range, out, endpoint);
      CHECK(equals_words(words, out, endpoint));
      for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < d; ++j) out(i, j) = untouched;
      }
      CHECK(std::all_of(memory.begin(), memory.end(), [&](T x) { return x == untouched; }));
    }
  }
}

}  // namespace

TEST_CASE("conformance: any range, near or far, equals its points one by one, in any blocks") {
  for (const Index d : {1, 2, 3, 10, 64, 65}) {
    for (const AnyPointSet& set : all_families(d, Seed{11})) {
      CAPTURE(set.description());
      constexpr Index far = (Index{1} << 62) - 77;
      for (const Index first : {Index{0}, Index{1}, Index{250}, (Index{1} << 33) - 100, far}) {
        const Range range = near(set, first, 300);
        const std::vector<Word> words = set.integers(range);
        CHECK(words == one_by_one(set, range));
        std::vector<Word> blocks;
        for_each_block<Word>(set, range, 37, [&](Range, MatrixSpan<const Word> block) {
          blocks.insert(blocks.end(), block.data, block.data + block.rows * block.cols);
        });
        CHECK(blocks == words);
      }
    }
  }
}

TEST_CASE("conformance: scattered indices, in any order and repeated") {
  for (const AnyPointSet& set : all_families(5, Seed{3})) {
    CAPTURE(set.description());
    const std::vector<Word> words = set.integers({0, 100});
    const std::vector<Index> indices{99, 0, 5, 5, 98, 31, 32, 0};
    std::vector<double> out(indices.size() * 5);
    const MatrixSpan<double> view(out.data(), static_cast<Index>(indices.size()), 5);
    set.fill_at<double>(indices, view, Endpoint::open);
    for (std::size_t r = 0; r < indices.size(); ++r) {
      for (std::size_t j = 0; j < 5; ++j) {
        CHECK(out[r * 5 + j] ==
              coordinate<double>(words[static_cast<std::size_t>(indices[r]) * 5 + j], Endpoint::open));
      }
    }
  }
}

TEST_CASE("conformance: every type, endpoint, shape and stride, under every instruction set") {
  const Environment restore;
  for (const InstructionSet isa : available_sets()) {
    set_instruction_set(isa);
    for (const Index d : {1, 3, 7, 70, 300}) {
      for (const AnyPointSet& set : all_families(d, Seed{5})) {
        CAPTURE(set.description());
        const Range range{3, d > 7 ? 40 : 150};
        const std::vector<Word> words = one_by_one(set, range);
        check_layouts<double>(set, range, words);
        check_layouts<float>(set, range, words);
        check_layouts<Word>(set, range, words);
      }
    }
  }
}

TEST_CASE("conformance: coordinate j does not depend on the dimension") {
  const auto wide = all_families(301, Seed{8});
  for (const Index d : {1, 2, 9, 64, 65, 256, 257}) {
    const auto narrow = all_families(d, Seed{8});
    for (std::size_t s = 0; s < wide.size(); ++s) {
      CAPTURE(narrow[s].description());
      const auto a = narrow[s].integers({100, 140});
      const auto b = wide[s].integers({100, 140});
      bool equal = true;
      for (std::size_t i = 0; i < 40; ++i) {
        for (std::size_t j = 0; j < static_cast<std::size_t>(d); ++j) {
          equal = equal && a[i * static_cast<std::size_t>(d) + j] == b[i * 301 + j];
        }
      }
      CHECK(equal);
    }
  }
}

TEST_CASE("conformance: the same seed gives the same words; another seed or replicate other ones") {
  const auto sets = all_families(4, Seed{1});
  const auto again = all_families(4, Seed{1});
  const auto other = all_families(4, Seed{2});
  for (std::size_t s = 0; s < sets.size(); ++s) {
    CAPTURE(sets[s].description());
    const Range range{1, 33};
    const auto words = sets[s].integers(range);
    CHECK(words == again[s].integers(range));
    CHECK((words == other[s].integers(range)) == !sets[s].is_randomized());
    if (!sets[s].is_randomized()) {
      CHECK_THROWS_AS(sets[s].replicate(0), std::invalid_argument);
      continue;
    }
    CHECK(sets[s].seed() == Seed{1});
    CHECK(sets[s].replicate(0).integers(range) == words);
    CHECK(sets[s].replicate(1).integers(range) != words);
    CHECK(sets[s].replicate(1).integers(range) != sets[s].replicate(2).integers(range));
    CHECK(sets[s].replicate(2).replicate(5).integers(range) == sets[s].replicate(5).integers(range));
    CHECK(sets[s].replicate(5).replicate_index() == 5);
  }
}

TEST_CASE("conformance: any number of threads") {
  const Environment restore;
  for (const AnyPointSet& set : all_families(10, Seed{9})) {
    CAPTURE(set.description());
    const Range range = near(set, 12345, 100000);
    set_num_threads(1);
    const auto one = set.integers(range);
    for (const int threads : {2, 5}) {
      set_num_threads(threads);
      CHECK(set.integers(range) == one);
    }
  }
}

TEST_CASE("outputs larger than the caches, on any address") {
  // 2^22 x 3 doubles are 96 MB: streaming stores are taken.
  const Environment restore;
  const Index n = (Index{1} << 22) + 3;
  for (const InstructionSet isa : available_sets()) {
    set_instruction_set(isa);
    for (const AnyPointSet& set : {AnyPointSet(randomized(test::own_lattice(3, Order::gray), Shift{}, Seed{2})),
                                   AnyPointSet(randomized(Sobol(3), LmsShift{}, Seed{2}))}) {
      std::vector<double> memory(static_cast<std::size_t>(3 * n) + 3);
      const MatrixSpan<double> out(memory.data() + 1, n, 3);
      set.fill({7, 7 + n}, out);
      bool equal = memory.front() == 0 && memory.back() == 0;
      for_each_block<Word>(set, {7, 7 + n}, 4096, [&](Range block, MatrixSpan<const Word> words) {
        for (Index i = 0; i < words.rows; ++i) {
          for (Index j = 0; j < 3; ++j) equal = equal && out(block.first - 7 + i, j) == coordinate<double>(words(i, j));
        }
      });
      CHECK(equal);
    }
  }
}

TEST_CASE("facts of the families") {
  CHECK(Lattice(2).symmetry() == SymmetryKind::cyclic);
  CHECK(Sobol(2).symmetry() == SymmetryKind::dyadic);
  CHECK(IID(2, Seed{1}).symmetry() == SymmetryKind::unstructured);
  CHECK(Lattice(2).has_fast_transform());
  CHECK_FALSE(Lattice(2, {.order = Order::gray}).has_fast_transform());
  CHECK_FALSE(Lattice(2, {.order = Order::linear, .n = 64}).has_fast_transform());
  CHECK(Sobol(2, {.order = Order::gray}).has_fast_transform());
  CHECK_FALSE(IID(2, Seed{1}).has_fast_transform());
  CHECK(Sobol(2).size_limit() == std::numeric_limits<Index>::max());
  CHECK(Lattice(2).size_limit() == Index{1} << 20);
  CHECK(Sobol(2).randomization() == Randomization::none);
  CHECK(randomized(randomized(Sobol(2), Lms{}, Seed{1}), DigitalShift{}, Seed{4}).randomization() ==
        Randomization::digital_shift);
  CHECK(randomized(randomized(Sobol(2), Lms{}, Seed{1}), DigitalShift{}, Seed{4}).integers({0, 9}) ==
        randomized(Sobol(2), DigitalShift{}, Seed{4}).integers({0, 9}));
}

TEST_CASE("a description tells how to make the set again") {
  CHECK(Sobol(3).description() == "Sobol(d=3, randomize=none, order=natural)");
  CHECK(randomized(Sobol(3), LmsShift{}, Seed{7}).description() ==
        "Sobol(d=3, randomize=lms_shift, seed=7, order=natural)");
  CHECK(randomized(Lattice(2, {.order = Order::gray}), Shift{}, Seed{1}).replicate(4).description() ==
        "Lattice(d=2, randomize=shift, seed=1, replicate=4, order=gray)");
  CHECK(test::own_lattice(2, Order::linear, 1009).description() ==
        "Lattice(d=2, randomize=none, order=linear, n=1009, generating_vector=own)");
  CHECK(IID(2, Seed{5}).description() == "IID(d=2, seed=5)");
}

TEST_CASE("a set of a symmetry known at run time becomes a typed one, or says why not") {
  const AnyPointSet any = randomized(Sobol(3), Lms{}, Seed{1});
  CHECK(PointSet<Dyadic>(any).integers({0, 4}) == any.integers({0, 4}));
  CHECK(PointSet<DyadicTree>(any).dimension() == 3);
  CHECK_THROWS_WITH_AS(PointSet<Cyclic>{any}, "symmetry: must be cyclic; got 'dyadic'", std::invalid_argument);
}

TEST_CASE("bad input names parameter, rule and value, and leaves the set usable") {
  const Sobol set(3);
  std::vector<double> memory(64);
  const auto out = [&](Index rows, Index cols, Index row_stride, Index col_stride) {
    return MatrixSpan<double>(memory.data(), rows, cols, row_stride, col_stride);
  };
  CHECK_THROWS_WITH_AS(set.fill({0, 4}, out(4, 2, 2, 1)), "out: must have shape (4, 3); got (4, 2)",
                       std::invalid_argument);
  CHECK_THROWS_AS(set.fill({0, 4}, out(3, 3, 3, 1)), std::invalid_argument);
  CHECK_THROWS_AS(set.fill({0, 4}, MatrixSpan<double>(nullptr, 4, 3)), std::invalid_argument);
  for (const auto& [row, column] :
       std::vector<std::pair<Index, Index>>{{0, 1}, {2, 1}, {3, 0}, {1, 3}, {2, 2}, {-2, 1}}) {
    CHECK_THROWS_AS(set.fill({0, 4}, out(4, 3, row, column)), std::invalid_argument);
  }
  CHECK_THROWS_WITH_AS(set.points({5, 4}), "range: must be 0 <= first <= last <= 9223372036854775807; got [5, 4)",
                       std::invalid_argument);
  CHECK_THROWS_AS(set.points({-1, 4}), std::invalid_argument);
  CHECK_THROWS_AS(Lattice(3).points({0, (Index{1} << 20) + 1}), std::invalid_argument);
  CHECK_THROWS_AS(set.points({0, Index{1} << 62}), std::bad_alloc);
  const std::vector<Index> indices{0, -1};
  CHECK_THROWS_WITH_AS(set.fill_at<double>(indices, out(2, 3, 3, 1)),
                       "indices: must be at least 0 and below 9223372036854775807; got -1", std::invalid_argument);
  CHECK_THROWS_AS(for_each_block(set, {0, 4}, 0, [](Range, MatrixSpan<const double>) {}), std::invalid_argument);
  CHECK(set.points({0, 0}).empty());
  CHECK(set.points({1, 2}) == std::vector<double>{0.5, 0.5, 0.5});
}

TEST_CASE("blocks of a reversed or negative range are refused") {
  const auto walk = [](Range range) { for_each_block(Sobol(2), range, 4, [](Range, MatrixSpan<const double>) {}); };
  CHECK_THROWS_WITH_AS(walk({10, 0}), "range.last: must not be below range.first; got 0", std::invalid_argument);
  CHECK_THROWS_WITH_AS(walk({-1, 3}), "range.first: must not be negative; got -1", std::invalid_argument);
}
