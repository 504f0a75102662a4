// Distances: closed forms at chosen shares, counts letter by letter, gap rules, alphabets, refusals.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/core/seed.hpp>
#include <korobov/sequences/distances.hpp>

#include "support/instruction_sets.hpp"

using namespace korobov;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> distances(const std::vector<std::string>& sequences, DistanceModel model,
                              const DistanceOptions& options = {}) {
  const auto n = static_cast<Index>(sequences.size());
  std::vector<double> out(sequences.size() * sequences.size(), -1);
  sequence_distances(sequences, model, {out.data(), n, n}, options);
  return out;
}

double share(const std::string& a, const std::string& b, const DistanceOptions& options = {}) {
  return distances({a, b}, DistanceModel::p, options)[1];
}

std::vector<std::string> random_sequences(std::size_t n, std::size_t length, std::string_view letters, Seed seed) {
  CounterEngine engine(seed);
  std::vector<std::string> sequences(n, std::string(length, ' '));
  for (auto& sequence : sequences) {
    for (char& letter : sequence) letter = letters[engine() % letters.size()];
  }
  return sequences;
}

// Letter by letter, - missing.
double direct_share(const std::vector<std::string>& all, std::size_t i, std::size_t j, Gaps gaps) {
  int differing = 0, compared = 0;
  for (std::size_t s = 0; s < all[i].size(); ++s) {
    const bool any = std::any_of(all.begin(), all.end(), [s](const std::string& q) { return q[s] == '-'; });
    if (gaps == Gaps::complete && any) continue;
    if (gaps == Gaps::pairwise && (all[i][s] == '-' || all[j][s] == '-')) continue;
    ++compared;
    differing += all[i][s] != all[j][s];
  }
  return static_cast<double>(differing) / compared;
}

}  // namespace

TEST_CASE("models at shares with known values") {
  CHECK(evolutionary_distance(0.25, DistanceModel::p) == 0.25);
  CHECK(evolutionary_distance(0.25, DistanceModel::poisson) == doctest::Approx(0.2876820724517809).epsilon(4e-16));
  CHECK(evolutionary_distance(0.25, DistanceModel::jc69) == doctest::Approx(0.30409883108112326).epsilon(4e-16));
  CHECK(evolutionary_distance(0.25, DistanceModel::kimura) == doctest::Approx(-std::log(0.7375)).epsilon(1e-15));
  CHECK(evolutionary_distance(0.75, DistanceModel::gamma, 1) == doctest::Approx(3).epsilon(1e-15));
  CHECK(evolutionary_distance(0.75, DistanceModel::gamma, 2) == doctest::Approx(2).epsilon(1e-15));
  CHECK(evolutionary_distance(0.5, DistanceModel::gamma, 1e9) == doctest::Approx(std::log(2)).epsilon(1e-8));
  for (const auto model :
       {DistanceModel::p, DistanceModel::poisson, DistanceModel::gamma, DistanceModel::kimura, DistanceModel::jc69}) {
    CHECK(evolutionary_distance(0, model) == 0);
    CHECK_FALSE(std::signbit(evolutionary_distance(0, model)));
    CHECK(evolutionary_distance(1e-12, model) == doctest::Approx(1e-12).epsilon(1e-11));  // first order: p
  }
}

TEST_CASE("infinite at and past the singularity") {
  CHECK(evolutionary_distance(1, DistanceModel::p) == 1);
  CHECK(evolutionary_distance(1, DistanceModel::poisson) == kInfinity);
  CHECK(evolutionary_distance(1, DistanceModel::gamma) == kInfinity);
  CHECK(evolutionary_distance(0.75, DistanceModel::jc69) == kInfinity);
  CHECK(evolutionary_distance(0.9, DistanceModel::jc69) == kInfinity);
  CHECK(std::isfinite(evolutionary_distance(0.854101966, DistanceModel::kimura)));  // root (sqrt 45 - 5) / 2
  CHECK(evolutionary_distance(0.854101967, DistanceModel::kimura) == kInfinity);
}

TEST_CASE("counts equal those letter by letter, for every gap rule, length and instruction set") {
  for (const std::size_t length : std::vector<std::size_t>{1, 63, 64, 65, 511, 512, 513, 1300}) {
    auto sequences = random_sequences(37, length, "ACDEFGHIKLMNPQRSTVWY", Seed{length});
    CounterEngine engine(Seed{7 + length});
    if (length > 1) {
      for (std::size_t g = 0; g < sequences.size(); ++g) sequences[g][1 + engine() % (length / 2)] = '-';
    }
    for (const auto gaps : {Gaps::pairwise, Gaps::complete, Gaps::state}) {
      for_each_instruction_set([&] {
        const auto d = distances(sequences, DistanceModel::p, {.gaps = gaps, .alphabet = {}});
        for (std::size_t i = 0; i < 37; ++i) {
          for (std::size_t j = 0; j < 37; ++j) CHECK(d[i * 37 + j] == direct_share(sequences, i, j, gaps));
        }
      });
    }
  }
}

TEST_CASE("few letters need few planes") {
  for (const std::string_view letters :
       {"A", "AC", "ACG", "ACGT", "ACGTB", "ABCDEFGHIJKLMNOPQ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ*-?"}) {
    const auto sequences = random_sequences(5, 200, letters, Seed{letters.size()});
    const auto d = distances(sequences, DistanceModel::p, {.gaps = Gaps::state, .alphabet = {}});
    for (std::size_t i = 0; i < 5; ++i) {
      for (std::size_t j = 0; j < 5; ++j) CHECK(d[i * 5 + j] == direct_share(sequences, i, j, Gaps::state));
    }
  }
}

TEST_CASE("gap rules differ as they say") {
  const std::vector<std::string> sequences{"AC-GT", "AA-GT", "ACTG-"};
  const auto of = [&](Gaps gaps) { return distances(sequences, DistanceModel::p, {.gaps = gaps, .alphabet = {}}); };
  CHECK(of(Gaps::pairwise)[1] == 0.25);
  CHECK(of(Gaps::pairwise)[2] == 0);
  CHECK(of(Gaps::complete)[1] == 1. / 3);
  CHECK(of(Gaps::state)[1] == 0.2);
  CHECK(of(Gaps::state)[2] == 0.4);
}

TEST_CASE("alphabets: case, U for T, ambiguity codes") {
  CHECK(share("acgu", "ACGT", {.alphabet = Alphabet::dna()}) == 0);
  CHECK(share("ACGU", "ACGT") == 0.25);
  CHECK(share("ACNA", "ACGT", {.alphabet = Alphabet::dna()}) == 1. / 3);
  CHECK(share("ACNA", "ACGT", {.gaps = Gaps::state, .alphabet = Alphabet::dna()}) == 0.5);
  CHECK(share("ACNA", "ACGT") == 0.5);
  CHECK(share("WXYB", "WCYA", {.alphabet = Alphabet::protein()}) == 0);
  CHECK(share("01?1", "0110", {.alphabet = Alphabet("01")}) == 1. / 3);
  CHECK(Alphabet::dna().size() == 4);
  CHECK(Alphabet::protein().size() == 23);
  CHECK_THROWS_WITH_AS(Alphabet("ACa"),
                       "alphabet: letters must be distinct, upper and lower case being the same; got 'a'",
                       std::invalid_argument);
  CHECK_THROWS_AS(Alphabet("A-"), std::invalid_argument);
  CHECK_THROWS_AS(Alphabet("A "), std::invalid_argument);
  CHECK_THROWS_AS(Alphabet(""), std::invalid_argument);
  CHECK_THROWS_AS(Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZ12345"), std::invalid_argument);
}

TEST_CASE("the same distances for any number of threads, into any layout") {
  const auto sequences = random_sequences(75, 300, "ACGT", Seed{5});
  const int before = num_threads();
  set_num_threads(1);
  const auto one = distances(sequences, DistanceModel::jc69);
  set_num_threads(5);
  std::vector<double> wide(std::size_t{75} * 80, -1);
  sequence_distances(sequences, DistanceModel::jc69, {wide.data(), 75, 75, 1, 80});
  set_num_threads(before);
  for (std::size_t i = 0; i < 75; ++i) {
    for (std::size_t j = 0; j < 75; ++j) CHECK(one[i * 75 + j] == wide[i + j * 80]);
  }
  CHECK(distances({"ACGT"}, DistanceModel::poisson) == std::vector<double>{0});
}

TEST_CASE("bad sequences are refused with their place") {
  const auto refused = [](const std::vector<std::string>& sequences, const char* message, DistanceOptions options = {},
                          DistanceModel model = DistanceModel::p) {
    CHECK_THROWS_WITH_AS(distances(sequences, model, options), message, std::invalid_argument);
  };
  refused({}, "seqs: must hold at least one; got 0");
  refused({""}, "seqs: must have at least one letter; got 0");
  refused({"ACGT", "ACG"}, "seqs: must have equal lengths (4, that of sequence 0); got 3 for sequence 1");
  refused({"ACGT", "AC1T"}, "seqs: must hold letters of the alphabet, - and ? only; got '1' at site 2 of sequence 1");
  refused({"ACGT", "ACZT"}, "seqs: must hold letters of the alphabet, - and ? only; got 'Z' at site 2 of sequence 1",
          {.alphabet = {}}, DistanceModel::jc69);
  refused({"A\xC3"}, "seqs: must hold letters of the alphabet, - and ? only; got byte 195 at site 1 of sequence 0");
  refused({"AC", "AC"}, "alphabet: must have four letters for jc69; got 2", {.alphabet = Alphabet("AC")},
          DistanceModel::jc69);
  refused(
      {"A-", "AC", "-C"},
      "gaps: pairwise deletion must leave two sequences a site that neither misses; got none for sequences 0 and 2");
  refused({"A-", "-C"}, "gaps: complete deletion must leave a site that no sequence misses; got 0",
          {.gaps = Gaps::complete, .alphabet = {}});
  refused({"AC"}, "a: must be positive and finite; got 0", {.a = 0, .alphabet = {}});
  std::vector<double> out(6);
  const std::vector<std::string> two{"A", "C"};
  CHECK_THROWS_WITH_AS(sequence_distances(two, DistanceModel::p, {out.data(), 2, 3}),
                       "out: must have shape (2, 2); got (2, 3)", std::invalid_argument);
  CHECK_THROWS_AS(evolutionary_distance(1.5, DistanceModel::p), std::invalid_argument);
  CHECK_THROWS_AS(evolutionary_distance(std::nan(""), DistanceModel::p), std::invalid_argument);
}
