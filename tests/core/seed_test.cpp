#include <bit>
#include <cmath>
#include <set>
#include <vector>

#include <boost/random/uniform_int_distribution.hpp>
#include <doctest/doctest.h>

#include <korobov/core/seed.hpp>

using korobov::CounterEngine;
using korobov::Purpose;
using korobov::Seed;

TEST_CASE("philox reproduces the published known answers") {
  // Random123, examples/kat_vectors, philox4x64 10 rounds.
  CHECK(korobov::philox({0, 0, 0, 0}, {0, 0}) ==
        korobov::PhiloxBlock{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b});
  constexpr std::uint64_t ones = ~std::uint64_t{0};
  CHECK(korobov::philox({ones, ones, ones, ones}, {ones, ones}) ==
        korobov::PhiloxBlock{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0});
  CHECK(korobov::philox({0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
                        {0x452821e638d01377, 0xbe5466cf34e90c6c}) ==
        korobov::PhiloxBlock{0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6});
}

TEST_CASE("an engine reaches any place by discard, and equal engines agree") {
  CounterEngine walked(Seed{7}, Purpose::iid, 2, 3);
  for (int i = 0; i < 21; ++i) walked();
  CounterEngine jumped(Seed{7}, Purpose::iid, 2, 3);
  jumped.discard(21);
  CHECK(walked == jumped);
  CHECK(walked() == jumped());
}

TEST_CASE("an engine drives a Boost distribution") {
  CounterEngine engine(Seed{1});
  const boost::random::uniform_int_distribution<int> die(1, 6);
  std::set<int> seen;
  for (int i = 0; i < 200; ++i) seen.insert(die(engine));
  CHECK(seen == std::set<int>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("streams that differ in one key part agree in half of their bits") {
  // 64 * 256 = 16384 fair coins per pair: |z| < 5 fails by chance with probability 6e-7 per pair, 8 pairs.
  const auto agreement = [](CounterEngine a, CounterEngine b) {
    constexpr int words = 256;
    int equal = 0;
    for (int i = 0; i < words; ++i) equal += 64 - std::popcount(a() ^ b());
    return (equal - 32.0 * words) / std::sqrt(16.0 * words);
  };
  const Seed seed{42};
  const CounterEngine base(seed, Purpose::shift, 0, 0);
  CHECK(std::abs(agreement(base, CounterEngine(Seed{43}, Purpose::shift, 0, 0))) < 5);
  CHECK(std::abs(agreement(base, CounterEngine(seed, Purpose::digital_shift, 0, 0))) < 5);
  CHECK(std::abs(agreement(base, CounterEngine(seed, Purpose::shift, 1, 0))) < 5);
  CHECK(std::abs(agreement(base, CounterEngine(seed, Purpose::shift, 0, 1))) < 5);
  CHECK(std::abs(agreement(base, CounterEngine(seed.child(0), Purpose::shift, 0, 0))) < 5);
  CHECK(std::abs(agreement(CounterEngine(seed.child(0)), CounterEngine(seed.child(1)))) < 5);
  CHECK(std::abs(agreement(CounterEngine(seed.child(0).child(1)), CounterEngine(seed.child(1).child(0)))) < 5);
  CHECK(std::abs(agreement(CounterEngine(Seed{0}), CounterEngine(Seed{0}.child(0)))) < 5);
}

TEST_CASE("children are distinct") {
  std::set<std::uint64_t> values;
  for (std::uint64_t k = 0; k < 1000; ++k) values.insert(Seed{5}.child(k).value);
  CHECK(values.size() == 1000);
}
