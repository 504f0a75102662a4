#include <random>

#include <korobov/core/seed.hpp>

namespace korobov {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kMultiplier0 = 0xD2E7470EE14C6C93U;
constexpr std::uint64_t kMultiplier1 = 0xCA5A826395121157U;
constexpr std::uint64_t kWeyl0 = 0x9E3779B97F4A7C15U;
constexpr std::uint64_t kWeyl1 = 0xBB67AE8584CAA73BU;
constexpr int kRounds = 10;

}  // namespace

PhiloxBlock philox(PhiloxBlock counter, std::array<std::uint64_t, 2> key) noexcept {
  for (int round = 0; round < kRounds; ++round) {
    const Wide p0 = static_cast<Wide>(kMultiplier0) * counter[0];
    const Wide p1 = static_cast<Wide>(kMultiplier1) * counter[2];
    counter = {static_cast<std::uint64_t>(p1 >> 64) ^ counter[1] ^ key[0], static_cast<std::uint64_t>(p1),
               static_cast<std::uint64_t>(p0 >> 64) ^ counter[3] ^ key[1], static_cast<std::uint64_t>(p0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

Seed Seed::child(std::uint64_t k) const noexcept {
  return Seed{philox({k, 0, 0, 0}, {value, static_cast<std::uint64_t>(Purpose::child)})[0]};
}

Seed Seed::fresh() {
  std::random_device entropy;
  const std::uint64_t high = entropy();
  return Seed{(high << 32) ^ entropy()};
}

void CounterEngine::refill() noexcept {
  block_ = philox({place_ / 4, dimension_, replicate_, 0}, key_);
  filled_ = true;
}

}  // namespace korobov
