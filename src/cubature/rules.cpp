#include <korobov/core/error.hpp>
#include <korobov/cubature/rules.hpp>

namespace korobov {
namespace {

struct Describe {
  std::string operator()(const Automatic&) const { return "auto"; }
  std::string operator()(const CoefficientDecay& rule) const {
    return "decay(lag=" + detail::shown(rule.lag) + ", inflation=" + detail::shown(rule.inflation) + ")";
  }
  std::string operator()(const Replicated& rule) const {
    return "replicated(replications=" + detail::shown(rule.replications) + ")";
  }
};

}  // namespace

std::string to_string(const Rule& rule) { return std::visit(Describe{}, rule); }

}  // namespace korobov
