#include <algorithm>

#include <korobov/generators/digital_net_any_base.hpp>
#include <korobov/generators/halton.hpp>

#include "generators/any_base.hpp"
#include "generators/any_base_matrices.hpp"
#include "generators/interlace.hpp"

namespace korobov {
namespace {

using detail::Base;
using detail::require;
using detail::shown;

// base^exponent, or kLargestIndex where that is more.
Index limited_power(Index base, Index exponent) noexcept {
  Index power = 1;
  for (Index e = 0; e < exponent; ++e) {
    if (power > detail::kLargestIndex / base) return detail::kLargestIndex;
    power *= base;
  }
  return power;
}

// Checked arguments as a rule. Columns past floor(D / alpha) are not used.
std::shared_ptr<const detail::DigitRule> net_rule(std::string_view family, Index base,
                                                  const GeneratingMatrices& matrices, int alpha) {
  auto rule = std::make_shared<detail::DigitRule>();
  rule->family = family;
  rule->alpha = alpha;
  rule->details = ", base=" + shown(base) + (alpha > 1 ? ", alpha=" + shown(alpha) : "");
  const auto b = static_cast<std::uint32_t>(base);
  rule->bases.assign(static_cast<std::size_t>(matrices.count / alpha), b);
  const auto columns = static_cast<int>(std::min<Index>(matrices.columns, Base(b).digits() / alpha));
  rule->matrices = {matrices.count, static_cast<int>(matrices.rows), columns, {}};
  rule->matrices.digits.reserve(static_cast<std::size_t>(matrices.count * matrices.rows * columns));
  for (Index j = 0; j < matrices.count; ++j) {
    const std::uint32_t* from = matrices.digits.data() + j * matrices.rows * matrices.columns;
    for (Index k = 0; k < columns; ++k) {
      for (Index r = 0; r < matrices.rows; ++r) rule->matrices.digits.push_back(from[r * matrices.columns + k]);
    }
  }
  rule->size_limit = limited_power(base, columns);
  return rule;
}

void require_alpha(int alpha) {
  require(alpha >= 1 && alpha <= detail::kMostInterlaced, "alpha", "must be from 1 to 5", alpha);
}
void require_digits(int alpha, Index base) {
  const int digits = Base(static_cast<std::uint32_t>(base)).digits();
  require(alpha <= digits, "alpha", "must be at most " + shown(digits) + ", the digits kept in base " + shown(base),
          alpha);
}

std::shared_ptr<const detail::Generator> plain(std::shared_ptr<const detail::DigitRule> rule) {
  return detail::make_any_base(std::move(rule), Randomization::none, std::nullopt, 0);
}

std::shared_ptr<const detail::Generator> own_net(Index base, const GeneratingMatrices& matrices, int alpha) {
  require(base >= 2 && base <= kLargestBase, "base", "must be from 2 to 2^21", base);
  require_alpha(alpha);
  require_digits(alpha, base);
  require(matrices.count >= 1 && matrices.count % alpha == 0, "matrices",
          "must be d * alpha, a multiple of alpha = " + shown(alpha) + " and not none", matrices.count);
  const int digits = Base(static_cast<std::uint32_t>(base)).digits();
  const std::string range = "must be from 1 to " + shown(digits) + ", the digits that are kept in base " + shown(base);
  require(matrices.rows >= 1 && matrices.rows <= digits, "rows", range, matrices.rows);
  require(matrices.columns >= 1 && matrices.columns <= digits, "columns", range, matrices.columns);
  require(matrices.digits.size() / static_cast<std::size_t>(matrices.rows * matrices.columns) ==
                  static_cast<std::size_t>(matrices.count) &&
              matrices.digits.size() % static_cast<std::size_t>(matrices.rows * matrices.columns) == 0,
          "digits", "must have count * rows * columns elements", matrices.digits.size());
  const auto largest = std::max_element(matrices.digits.begin(), matrices.digits.end());
  require(*largest < base, "digits", "must be below the base, " + shown(base), *largest);
  return plain(net_rule("DigitalNetAnyBase", base, matrices, alpha));
}

std::shared_ptr<const detail::Generator> faure(Index d, const FaureOptions& options) {
  require_alpha(options.alpha);
  require(d >= 1 && d <= kFaureDimensions / options.alpha, "d",
          "must be from 1 to " + shown(kFaureDimensions / options.alpha) + " for alpha = " + shown(options.alpha), d);
  const Index components = d * options.alpha;
  Index base = std::max<Index>(2, components);
  if (options.base) {
    require(*options.base >= components && *options.base <= kLargestBase && detail::is_prime(*options.base), "base",
            "must be a prime from d * alpha = " + shown(components) + " to 2^21", *options.base);
    base = *options.base;
  }
  while (!detail::is_prime(base)) ++base;
  require_digits(options.alpha, base);
  return plain(
      net_rule("Faure", base, detail::faure_matrices(components, static_cast<std::uint32_t>(base)), options.alpha));
}

std::shared_ptr<const detail::Generator> niederreiter(Index d, const NiederreiterOptions& options) {
  require_alpha(options.alpha);
  const Index most = kNiederreiterDimensions / options.alpha;
  require(d >= 1 && d <= most, "d", "must be from 1 to " + shown(most) + " for alpha = " + shown(options.alpha), d);
  require(options.base <= kLargestBase && detail::is_prime(options.base), "base", "must be a prime, at most 2^21",
          options.base);
  require_digits(options.alpha, options.base);
  const auto matrices = detail::niederreiter_matrices(d * options.alpha, static_cast<std::uint32_t>(options.base));
  return plain(net_rule("Niederreiter", options.base, matrices, options.alpha));
}

std::shared_ptr<const detail::Generator> hammersley(Index d, Index n) {
  require(d >= 1 && d <= kFaureDimensions, "d", "must be from 1 to " + shown(kFaureDimensions), d);
  require(n >= 2 && n < detail::kLargestIndex, "n", "must be from 2 to 2^63 - 2", n);
  Index base = 0;
  int m = 63;
  for (; m >= 1; --m) {  // the smallest base has the largest exponent
    base = detail::integer_root(n, m);
    if (base >= 2 && limited_power(base, m) == n) break;
  }
  require(base <= kLargestBase, "n", "must be a power b^m, m >= 1, of a base b <= 2^21", n);
  auto rule = std::make_shared<detail::DigitRule>();
  rule->family = "Hammersley";
  rule->bases = {static_cast<std::uint32_t>(base)};
  const auto primes = detail::first_primes(d);
  rule->bases.insert(rule->bases.end(), primes.begin(), primes.end() - 1);
  rule->matrices = {1, m, m, std::vector<std::uint32_t>(static_cast<std::size_t>(m) * static_cast<std::size_t>(m), 0)};
  for (int k = 0; k < m; ++k) rule->matrices.digits[static_cast<std::size_t>(k * m + m - 1 - k)] = 1;
  rule->size_limit = n;
  rule->details = ", n=" + shown(n);
  return plain(std::move(rule));
}

}  // namespace

DigitalNetAnyBase::DigitalNetAnyBase(Index base, const GeneratingMatrices& matrices, int alpha)
    : DigitalNetAnyBase(own_net(base, matrices, alpha)) {}
DigitalNetAnyBase::DigitalNetAnyBase(std::shared_ptr<const detail::Generator> generator)
    : DigitPoints(std::move(generator)) {}

std::uint32_t DigitalNetAnyBase::base() const noexcept { return detail::digit_rule(generator())->bases[0]; }
int DigitalNetAnyBase::alpha() const noexcept { return detail::digit_rule(generator())->alpha; }
GeneratingMatrices DigitalNetAnyBase::matrices() const {
  const detail::DigitRule& rule = *detail::digit_rule(generator());
  const auto how = randomization();
  const bool scrambled =
      how == Randomization::lms || how == Randomization::lms_shift || how == Randomization::lms_permutation;
  const detail::DigitMatrices used =
      scrambled ? detail::scrambled_matrices(rule, *seed(), replicate_index()) : rule.matrices;
  GeneratingMatrices result{used.count, used.rows, used.columns, {}};
  result.digits.reserve(used.digits.size());
  for (Index j = 0; j < used.count; ++j) {
    const std::uint32_t* from = used.digits.data() + j * used.rows * used.columns;
    for (Index r = 0; r < used.rows; ++r) {
      for (Index k = 0; k < used.columns; ++k) result.digits.push_back(from[k * used.rows + r]);
    }
  }
  return result;
}
DigitalNetAnyBase DigitalNetAnyBase::replicate(std::uint32_t r) const {
  return DigitalNetAnyBase(generator().replicate(r));
}
DigitalNetAnyBase randomized(const DigitalNetAnyBase& net, DigitRandomization how, Seed seed) {
  return DigitalNetAnyBase(
      detail::make_any_base(detail::digit_rule(net.generator()), detail::randomization_of(how), seed, 0));
}

Faure::Faure(Index d, const FaureOptions& options) : DigitalNetAnyBase(faure(d, options)) {}
Niederreiter::Niederreiter(Index d, const NiederreiterOptions& options) : DigitalNetAnyBase(niederreiter(d, options)) {}

Hammersley::Hammersley(Index d, Index n) : Hammersley(hammersley(d, n)) {}
Hammersley::Hammersley(std::shared_ptr<const detail::Generator> generator) : DigitPoints(std::move(generator)) {}
Hammersley Hammersley::replicate(std::uint32_t r) const { return Hammersley(generator().replicate(r)); }
Hammersley randomized(const Hammersley& points, DigitRandomization how, Seed seed) {
  return Hammersley(
      detail::make_any_base(detail::digit_rule(points.generator()), detail::randomization_of(how), seed, 0));
}

}  // namespace korobov
