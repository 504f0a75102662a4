// The sets every family's tests run on, and plain references for their words.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <korobov/generators/digital_net.hpp>
#include <korobov/generators/digital_net_any_base.hpp>
#include <korobov/generators/halton.hpp>
#include <korobov/generators/iid.hpp>
#include <korobov/generators/kronecker.hpp>
#include <korobov/generators/latin_hypercube.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/nested_uniform.hpp>
#include <korobov/generators/sobol.hpp>

namespace korobov::test {

// A number that looks random, from a formula simple enough for every language: Steele, Lea, Flood's splitmix64.
inline Word mixed(Word i) {
  Word w = (i + 1) * 0x9E3779B97F4A7C15U;
  w = (w ^ (w >> 30)) * 0xBF58476D1CE4E5B9U;
  w = (w ^ (w >> 27)) * 0x94D049BB133111EBU;
  return w ^ (w >> 31);
}

// (d, m): column k of matrix j is mixed(64 j + k).
inline std::vector<Word> own_matrices(Index d, Index m) {
  std::vector<Word> matrices;
  for (Index j = 0; j < d; ++j) {
    for (Index k = 0; k < m; ++k) matrices.push_back(mixed(static_cast<Word>(64 * j + k)));
  }
  return matrices;
}
inline DigitalNet own_net(Index d, Index m, Order order = Order::natural, int alpha = 1) {
  const std::vector<Word> matrices = own_matrices(d * alpha, m);
  return DigitalNet(MatrixSpan<const Word>(matrices.data(), d * alpha, m), {.order = order, .alpha = alpha});
}

inline std::vector<Word> own_vector(Index d) {
  std::vector<Word> z;
  for (Index j = 0; j < d; ++j) z.push_back(mixed(static_cast<Word>(1000 + j)) | 1U);
  return z;
}
inline Lattice own_lattice(Index d, Order order, std::optional<Index> n = std::nullopt) {
  return Lattice(d, {.order = order, .n = n, .generating_vector = own_vector(d)});
}

inline Kronecker own_kronecker(Index d) { return Kronecker(d, std::span<const Word>(own_vector(d))); }

// (count, rows, columns) digits in base b: element at place t of them all is mixed(t + b) mod b.
inline GeneratingMatrices own_digit_matrices(Index base, Index count, Index rows, Index columns) {
  GeneratingMatrices matrices{count, rows, columns, {}};
  const auto b = static_cast<Word>(base);
  for (Word t = 0; t < static_cast<Word>(count * rows * columns); ++t) {
    matrices.digits.push_back(static_cast<std::uint32_t>(mixed(t + b) % b));
  }
  return matrices;
}

// The randomizations of digits in any base by the names users type; `plain` adds "none" with a value to ignore.
inline std::vector<std::pair<std::string, DigitRandomization>> digit_randomizations(bool plain = false) {
  std::vector<std::pair<std::string, DigitRandomization>> all{
      {"lms_shift", LmsShift{}},           {"lms_permutation", LmsPermutation{}},
      {"permutation", DigitPermutation{}}, {"lms", Lms{}},
      {"shift", DigitalShift{}},           {"nus", Nus{}}};
  if (plain) all.emplace_back("none", Lms{});
  return all;
}

// Every family under every randomization and order. n_linear: points of the lattices in linear order.
inline std::vector<AnyPointSet> all_families(Index d, Seed seed) {
  std::vector<AnyPointSet> sets;
  constexpr Index prime = (Index{1} << 61) - 1;
  for (const Lattice& lattice :
       {own_lattice(d, Order::natural), own_lattice(d, Order::gray), own_lattice(d, Order::linear, prime),
        own_lattice(d, Order::linear, Index{1} << 62), own_lattice(d, Order::linear, Index{1000} * 999983)}) {
    sets.push_back(lattice);
    sets.push_back(randomized(lattice, Shift{}, seed));
  }
  for (const Order order : {Order::natural, Order::gray}) {
    for (const DigitalNet& net : {DigitalNet(Sobol(d, {.order = order})), own_net(d, 64, order), own_net(d, 17, order),
                                  DigitalNet(Sobol(d, {.order = order, .alpha = 2})), own_net(d, 64, order, 3)}) {
      sets.push_back(net);
      sets.push_back(randomized(net, LmsShift{}, seed));
      sets.push_back(randomized(net, Lms{}, seed));
      sets.push_back(randomized(net, DigitalShift{}, seed));
      sets.push_back(randomized(net, Nus{}, seed));
    }
  }
  for (const Kronecker& points : {Kronecker(d), own_kronecker(d)}) {
    sets.push_back(points);
    sets.push_back(randomized(points, Shift{}, seed));
  }
  for (const Index n : {Index{500}, Index{200003}, Index{1} << 62}) sets.push_back(LatinHypercube(d, n, seed));
  sets.push_back(IID(d, seed));
  sets.push_back(Halton(d));
  for (const auto& [how, randomization] : digit_randomizations()) {
    sets.push_back(randomized(Halton(d), randomization, seed));
  }
  // Nets in any base, of one base for all d; digital_net_any_base_test.cpp has each under every randomization.
  sets.push_back(Faure(d, {.base = 307}));
  sets.push_back(randomized(Faure(d, {.base = 907, .alpha = 3}), Nus{}, seed));
  sets.push_back(randomized(DigitalNetAnyBase(5, own_digit_matrices(5, d, 20, 26)), LmsPermutation{}, seed));
  sets.push_back(randomized(Hammersley(d, 847288609443), LmsShift{}, seed));  // 3^25
  return sets;
}

// Words of a range, one point at a time.
inline std::vector<Word> one_by_one(const AnyPointSet& set, Range range) {
  std::vector<Word> words(static_cast<std::size_t>(range.size() * set.dimension()));
  for (Index i = range.first; i < range.last; ++i) {
    set.fill_at<Word>(std::span<const Index>(&i, 1),
                      MatrixSpan<Word>(words.data() + (i - range.first) * set.dimension(), 1, set.dimension()));
  }
  return words;
}

}  // namespace korobov::test
