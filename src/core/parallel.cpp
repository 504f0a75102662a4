#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <thread>
#include <vector>

#include <korobov/core/error.hpp>
#include <korobov/core/parallel.hpp>

namespace korobov {
namespace {

int default_threads() noexcept {
  if (const char* text = std::getenv("KOROBOV_NUM_THREADS")) {
    constexpr int most = 1024;
    int wanted = 0;
    const char* const end = text + std::strlen(text);
    const auto [last, error] = std::from_chars(text, end, wanted);
    if (error == std::errc{} && last == end && 1 <= wanted && wanted <= most) return wanted;
  }
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::atomic<int>& thread_count() noexcept {
  static std::atomic<int> count{default_threads()};
  return count;
}

}  // namespace

int num_threads() noexcept { return thread_count().load(std::memory_order_relaxed); }

void set_num_threads(int k) {
  detail::require(k >= 1, "num_threads", "must be at least 1", k);
  thread_count().store(k, std::memory_order_relaxed);
}

void parallel_for(Index count, Index grain, const std::function<void(Range)>& body) {
  if (count <= 0) return;
  grain = std::max<Index>(grain, 1);
  const Index chunks = (count - 1) / grain + 1;
  const Index threads = std::min<Index>(num_threads(), chunks);
  thread_local bool is_inside = false;
  if (threads <= 1 || is_inside) {
    body({0, count});
    return;
  }
  // Consecutive, nearly equal shares in whole grains: neighbours in memory stay on one core.
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(threads));
  const auto start_of = [&](Index t) {
    return t == threads ? count : (chunks / threads * t + chunks % threads * t / threads) * grain;
  };
  const auto share = [&](Index t) {
    is_inside = true;
    try {
      const Range range{start_of(t), start_of(t + 1)};
      if (range.size() > 0) body(range);
    } catch (...) {
      errors[static_cast<std::size_t>(t)] = std::current_exception();
    }
    is_inside = false;
  };
  {
    std::vector<std::jthread> pool;
    pool.reserve(static_cast<std::size_t>(threads - 1));
    for (Index t = 1; t < threads; ++t) pool.emplace_back(share, t);
    share(0);
  }
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace korobov
