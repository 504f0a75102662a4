#include <algorithm>
#include <iomanip>
#include <ostream>
#include <sstream>

#include <korobov/cubature/result.hpp>

namespace korobov {

std::string_view to_string(Status status) noexcept {
  switch (status) {
    case Status::converged:
      return "converged";
    case Status::budget_exhausted:
      return "budget_exhausted";
    case Status::cancelled:
      return "cancelled";
    case Status::assumption_failed:
      return "assumption_failed";
  }
  return "unknown";
}

std::ostream& operator<<(std::ostream& out, const Result& result) {
  constexpr std::size_t most_outputs = 10;
  std::ostringstream text;  // leaves the caller's format flags alone
  text << "Integration: " << to_string(result.status) << ", rule " << result.rule << '\n';
  const std::size_t outputs = result.value.size();
  for (std::size_t k = 0; k < std::min(outputs, most_outputs); ++k) {
    text << "  value";
    if (outputs > 1) text << '[' << k << ']';
    text << ' ' << std::setprecision(12) << result.value[k] << " +- " << std::setprecision(3) << result.error_bound[k]
         << ", in [" << std::setprecision(12) << result.lower[k] << ", " << result.upper[k] << "]\n";
  }
  if (outputs > most_outputs) text << "  ... and " << outputs - most_outputs << " more outputs\n";
  text << "  points " << result.n << ", seconds " << std::setprecision(3) << result.seconds;
  for (const std::string& caveat : result.caveats) text << "\n  caveat: " << caveat;
  return out << text.str();
}

}  // namespace korobov
