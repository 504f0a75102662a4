// What an integration returns: value, interval, cost, and why it stopped.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include <korobov/core/types.hpp>

namespace korobov {

// converged          every output met its tolerance
// budget_exhausted   n_max, the set's own limit or time_limit came first; the interval reached is in the result
// cancelled          the callback or the stop token asked for it
// assumption_failed  the interval met the tolerance, but the rule knows that it cannot be trusted and has nothing
//                    better: bayes, where the values refute its kernel; auto, decay and replicated never end so
enum class Status { converged, budget_exhausted, cancelled, assumption_failed };
KOROBOV_API std::string_view to_string(Status status) noexcept;

// The state after one doubling. value, error_bound: one per output.
struct Record {
  Index n = 0;  // evaluations so far
  std::vector<double> value;
  std::vector<double> error_bound;
  double seconds = 0;
};

// value, error_bound, lower, upper: one per output. [lower, upper] is the rule's interval for the integral; value is
// the point in it that meets the hybrid tolerance (integration.hpp), error_bound = max(upper - value, value - lower).
// An output that met its tolerance keeps value and interval of that moment while others go on.
struct Result {
  std::vector<double> value;
  std::vector<double> error_bound;
  std::vector<double> lower;
  std::vector<double> upper;
  Index n = 0;         // evaluations of f the result rests on, all replicates counted
  double seconds = 0;  // spent in run(), all calls together
  Status status = Status::budget_exhausted;
  std::vector<std::string> caveats;  // assumptions that visibly fail; empty when none does
  std::string rule;                  // the rule asked for, with its parameters
  std::vector<Record> history;       // one record per doubling
};

// One readable block: a line per output, then points, seconds, why it stopped, caveats.
KOROBOV_API std::ostream& operator<<(std::ostream& out, const Result& result);

}  // namespace korobov
