// Threads for long loops: how many, and one parallel loop.
//
// The default is KOROBOV_NUM_THREADS if that is a number from 1 to 1024, else the number of cores. Threads are started
// per loop and joined before it returns, so nothing outlives a call, a fork finds no pool, and exceptions reach the
// caller. What a loop computes must not depend on how its range is cut: results are the same for any number of threads.
#pragma once

#include <functional>

#include <korobov/core/types.hpp>

namespace korobov {

KOROBOV_API int num_threads() noexcept;
// k >= 1, else std::invalid_argument. Applies to loops started later, in the whole process.
KOROBOV_API void set_num_threads(int k);

// Calls body on disjoint consecutive ranges that cover [0, count), each of at least `grain` indices (but the last) and
// starting at a multiple of `grain`, on up to num_threads() threads. With one thread, or count <= grain, body runs once
// in the calling thread. An exception of body is rethrown when all threads have finished
// their ranges (the one of the lowest range). A loop started inside body runs in its own thread alone.
KOROBOV_API void parallel_for(Index count, Index grain, const std::function<void(Range)>& body);

}  // namespace korobov
