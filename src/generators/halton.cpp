#include <cmath>

#include <korobov/generators/halton.hpp>

#include "generators/any_base.hpp"

namespace korobov {
namespace {

// The first d primes, by the sieve of Eratosthenes. The d-th one is at most d (ln d + ln ln d) for d >= 6 (Rosser and
// Schoenfeld 1962, equation 3.13).
std::vector<std::uint32_t> primes(Index d) {
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

std::shared_ptr<const detail::Generator> sequence(Index d) {
  detail::require(d >= 1 && d <= kHaltonDimensions, "d", "must be from 1 to " + detail::shown(kHaltonDimensions), d);
  auto rule = std::make_shared<detail::DigitRule>();
  rule->family = "Halton";
  rule->bases = primes(d);
  return detail::make_any_base(std::move(rule), Randomization::none, std::nullopt, 0);
}

Randomization kind(const HaltonRandomization& how) {
  constexpr Randomization kinds[] = {Randomization::lms_shift,     Randomization::lms_permutation,
                                     Randomization::permutation,   Randomization::lms,
                                     Randomization::digital_shift, Randomization::nested_uniform};
  return kinds[how.index()];
}

}  // namespace

Halton::Halton(Index d) : Halton(sequence(d)) {}
Halton::Halton(std::shared_ptr<const detail::Generator> generator) : PointSet(std::move(generator)) {}
Halton Halton::replicate(std::uint32_t r) const { return Halton(generator().replicate(r)); }

Halton randomized(const Halton& points, HaltonRandomization how, Seed seed) {
  return Halton(detail::make_any_base(detail::digit_rule(points.generator()), kind(how), seed, 0));
}

}  // namespace korobov
