// The committed hashes of words (word_hashes.txt, read by the Python tests too).
#include <fstream>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include <korobov/core/instruction_set.hpp>
#include <korobov/core/parallel.hpp>

#include "generators/families.hpp"

using namespace korobov;

namespace {

struct Line {
  std::string family, randomize, order, d, seed, replicate, n, first, last, hash;
};

AnyPointSet plain_lattice(const Line& line) {
  LatticeOptions options;
  if (line.order == "gray") options.order = Order::gray;
  if (line.order == "linear") options.order = Order::linear;
  if (line.n != "-") options.n = std::stoll(line.n);
  const Index d = std::stoll(line.d);
  if (line.family == "OwnLattice") options.generating_vector = test::own_vector(d);
  const Lattice plain(d, options);
  return line.randomize == "none" ? plain : randomized(plain, Shift{}, Seed{std::stoull(line.seed)});
}

AnyPointSet net(const Line& line) {
  const Order order = line.order == "gray" ? Order::gray : Order::natural;
  const Index d = std::stoll(line.d);
  const std::size_t slash = line.family.find('/');
  const int alpha = slash == std::string::npos ? 1 : std::stoi(line.family.substr(slash + 1));
  const bool sobol = line.family.starts_with("Sobol");
  const DigitalNet plain = sobol ? Sobol(d, {.order = order, .alpha = alpha}) : test::own_net(d, 64, order, alpha);
  if (line.randomize == "none") return plain;
  const Seed seed{std::stoull(line.seed)};
  if (line.randomize == "nus") return randomized(plain, Nus{}, seed);
  if (line.randomize == "lms") return randomized(plain, Lms{}, seed);
  if (line.randomize == "shift") return randomized(plain, DigitalShift{}, seed);
  return randomized(plain, LmsShift{}, seed);
}

AnyPointSet kronecker(const Line& line) {
  const Index d = std::stoll(line.d);
  const Kronecker plain = line.family == "OwnKronecker" ? test::own_kronecker(d)
                          : line.family == "RKronecker" ? Kronecker(d, KroneckerVector::r_sequence)
                                                        : Kronecker(d);
  return line.randomize == "none" ? plain : randomized(plain, Shift{}, Seed{std::stoull(line.seed)});
}

// A family in any base, under the line's randomization.
template <class Points>
AnyPointSet with_digits(const Points& plain, const Line& line) {
  for (const auto& [how, randomization] : test::digit_randomizations()) {
    if (how == line.randomize) return randomized(plain, randomization, Seed{std::stoull(line.seed)});
  }
  return plain;
}

AnyPointSet made(const Line& line) {
  const Index d = std::stoll(line.d);
  if (line.family == "Halton") return with_digits(Halton(d), line);
  if (line.family == "Faure") return with_digits<DigitalNetAnyBase>(Faure(d), line);
  if (line.family == "Faure/2") return with_digits<DigitalNetAnyBase>(Faure(d, {.alpha = 2}), line);
  if (line.family == "Niederreiter3") return with_digits<DigitalNetAnyBase>(Niederreiter(d, {.base = 3}), line);
  if (line.family == "Hammersley") return with_digits(Hammersley(d, std::stoll(line.n)), line);
  if (line.family == "DigitalNetAnyBase") {
    return with_digits(DigitalNetAnyBase(6, test::own_digit_matrices(6, d, 20, 24)), line);
  }
  if (line.family.ends_with("Kronecker")) return kronecker(line);
  if (line.family == "LatinHypercube") {
    return LatinHypercube(d, std::stoll(line.n), Seed{std::stoull(line.seed)});
  }
  if (line.family == "IID") return IID(d, Seed{std::stoull(line.seed)});
  const bool is_net = line.family.starts_with("Sobol") || line.family.starts_with("DigitalNet");
  return is_net ? net(line) : plain_lattice(line);
}

std::string hash_of(const Line& line) {
  AnyPointSet set = made(line);
  if (line.replicate != "-") set = set.replicate(static_cast<std::uint32_t>(std::stoul(line.replicate)));
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const Word w : set.integers({std::stoll(line.first), std::stoll(line.last)})) hash = (hash ^ w) * 0x100000001B3U;
  std::ostringstream text;
  text << "0x" << std::hex << hash;
  return text.str();
}

}  // namespace

TEST_CASE("words have their committed hashes, for every instruction set and any threads") {
  const auto before = instruction_set();
  const int threads = num_threads();
  for (const auto set : {InstructionSet::baseline, InstructionSet::avx2, InstructionSet::avx512}) {
    if (!is_supported(set)) continue;
    set_instruction_set(set);
    set_num_threads(set == InstructionSet::baseline ? 3 : 1);
    std::ifstream file(KOROBOV_DATA_DIR "/../tests/generators/word_hashes.txt");
    int lines = 0;
    for (std::string text; std::getline(file, text);) {
      if (text.starts_with('#')) continue;
      Line line;
      std::istringstream(text) >> line.family >> line.randomize >> line.order >> line.d >> line.seed >>
          line.replicate >> line.n >> line.first >> line.last >> line.hash;
      CAPTURE(text);
      CHECK(hash_of(line) == line.hash);
      ++lines;
    }
    CHECK(lines >= 80);
  }
  set_instruction_set(before);
  set_num_threads(threads);
}
