// Two results are the same but for the time they took.
#pragma once

#include <korobov/cubature/result.hpp>

namespace korobov::test {

inline bool same(const Result& a, const Result& b) {
  bool is_same = a.value == b.value && a.error_bound == b.error_bound && a.lower == b.lower && a.upper == b.upper &&
                 a.n == b.n && a.status == b.status && a.caveats == b.caveats && a.rule == b.rule &&
                 a.history.size() == b.history.size();
  for (std::size_t i = 0; is_same && i < a.history.size(); ++i)
    is_same = a.history[i].n == b.history[i].n && a.history[i].value == b.history[i].value &&
              a.history[i].error_bound == b.history[i].error_bound;
  return is_same;
}

}  // namespace korobov::test
