#include <bit>
#include <string_view>

#include <korobov/generators/sobol.hpp>

#include "generators/embedded.hpp"
#include "generators/net_generator.hpp"

namespace korobov {
namespace {

constexpr std::string_view kTableName = "joe_kuo_d6_21201.bin";
constexpr int kColumns = 63;  // indices below 2^63

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
    if (byte + 8 > bytes_.size() + 7 || at_ + static_cast<std::size_t>(width) > 8 * bytes_.size()) {
      throw DataError(kTableName, 1, "expected more bits");
    }
    const std::uint64_t window = number(bytes_, byte, std::min<std::size_t>(8, bytes_.size() - byte));
    const std::uint64_t value = (window >> (at_ % 8)) & ((std::uint64_t{1} << width) - 1);
    at_ += static_cast<std::size_t>(width);
    return value;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

// Joe and Kuo's equation 2 with v_k = m_k 2^(64-k): v_k = xor of a_i v_{k-i} (0 < i < s) ^ v_{k-s} ^ (v_{k-s} >> s).
void unpack_dimension(BitReader& bits, Word* columns, Index stride) {
  const int degree = static_cast<int>(bits.take(5));
  if (degree == 0) {
    for (int k = 0; k < kColumns; ++k) columns[k * stride] = Word{1} << (63 - k);
    return;
  }
  const Word interior = bits.take(degree - 1);
  columns[0] = Word{1} << 63;
  for (int k = 1; k < degree; ++k) columns[k * stride] = (2 * bits.take(k) + 1) << (63 - k);
  for (int k = degree; k < kColumns; ++k) {
    const Word last = columns[(k - degree) * stride];
    Word v = last ^ (last >> degree);
    for (Word rest = interior; rest != 0; rest &= rest - 1) {
      const int back = degree - 1 - std::countr_zero(rest);  // a_i is bit s - 1 - i
      v ^= columns[(k - back) * stride];
    }
    columns[k * stride] = v;
  }
}

std::shared_ptr<const detail::Generator> make_sobol(Index d, const SobolOptions& options) {
  detail::require(d >= 1 && d <= kSobolDimensions, "d", "must be from 1 to 21201", d);
  detail::require(options.order != Order::linear, "order", "must be natural or gray for a net", name(options.order));
  auto rule = std::make_shared<detail::NetRule>();
  rule->family = "Sobol";
  rule->dimension = d;
  rule->columns = kColumns;
  rule->size_limit = detail::kLargestIndex;
  rule->order = options.order;
  std::vector<Word>& columns = rule->matrices.emplace_back(static_cast<std::size_t>(kColumns * d));
  BitReader bits(payload());
  for (Index j = 0; j < d; ++j) unpack_dimension(bits, columns.data() + j, d);
  return detail::make_net(rule, Randomization::none, std::nullopt, 0);
}

}  // namespace

Sobol::Sobol(Index d, const SobolOptions& options) : DigitalNet(make_sobol(d, options)) {}

}  // namespace korobov
