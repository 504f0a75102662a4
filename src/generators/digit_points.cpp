#include <algorithm>
#include <cmath>
#include <new>

#include <korobov/core/parallel.hpp>
#include <korobov/generators/digit_points.hpp>

#include "generators/any_base.hpp"

namespace korobov {
namespace detail {

void digits_of_words(const DigitRule& rule, std::span<const Word> words, Index places, std::span<std::uint32_t> out) {
  std::vector<Base> bases;
  for (const std::uint32_t b : rule.bases) bases.emplace_back(b);
  const auto d = static_cast<Index>(bases.size());
  const auto rows = static_cast<Index>(words.size()) / d;
  parallel_for(rows, rows_per_thread(8 * d), [&](Range part) {
    const Word* word = words.data() + part.first * d;
    std::uint32_t* to = out.data() + part.first * d * places;
    for (Index i = part.first; i < part.last; ++i) {
      for (const Base& base : bases) {
        Word rest = base.numerator(*word++);
        std::fill_n(to, places, 0U);
        for (int r = base.digits(); r-- > 0; rest /= base.value())
          to[r] = static_cast<std::uint32_t>(rest % base.value());
        to += places;
      }
    }
  });
}

// The sieve of Eratosthenes. The d-th prime is at most d (ln d + ln ln d) for d >= 6 (Rosser and Schoenfeld 1962,
// equation 3.13).
std::vector<std::uint32_t> first_primes(Index d) {
  const double n = static_cast<double>(std::max<Index>(d, 6));
  const auto limit = static_cast<std::size_t>(n * (std::log(n) + std::log(std::log(n)))) + 1;
  std::vector<bool> composite(limit + 1, false);
  std::vector<std::uint32_t> found;
  found.reserve(static_cast<std::size_t>(d));
  for (std::size_t p = 2; static_cast<Index>(found.size()) < d; ++p) {
    if (composite[p]) continue;
    found.push_back(static_cast<std::uint32_t>(p));
    for (std::size_t multiple = p * p; multiple <= limit; multiple += p) composite[multiple] = true;
  }
  return found;
}

bool is_prime(Index n) noexcept {
  if (n < 2) return false;
  for (Index q = 2; q * q <= n; ++q) {
    if (n % q == 0) return false;
  }
  return true;
}

Randomization randomization_of(const DigitRandomization& how) noexcept {
  constexpr Randomization kinds[] = {Randomization::lms_shift,     Randomization::lms_permutation,
                                     Randomization::permutation,   Randomization::lms,
                                     Randomization::digital_shift, Randomization::nested_uniform};
  return kinds[how.index()];
}

}  // namespace detail

DigitPoints::DigitPoints(std::shared_ptr<const detail::Generator> generator) : PointSet(std::move(generator)) {}

std::vector<std::uint32_t> DigitPoints::bases() const { return detail::digit_rule(generator())->bases; }

Index DigitPoints::places() const noexcept {
  const auto& bases = detail::digit_rule(generator())->bases;
  return detail::Base(*std::min_element(bases.begin(), bases.end())).digits();
}

void DigitPoints::fill_digits(std::span<const Word> words, std::span<std::uint32_t> out) const {
  const auto d = static_cast<std::size_t>(dimension());
  detail::require(words.size() % d == 0, "words", "must have n d elements, d = " + detail::shown(d), words.size());
  const std::size_t size = words.size() * static_cast<std::size_t>(places());
  detail::require(out.size() == size, "out", "must have n d places = " + detail::shown(size) + " elements", out.size());
  detail::digits_of_words(*detail::digit_rule(generator()), words, places(), out);
}

std::vector<std::uint32_t> DigitPoints::digits(Range range) const {
  constexpr Index most = detail::kLargestIndex / detail::kMostDigits / static_cast<Index>(sizeof(Word));
  if (range.size() > most / dimension()) throw std::bad_alloc();
  const std::vector<Word> words = integers(range);
  std::vector<std::uint32_t> out(words.size() * static_cast<std::size_t>(places()));
  fill_digits(words, out);
  return out;
}

DigitPoints DigitPoints::replicate(std::uint32_t r) const { return DigitPoints(generator().replicate(r)); }

}  // namespace korobov
