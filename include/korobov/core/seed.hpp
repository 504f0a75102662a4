// Seeds and the counter-based engine every random digit comes from.
//
// A random word is a function of (seed, purpose, replicate, dimension, place): nothing is stored, any word is reached
// directly, and streams with different coordinates are independent. The function is Philox4x64-10: Salmon, Moraes,
// Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 4; constants from its table of
// multipliers and Weyl increments (the same function as numpy.random.Philox).
//   key     = (seed, purpose)
//   counter = (place / 4, dimension, replicate, 0), word place % 4 of the block
#pragma once

#include <array>
#include <limits>

#include <korobov/core/types.hpp>

namespace korobov {

struct Seed {
  std::uint64_t value = 0;
  // An independent seed for part k of a larger computation. k: any value.
  KOROBOV_API Seed child(std::uint64_t k) const noexcept;
  // A seed from the operating system's entropy source.
  KOROBOV_API static Seed fresh();
  friend bool operator==(Seed, Seed) = default;
};

// What a random word is for; a part of the key, so that two uses of one seed share nothing. The numbers are part of the
// stream: new purposes are appended.
enum class Purpose : std::uint64_t {
  child = 1,
  shift = 2,
  digital_shift = 3,
  linear_matrix_scramble = 4,
  iid = 5,
  engine = 6,
  nested_uniform = 7,
  digit_permutation = 8,
  base_b_scramble = 9,  // linear matrix scramble in any base
  base_b_shift = 10,
  base_b_nested = 11,
  latin_hypercube = 12,
};

using PhiloxBlock = std::array<std::uint64_t, 4>;
// Philox4x64-10 of one counter block under one key.
KOROBOV_API PhiloxBlock philox(PhiloxBlock counter, std::array<std::uint64_t, 2> key) noexcept;

// An engine over one stream. Models UniformRandomBitGenerator and Boost.Random's engine concept (seed-constructible,
// discard, comparable, copyable), so distributions of either library run on it. Random access by discard, in O(1).
class KOROBOV_API CounterEngine {
 public:
  using result_type = std::uint64_t;
  explicit CounterEngine(Seed seed, Purpose purpose = Purpose::engine, std::uint64_t replicate = 0,
                         std::uint64_t dimension = 0) noexcept
      : key_{seed.value, static_cast<std::uint64_t>(purpose)}, replicate_(replicate), dimension_(dimension) {}
  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }
  result_type operator()() noexcept {
    if ((place_ & 3U) == 0 || !filled_) refill();
    return block_[static_cast<std::size_t>(place_++ & 3U)];
  }
  void discard(std::uint64_t count) noexcept {
    place_ += count;
    filled_ = false;
  }
  friend bool operator==(const CounterEngine& a, const CounterEngine& b) noexcept {
    return a.key_ == b.key_ && a.replicate_ == b.replicate_ && a.dimension_ == b.dimension_ && a.place_ == b.place_;
  }

 private:
  void refill() noexcept;
  std::array<std::uint64_t, 2> key_;
  std::uint64_t replicate_;
  std::uint64_t dimension_;
  std::uint64_t place_ = 0;
  PhiloxBlock block_{};
  bool filled_ = false;
};

}  // namespace korobov
