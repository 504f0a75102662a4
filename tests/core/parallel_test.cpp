#include <atomic>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include <korobov/core/parallel.hpp>

TEST_CASE("parallel_for visits each index once, whatever the number of threads") {
  const int before = korobov::num_threads();
  for (const int threads : {1, 2, 3, 7}) {
    korobov::set_num_threads(threads);
    for (const korobov::Index count : {0, 1, 9, 10, 11, 1000}) {
      std::vector<int> visits(static_cast<std::size_t>(count), 0);
      korobov::parallel_for(count, 10, [&](korobov::Range range) {
        CHECK((range.first % 10 == 0));
        for (auto i = range.first; i < range.last; ++i) ++visits[static_cast<std::size_t>(i)];
      });
      CHECK(visits == std::vector<int>(static_cast<std::size_t>(count), 1));
    }
  }
  korobov::set_num_threads(before);
}

TEST_CASE("parallel_for hands on an exception") {
  const int before = korobov::num_threads();
  korobov::set_num_threads(2);
  CHECK_THROWS_AS(korobov::parallel_for(100, 1, [](korobov::Range) { throw std::domain_error("f"); }),
                  std::domain_error);
  korobov::set_num_threads(before);
}

TEST_CASE("set_num_threads names parameter, rule and value") {
  CHECK_THROWS_WITH_AS(korobov::set_num_threads(0), "num_threads: must be at least 1; got 0", std::invalid_argument);
}

TEST_CASE("a loop inside a loop runs in its own thread") {
  const int before = korobov::num_threads();
  korobov::set_num_threads(3);
  std::atomic<int> inner_calls{0};
  korobov::parallel_for(3, 1, [&](korobov::Range) {
    korobov::parallel_for(100, 1, [&](korobov::Range range) {
      CHECK((range.first == 0 && range.last == 100));
      ++inner_calls;
    });
  });
  CHECK(inner_calls == 3);
  korobov::set_num_threads(before);
}
