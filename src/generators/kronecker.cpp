#include <algorithm>
#include <cmath>
#include <string>

#include <boost/multiprecision/cpp_int.hpp>

#include <korobov/generators/kronecker.hpp>

#include "generators/column_points.hpp"

namespace korobov {
namespace {

using detail::Facts;
using detail::require;
using detail::shown;
__extension__ using Wide = unsigned __int128;

// What a sequence was made from; shared by its randomizations.
struct KroneckerRule {
  std::string vector;                     // its name: "richtmyer", "r_sequence", "own"
  std::vector<Word> a;                    // (d)
  std::shared_ptr<const Word[]> columns;  // (63, d): a 2^k
};

// The first `count` primes, by a sieve to the bound n (log n + log log n) of Rosser and Schoenfeld 1962, (3.13), which
// holds for n >= 6.
std::vector<Word> first_primes(Index count) {
  const double n = std::max(6.0, static_cast<double>(count));
  const auto bound = static_cast<std::size_t>(n * (std::log(n) + std::log(std::log(n)))) + 1;
  std::vector<char> composite(bound + 1, 0);
  std::vector<Word> primes;
  for (std::size_t p = 2; p <= bound && static_cast<Index>(primes.size()) < count; ++p) {
    if (composite[p] != 0) continue;
    primes.push_back(p);
    for (std::size_t q = p * p; q <= bound; q += p) composite[q] = 1;
  }
  return primes;
}

// floor(2^64 {sqrt(p)}), p < 2^32: the square root bit by bit. Before and after each step, root^2 + rest is p times the
// power of four reached, and rest <= 2 root < 2^81.
Word root_fraction(Word p) {
  Wide root = 0;
  while ((root + 1) * (root + 1) <= p) ++root;
  Wide rest = p - root * root;
  for (int bit = 0; bit < 64; ++bit) {
    const Wide trial = 4 * root + 1;
    root *= 2;
    rest *= 4;
    if (rest >= trial) {
      rest -= trial;
      ++root;
    }
  }
  return static_cast<Word>(root);
}

std::vector<Word> richtmyer(Index d) {
  std::vector<Word> a;
  for (const Word p : first_primes(d)) a.push_back(root_fraction(p));
  return a;
}

// g = 1 / phi solves g^d (1 + g) = 1. In fixed point with 256 bits after the point, products rounded down: the power d
// has an error below 3 d 2^-256, and the slope of the left side is at least d, so bisection gives g within 2^-253; the
// power j + 1 is within (j + 1) 2^-252 <= 2^-232, and 64 bits of it are kept.
std::vector<Word> r_sequence(Index d) {
  using Fixed = boost::multiprecision::uint1024_t;
  static constexpr unsigned kBits = 256;
  const Fixed one = Fixed(1) << kBits;
  const auto product = [](const Fixed& x, const Fixed& y) -> Fixed { return (x * y) >> kBits; };
  const auto power = [&](Fixed base, Index exponent) -> Fixed {
    Fixed result = one;
    for (; exponent != 0; exponent >>= 1, base = product(base, base)) {
      if ((exponent & 1) != 0) result = product(result, base);
    }
    return result;
  };
  Fixed g = 0;
  for (unsigned bit = kBits; bit-- > 0;) {
    const Fixed trial = g | (Fixed(1) << bit);
    if (product(power(trial, d), one + trial) <= one) g = trial;
  }
  std::vector<Word> a;
  Fixed a_j = g;
  for (Index j = 0; j < d; ++j, a_j = product(a_j, g)) a.push_back(static_cast<Word>(a_j >> (kBits - 64)));
  return a;
}

Facts facts_of(const KroneckerRule& rule, std::optional<Seed> seed, std::uint32_t replicate) {
  Facts facts;
  facts.family = "Kronecker";
  facts.dimension = static_cast<Index>(rule.a.size());
  facts.randomization = seed ? Randomization::shift : Randomization::none;
  facts.seed = seed;
  facts.replicate = replicate;
  facts.details = ", vector=" + rule.vector;
  return facts;
}

class KroneckerGenerator final : public detail::ColumnGenerator {
 public:
  KroneckerGenerator(std::shared_ptr<const KroneckerRule> rule, const Facts& facts, std::vector<Word> shift)
      : ColumnGenerator(
            facts, {facts.dimension, 63, detail::GroupOperation::addition, false, rule->columns, std::move(shift)}),
        rule_(std::move(rule)) {}
  const std::shared_ptr<const KroneckerRule>& shared_rule() const noexcept { return rule_; }
  std::shared_ptr<const Generator> replicate(std::uint32_t r) const override;

 private:
  std::shared_ptr<const KroneckerRule> rule_;
};

std::shared_ptr<const detail::Generator> make_generator(const std::shared_ptr<const KroneckerRule>& rule,
                                                        std::optional<Seed> seed, std::uint32_t replicate) {
  const auto d = static_cast<Index>(rule->a.size());
  std::vector<Word> shift = seed ? detail::random_words(d, *seed, Purpose::shift, replicate)
                                 : std::vector<Word>(static_cast<std::size_t>(d), 0);
  return std::make_shared<const KroneckerGenerator>(rule, facts_of(*rule, seed, replicate), std::move(shift));
}

std::shared_ptr<const detail::Generator> KroneckerGenerator::replicate(std::uint32_t r) const {
  require(facts().seed.has_value(), "replicate", "must be asked of a randomized set", "a plain Kronecker sequence");
  return make_generator(rule_, facts().seed, r);
}

// Column k is 2^k a: i a is their sum over the bits of i.
std::shared_ptr<const detail::Generator> plain(std::string vector, std::vector<Word> a) {
  auto columns = std::make_shared_for_overwrite<Word[]>(63 * a.size());
  Word* column = columns.get();
  for (int k = 0; k < 63; ++k) {
    for (const Word word : a) *column++ = word << k;
  }
  return make_generator(
      std::make_shared<const KroneckerRule>(KroneckerRule{std::move(vector), std::move(a), std::move(columns)}),
      std::nullopt, 0);
}

std::shared_ptr<const detail::Generator> by_rule(Index d, KroneckerVector vector) {
  require(d >= 1 && d <= kKroneckerDimensions, "d", "must be from 1 to " + shown(kKroneckerDimensions), d);
  return vector == KroneckerVector::richtmyer ? plain("richtmyer", richtmyer(d)) : plain("r_sequence", r_sequence(d));
}

std::shared_ptr<const detail::Generator> own(Index d, std::span<const Word> vector) {
  const auto length = static_cast<Index>(vector.size());
  require(d >= 1, "d", "must be at least 1", d);
  require(d <= length, "d", "must be at most the length " + shown(length) + " of vector", d);
  return plain("own", {vector.begin(), vector.begin() + d});
}

std::vector<Word> words_of(std::span<const double> vector) {
  std::vector<Word> words;
  for (const double a : vector) {
    require(a >= 0 && a < 1, "vector", "must have components in [0, 1)", a);
    words.push_back(static_cast<Word>(a * 0x1p64));
  }
  return words;
}

const KroneckerGenerator& generator_of(const detail::Generator& generator) {
  return dynamic_cast<const KroneckerGenerator&>(generator);
}

}  // namespace

Kronecker::Kronecker(Index d, KroneckerVector vector) : Kronecker(by_rule(d, vector)) {}
Kronecker::Kronecker(Index d, std::span<const Word> vector) : Kronecker(own(d, vector)) {}
Kronecker::Kronecker(Index d, std::span<const double> vector) : Kronecker(d, std::span<const Word>(words_of(vector))) {}
Kronecker::Kronecker(std::shared_ptr<const detail::Generator> generator) : PointSet(std::move(generator)) {}

std::span<const Word> Kronecker::vector() const noexcept { return generator_of(generator()).shared_rule()->a; }
Kronecker Kronecker::replicate(std::uint32_t r) const { return Kronecker(generator().replicate(r)); }

Kronecker randomized(const Kronecker& points, Shift, Seed seed) {
  return Kronecker(make_generator(generator_of(points.generator()).shared_rule(), seed, 0));
}

}  // namespace korobov
