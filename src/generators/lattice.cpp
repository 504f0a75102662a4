#include <algorithm>

#include <korobov/core/bits.hpp>
#include <korobov/generators/lattice.hpp>
#include <korobov/generators/tables.hpp>

#include "generators/column_points.hpp"
#include "generators/embedded.hpp"
#include "generators/linear_lattice.hpp"

namespace korobov {
namespace {

using detail::Facts;
using detail::GroupOperation;
using detail::require;
using detail::shown;

const LatticeTable& default_table() {
  static const LatticeTable table =
      parse_lattice(detail::embedded(korobov_data_lattice_default, korobov_data_lattice_default_end),
                    "lattice_embedded_2p10_2p20_d3600.txt");
  return table;
}

// What a lattice was made from; shared by its randomizations.
struct LatticeRule {
  std::vector<Word> z;     // (d)
  std::optional<Index> n;  // as in the options
  Order order = Order::natural;
  Index size_limit = 0;
  bool own = false;  // the vector was given
};

void require_points(const LatticeOptions& options, Index most) {
  if (options.order == Order::linear) {
    if (!options.n) detail::fail_requirement("n", "must be given for linear order", "none");
    require(*options.n >= 1 && *options.n <= most, "n", "must be from 1 to " + shown(most), *options.n);
  } else if (options.n) {
    require(is_power_of_two(*options.n) && *options.n <= most, "n",
            "must be a power of two, at most " + shown(most) + ", in radical-inverse and Gray order", *options.n);
  }
}

LatticeRule make_rule(Index d, const LatticeOptions& options) {
  const bool own = !options.generating_vector.empty();
  const std::vector<Word>& z = own ? options.generating_vector : default_table().generating_vector;
  const Index most_points = own ? detail::kLargestIndex : default_table().n;
  const auto components = static_cast<Index>(z.size());
  require(d >= 1, "d", "must be at least 1", d);
  require(d <= components, "d",
          own ? "must be at most the length " + shown(components) + " of generating_vector"
              : "must be at most " + shown(components) + " with the default generating vector (give generating_vector)",
          d);
  require_points(options, most_points);
  LatticeRule rule{{z.begin(), z.begin() + d}, options.n, options.order, options.n.value_or(most_points), own};
  for (const Word component : rule.z) {
    if (options.order == Order::linear) {
      require(component != 0, "generating_vector", "must have components of at least 1", component);
    } else {
      require(component % 2 == 1, "generating_vector", "must have odd components in radical-inverse and Gray order",
              component);
    }
  }
  return rule;
}

bool is_sum_of_columns(const LatticeRule& rule) { return rule.order != Order::linear || is_power_of_two(*rule.n); }

// Column k of x_i = rev64(i) z: bit k of i is bit 63 - k of rev64(i). In linear order with n = 2^m, x_i = i z 2^(64-m).
detail::ColumnPoints columns_of(const LatticeRule& rule, std::vector<Word> shift) {
  detail::ColumnPoints points;
  points.dimension = static_cast<Index>(rule.z.size());
  points.bits = static_cast<int>(std::bit_width(static_cast<Word>(rule.size_limit - 1)));
  points.operation = GroupOperation::addition;
  points.gray = rule.order == Order::gray;
  auto columns = std::make_shared_for_overwrite<Word[]>(static_cast<std::size_t>(points.bits) * rule.z.size());
  Word* column = columns.get();
  for (int k = 0; k < points.bits; ++k) {
    const int places = rule.order == Order::linear ? 64 - points.bits + k : 63 - k;
    for (const Word z : rule.z) *column++ = z << places;
  }
  points.columns = std::move(columns);
  points.offset = std::move(shift);
  return points;
}

Facts facts_of(const LatticeRule& rule, std::optional<Seed> seed, std::uint32_t replicate) {
  Facts facts;
  facts.family = "Lattice";
  facts.dimension = static_cast<Index>(rule.z.size());
  facts.size_limit = rule.size_limit;
  facts.symmetry = SymmetryKind::cyclic;
  facts.order = rule.order;
  facts.randomization = seed ? Randomization::shift : Randomization::none;
  facts.seed = seed;
  facts.replicate = replicate;
  facts.fast_transform = rule.order == Order::natural;
  if (rule.n) facts.details += ", n=" + shown(*rule.n);
  if (rule.own) facts.details += ", generating_vector=own";
  return facts;
}

// A generator of lattice points, whatever its order, keeps the rule it came from.
class HasRule {
 public:
  explicit HasRule(std::shared_ptr<const LatticeRule> rule) : rule_(std::move(rule)) {}
  const std::shared_ptr<const LatticeRule>& shared_rule() const noexcept { return rule_; }

 protected:
  ~HasRule() = default;

 private:
  std::shared_ptr<const LatticeRule> rule_;
};

template <class Base>
class WithRule final : public Base, public HasRule {
 public:
  template <class... Arguments>
  explicit WithRule(std::shared_ptr<const LatticeRule> rule, Arguments&&... arguments)
      : Base(std::forward<Arguments>(arguments)...), HasRule(std::move(rule)) {}
  std::shared_ptr<const detail::Generator> replicate(std::uint32_t r) const override;
};
using ColumnLattice = WithRule<detail::ColumnGenerator>;
using LinearLattice = WithRule<detail::LinearLatticeGenerator>;

std::shared_ptr<const detail::Generator> make_generator(const std::shared_ptr<const LatticeRule>& rule,
                                                        std::optional<Seed> seed, std::uint32_t replicate) {
  const auto d = static_cast<Index>(rule->z.size());
  const Facts facts = facts_of(*rule, seed, replicate);
  std::vector<Word> shift = seed ? detail::random_words(d, *seed, Purpose::shift, replicate)
                                 : std::vector<Word>(static_cast<std::size_t>(d), 0);
  if (is_sum_of_columns(*rule)) {
    return std::make_shared<const ColumnLattice>(rule, facts, columns_of(*rule, std::move(shift)));
  }
  return std::make_shared<const LinearLattice>(rule, facts, rule->z, *rule->n, std::move(shift));
}

template <class Base>
std::shared_ptr<const detail::Generator> WithRule<Base>::replicate(std::uint32_t r) const {
  const Facts& facts = this->facts();
  require(facts.seed.has_value(), "replicate", "must be asked of a randomized set", "a plain lattice");
  return make_generator(shared_rule(), facts.seed, r);
}

const std::shared_ptr<const LatticeRule>& rule_of(const detail::Generator& generator) {
  return dynamic_cast<const HasRule&>(generator).shared_rule();
}

}  // namespace

Lattice::Lattice(Index d, const LatticeOptions& options)
    : Lattice(make_generator(std::make_shared<const LatticeRule>(make_rule(d, options)), std::nullopt, 0)) {}
Lattice::Lattice(std::shared_ptr<const detail::Generator> generator) : PointSet(std::move(generator)) {}

std::span<const Word> Lattice::generating_vector() const noexcept { return rule_of(generator())->z; }
std::optional<Index> Lattice::n() const noexcept { return rule_of(generator())->n; }
Lattice Lattice::replicate(std::uint32_t r) const { return Lattice(generator().replicate(r)); }

Lattice randomized(const Lattice& lattice, Shift, Seed seed) {
  return Lattice(make_generator(rule_of(lattice.generator()), seed, 0));
}

}  // namespace korobov
