#include <algorithm>
#include <bit>

#include <korobov/core/bits.hpp>
#include <korobov/core/parallel.hpp>
#include <korobov/generators/digital_net.hpp>

#include "generators/interlace.hpp"
#include "generators/net_generator.hpp"
#include "generators/philox_kernel.hpp"

namespace korobov {
namespace detail {
namespace {

class NetGenerator final : public ColumnGenerator {
 public:
  NetGenerator(std::shared_ptr<const NetRule> rule, const Facts& facts, ColumnPoints points)
      : ColumnGenerator(facts, std::move(points)), rule_(std::move(rule)) {}
  const std::shared_ptr<const NetRule>& rule() const noexcept { return rule_; }

  std::shared_ptr<const Generator> replicate(std::uint32_t r) const override {
    require(facts().seed || rule_->matrices.size() > 1, "replicate", "must be asked of a randomized set",
            "a plain net");
    return make_net(rule_, facts().randomization, facts().seed, r);
  }

 private:
  std::shared_ptr<const NetRule> rule_;
};

// Columns of S_j: column p has a one at digit p (bit 63 - p), zeros before it and random digits after it.
MatrixColumns random_scramble(Seed seed, std::uint32_t replicate, Index j) {
  constexpr Index blocks = 16;
  std::array<Word, 64> random{};  // word p of the stream is word p % 4 of block p / 4
  philox_blocks({0, static_cast<std::uint64_t>(j), replicate, 0}, Varying::place,
                {seed.value, static_cast<std::uint64_t>(Purpose::linear_matrix_scramble)}, blocks, random.data(),
                blocks);
  MatrixColumns scramble;
  for (std::size_t p = 0; p < scramble.size(); ++p) {
    const Word diagonal = Word{1} << (63 - p);
    scramble[p] = diagonal | (random[p % 4 * blocks + p / 4] & (diagonal - 1));
  }
  return scramble;
}

// Columns (m, d) of S_j C_j.
std::shared_ptr<const Word[]> scrambled(const Word* columns, Index m, Index d, Seed seed, std::uint32_t replicate) {
  auto result = std::make_shared_for_overwrite<Word[]>(static_cast<std::size_t>(m * d));
  constexpr Index grain = 256;
  parallel_for(d, grain, [&](Range range) {
    ColumnTile plain;
    ColumnTile product{};
    for (Index first = range.first; first < range.last; first += kTileWidth) {
      load_tile(columns, m, d, first, plain);
      for (Index j = 0; j < std::min(kTileWidth, d - first); ++j) {
        const auto at = static_cast<std::size_t>(j);
        multiply_columns(random_scramble(seed, replicate, first + j), plain[at], product[at]);
      }
      store_tile(product, m, d, first, result.get());
    }
  });
  return result;
}

// Columns (m, d) of the interlaced matrices.
std::shared_ptr<const Word[]> interlaced_columns(const Word* components, Index m, Index d, int alpha) {
  auto result = std::make_shared_for_overwrite<Word[]>(static_cast<std::size_t>(m * d));
  for (Index k = 0; k < m; ++k) interlace(alpha, components + k * d * alpha, d, result.get() + k * d);
  return result;
}

}  // namespace

Index net_size_limit(Index columns, int alpha) noexcept {
  const Index bits = std::min(columns, Index{64 / alpha});
  return bits >= 63 ? kLargestIndex : Index{1} << bits;
}

const std::shared_ptr<const Word[]>& NetRule::matrices_of(std::uint32_t replicate) const {
  const std::size_t given = matrices.size();
  require(given == 1 || replicate < given, "replicate",
          "must be below the number " + shown(given) + " of replicates of the matrices", replicate);
  return matrices[given == 1 ? 0 : replicate];
}

std::shared_ptr<const Word[]> component_matrices(const NetRule& rule, Randomization randomization,
                                                 std::optional<Seed> seed, std::uint32_t replicate) {
  const std::shared_ptr<const Word[]>& plain = rule.matrices_of(replicate);
  const bool scrambles = randomization == Randomization::lms || randomization == Randomization::lms_shift;
  return scrambles ? scrambled(plain.get(), rule.columns, rule.components(), *seed, replicate) : plain;
}

void load_tile(const Word* columns, Index m, Index d, Index first, ColumnTile& tile) {
  const auto width = static_cast<std::size_t>(std::min(kTileWidth, d - first));
  for (auto& column : tile) column.fill(0);
  for (Index k = 0; k < m; ++k) {
    for (std::size_t j = 0; j < width; ++j) {
      tile[j][static_cast<std::size_t>(k)] = columns[k * d + first + static_cast<Index>(j)];
    }
  }
}

void store_tile(const ColumnTile& tile, Index m, Index d, Index first, Word* columns) {
  const auto width = static_cast<std::size_t>(std::min(kTileWidth, d - first));
  for (Index k = 0; k < m; ++k) {
    for (std::size_t j = 0; j < width; ++j) {
      columns[k * d + first + static_cast<Index>(j)] = tile[j][static_cast<std::size_t>(k)];
    }
  }
}

std::shared_ptr<const Generator> make_net(const std::shared_ptr<const NetRule>& rule, Randomization randomization,
                                          std::optional<Seed> seed, std::uint32_t replicate) {
  const Index d = rule->dimension;

  Facts facts;
  facts.family = rule->family;
  facts.dimension = d;
  facts.size_limit = rule->size_limit;
  facts.symmetry = SymmetryKind::dyadic;
  facts.order = rule->order;
  facts.randomization = randomization;
  facts.seed = seed;
  facts.replicate = replicate;
  facts.fast_transform = true;
  if (rule->alpha > 1) facts.details = ", alpha=" + shown(rule->alpha);

  ColumnPoints points;
  points.dimension = d;
  points.bits = static_cast<int>(std::min(rule->columns, Index{64 / rule->alpha}));
  points.operation = GroupOperation::exclusive_or;
  points.gray = rule->order == Order::gray;
  points.columns = component_matrices(*rule, randomization, seed, replicate);
  if (rule->alpha > 1) points.columns = interlaced_columns(points.columns.get(), points.bits, d, rule->alpha);
  const bool shifts = randomization == Randomization::digital_shift || randomization == Randomization::lms_shift;
  points.offset = shifts ? random_words(d, *seed, Purpose::digital_shift, replicate)
                         : std::vector<Word>(static_cast<std::size_t>(d), 0);
  return std::make_shared<const NetGenerator>(rule, facts, std::move(points));
}

const std::shared_ptr<const NetRule>& net_rule_of(const Generator& net) noexcept {
  return static_cast<const NetGenerator&>(net).rule();
}

Randomization randomization_of(const NetRandomization& how) noexcept {
  constexpr Randomization kinds[] = {Randomization::lms_shift, Randomization::lms, Randomization::digital_shift};
  return kinds[how.index()];
}

}  // namespace detail

namespace {

using detail::require;

std::shared_ptr<const detail::NetRule> own_matrices(std::span<const MatrixSpan<const Word>> replicates,
                                                    const DigitalNetOptions& options) {
  require(!replicates.empty(), "replicates", "must hold at least one set of matrices", 0);
  require(options.order != Order::linear, "order", "must be natural or gray for a net", name(options.order));
  require(options.alpha >= 1 && options.alpha <= detail::kMostInterlaced, "alpha", "must be from 1 to 5",
          options.alpha);
  const Index rows = replicates[0].rows;  // d alpha
  const Index m = replicates[0].cols;
  require(rows >= 1, "matrices", "must have at least one row (dimension)", rows);
  require(rows % options.alpha == 0, "matrices",
          "must have d * alpha rows, a multiple of alpha = " + detail::shown(options.alpha), rows);
  require(m >= 1 && m <= 64, "matrices", "must have from 1 to 64 columns", m);
  auto rule = std::make_shared<detail::NetRule>();
  rule->family = "DigitalNet";
  rule->dimension = rows / options.alpha;
  rule->columns = m;
  rule->alpha = options.alpha;
  rule->size_limit = detail::net_size_limit(m, options.alpha);
  rule->order = options.order;
  for (const MatrixSpan<const Word>& matrices : replicates) {
    require(matrices.rows == rows && matrices.cols == m, "replicates", "must all have the shape of the first",
            detail::shown(matrices.rows) + " x " + detail::shown(matrices.cols));
    require(matrices.data != nullptr, "matrices", "must not be null", "null");
    auto columns = std::make_shared_for_overwrite<Word[]>(static_cast<std::size_t>(rows * m));
    for (Index k = 0; k < m; ++k) {
      for (Index j = 0; j < rows; ++j) {
        columns[k * rows + j] = options.msb_first ? matrices(j, k) : reverse_bits(matrices(j, k));
      }
    }
    rule->matrices.push_back(std::move(columns));
  }
  return rule;
}

}  // namespace

DigitalNet::DigitalNet(MatrixSpan<const Word> matrices, const DigitalNetOptions& options)
    : DigitalNet(std::span<const MatrixSpan<const Word>>(&matrices, 1), options) {}
DigitalNet::DigitalNet(std::span<const MatrixSpan<const Word>> replicates, const DigitalNetOptions& options)
    : DigitalNet(detail::make_net(own_matrices(replicates, options), Randomization::none, std::nullopt, 0)) {}
DigitalNet::DigitalNet(std::shared_ptr<const detail::Generator> generator) : PointSet(std::move(generator)) {}

Index DigitalNet::columns() const noexcept { return detail::net_rule_of(generator())->columns; }
Index DigitalNet::matrix_replicates() const noexcept {
  return static_cast<Index>(detail::net_rule_of(generator())->matrices.size());
}
int DigitalNet::alpha() const noexcept { return detail::net_rule_of(generator())->alpha; }
std::vector<Word> DigitalNet::matrices() const {
  const detail::NetRule& rule = *detail::net_rule_of(generator());
  const auto kept = detail::component_matrices(rule, randomization(), seed(), replicate_index());
  const Word* by_column = kept.get();
  const auto m = static_cast<std::size_t>(rule.columns);
  const auto rows = static_cast<std::size_t>(rule.components());
  std::vector<Word> result(rows * m);
  for (std::size_t j = 0; j < rows; ++j) {
    for (std::size_t k = 0; k < m; ++k) result[j * m + k] = by_column[k * rows + j];
  }
  return result;
}
DigitalNet DigitalNet::replicate(std::uint32_t r) const { return DigitalNet(generator().replicate(r)); }

DigitalNet randomized(const DigitalNet& net, NetRandomization how, Seed seed) {
  return DigitalNet(detail::make_net(detail::net_rule_of(net.generator()), detail::randomization_of(how), seed, 0));
}

}  // namespace korobov
