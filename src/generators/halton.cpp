#include <korobov/generators/halton.hpp>

#include "generators/any_base.hpp"

namespace korobov {
namespace {

std::shared_ptr<const detail::Generator> sequence(Index d) {
  detail::require(d >= 1 && d <= kHaltonDimensions, "d", "must be from 1 to " + detail::shown(kHaltonDimensions), d);
  auto rule = std::make_shared<detail::DigitRule>();
  rule->family = "Halton";
  rule->bases = detail::first_primes(d);
  return detail::make_any_base(std::move(rule), Randomization::none, std::nullopt, 0);
}

}  // namespace

Halton::Halton(Index d) : Halton(sequence(d)) {}
Halton::Halton(std::shared_ptr<const detail::Generator> generator) : DigitPoints(std::move(generator)) {}
Halton Halton::replicate(std::uint32_t r) const { return Halton(generator().replicate(r)); }

Halton randomized(const Halton& points, HaltonRandomization how, Seed seed) {
  return Halton(detail::make_any_base(detail::digit_rule(points.generator()), detail::randomization_of(how), seed, 0));
}

}  // namespace korobov
