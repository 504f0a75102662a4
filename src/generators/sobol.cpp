#include <algorithm>
#include <bit>
#include <string_view>

#include <korobov/core/parallel.hpp>
#include <korobov/generators/sobol.hpp>

#include "generators/embedded.hpp"
#include "generators/interlace.hpp"
#include "generators/net_generator.hpp"
#include "generators/sobol_recurrence.hpp"

namespace korobov {
namespace {

constexpr std::string_view kTableName = "joe_kuo_d6_21201.bin";

// Little-endian numbers and bit fields of the packed table (format: data/pack_joe_kuo.py).
std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t k = 0; k < count; ++k) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + k])) << (8 * k);
  }
  return value;
}

std::string_view checked_payload(std::string_view table) {
  constexpr std::string_view magic("KBJKD6\0\1", 8);
  constexpr std::size_t header = 24;
  const auto fail = [](std::string_view what) { throw DataError(kTableName, 1, what); };
  if (table.size() < header || table.substr(0, magic.size()) != magic) fail("expected the magic bytes KBJKD6");
  if (number(table, 8, 4) != kSobolDimensions) fail("expected 21201 dimensions");
  const std::string_view payload = table.substr(header);
  if (number(table, 12, 4) != payload.size() || payload.size() % 8 != 0) fail("expected the length of the payload");
  std::uint64_t checksum = 0xCBF29CE484222325U;  // FNV-1a, 64 bits, over words
  for (std::size_t at = 0; at < payload.size(); at += 8) {
    checksum = (checksum ^ number(payload, at, 8)) * 0x100000001B3U;
  }
  if (checksum != number(table, 16, 8)) fail("expected the checksum of the header");
  return payload;
}

std::string_view payload() {
  static const std::string_view bytes =
      checked_payload(detail::embedded(korobov_data_joe_kuo, korobov_data_joe_kuo_end));
  return bytes;
}

class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}
  // The next `width` <= 20 bits, the first read the least significant.
  std::uint64_t take(int width) {
    const std::size_t byte = at_ / 8;
    if (at_ + static_cast<std::size_t>(width) > 8 * bytes_.size()) {
      throw DataError(kTableName, 1, "expected more bits");
    }
    const std::uint64_t window = number(bytes_, byte, std::min<std::size_t>(8, bytes_.size() - byte));
    const std::uint64_t value = (window >> (at_ % 8)) & ((std::uint64_t{1} << width) - 1);
    at_ += static_cast<std::size_t>(width);
    return value;
  }
  void skip(int width) { at_ += static_cast<std::size_t>(width); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

// Bits of a dimension behind its degree: interior coefficients, then m_2 .. m_s.
int bits_after_degree(int degree) { return degree == 0 ? 0 : degree - 1 + degree * (degree - 1) / 2; }

void unpack_dimension(BitReader& bits, detail::MatrixColumns& columns) {
  const auto degree = static_cast<std::size_t>(bits.take(5));
  const Word coefficients = degree == 0 ? 0 : bits.take(static_cast<int>(degree) - 1);
  columns[0] = Word{1} << 63;
  for (std::size_t k = 1; k < degree; ++k) columns[k] = (2 * bits.take(static_cast<int>(k)) + 1) << (63 - k);
  detail::extend_sobol(degree, coefficients, columns);
}

// Columns (m, d) of the first d dimensions, m <= 63.
std::shared_ptr<const Word[]> unpack(Index m, Index d) {
  auto columns = std::make_shared_for_overwrite<Word[]>(static_cast<std::size_t>(m * d));
  const std::string_view bytes = payload();
  constexpr Index grain = 512;
  parallel_for(d, grain, [&](Range range) {
    BitReader bits(bytes);
    for (Index j = 0; j < range.first; ++j) bits.skip(bits_after_degree(static_cast<int>(bits.take(5))));
    detail::ColumnTile tile{};
    for (Index first = range.first; first < range.last; first += detail::kTileWidth) {
      const Index width = std::min(detail::kTileWidth, range.last - first);
      for (Index j = 0; j < width; ++j) unpack_dimension(bits, tile[static_cast<std::size_t>(j)]);
      detail::store_tile(tile, m, d, first, columns.get());
    }
  });
  return columns;
}

std::shared_ptr<const detail::Generator> make_sobol(Index d, const SobolOptions& options) {
  detail::require(options.alpha >= 1 && options.alpha <= detail::kMostInterlaced, "alpha", "must be from 1 to 5",
                  options.alpha);
  const Index most = kSobolDimensions / options.alpha;
  detail::require(d >= 1 && d <= most, "d",
                  "must be from 1 to " + detail::shown(most) +
                      (options.alpha > 1 ? " with alpha = " + detail::shown(options.alpha) : std::string()),
                  d);
  detail::require(options.order != Order::linear, "order", "must be natural or gray for a net", name(options.order));
  auto rule = std::make_shared<detail::NetRule>();
  rule->family = "Sobol";
  rule->dimension = d;
  rule->columns = std::min(detail::kSobolColumns, Index{64 / options.alpha});
  rule->alpha = options.alpha;
  rule->size_limit = detail::net_size_limit(rule->columns, options.alpha);
  rule->order = options.order;
  rule->matrices.push_back(unpack(rule->columns, rule->components()));
  return detail::make_net(rule, Randomization::none, std::nullopt, 0);
}

}  // namespace

Sobol::Sobol(Index d, const SobolOptions& options) : DigitalNet(make_sobol(d, options)) {}

}  // namespace korobov
