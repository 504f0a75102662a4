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
  std::string operator()(const Bayesian& rule) const {
    return "bayes(criterion=" + std::string(to_string(rule.criterion)) +
           ", kernel=" + (rule.kernel ? "given" : "none") + ", optimize=" + (rule.optimize ? "true" : "false") +
           ", weights=" + std::string(to_string(rule.weights)) + ")";
  }
};

}  // namespace

std::string_view to_string(Bayesian::Criterion criterion) noexcept {
  switch (criterion) {
    case Bayesian::Criterion::mle:
      return "mle";
    case Bayesian::Criterion::full:
      return "full";
    case Bayesian::Criterion::gcv:
      return "gcv";
  }
  return "unknown";
}

std::string to_string(const Rule& rule) { return std::visit(Describe{}, rule); }

std::string_view to_string(Bayesian::Weights weights) noexcept {
  return weights == Bayesian::Weights::shared ? "shared" : "per_dimension";
}

}  // namespace korobov
