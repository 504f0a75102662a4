#include "gp/minimise.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <memory>

#include <nlopt.h>

#include <korobov/core/error.hpp>
#include <korobov/core/seed.hpp>

namespace korobov::detail {
namespace {

constexpr double kRefused = 1e100;  // stands for a criterion that is not finite: line searches need a number

bool is_linear(const std::string& name) { return name.starts_with("factor["); }

struct Search {
  const Objective& objective;
  const FitOptions& options;
  std::vector<std::size_t> free{};  // indices of the variables that are not 0
  std::vector<bool> linear{};       // of the free ones: the variable itself, not its logarithm
  std::vector<double> start{};      // of the free ones, as the optimiser sees them
  std::vector<double> given{};      // and themselves: exp(log) is not exact
  std::vector<double> theta{};
  std::vector<double> gradient{};
  double best = std::numeric_limits<double>::infinity();
  std::vector<double> best_theta{};
  double first_step = std::numeric_limits<double>::infinity();
  double factor = 0;  // of the criterion, for the first step's sake; 0 until a start's first value
  int evaluations = 0;
  std::exception_ptr error{};
  nlopt_opt running = nullptr;
};

double call(unsigned count, const double* x, double* slope, void* data) {
  auto& search = *static_cast<Search*>(data);
  if (search.error) return kRefused;  // a line search may ask once more after it was stopped
  for (unsigned k = 0; k < count; ++k) {
    const double inner = search.linear[k] ? x[k] : std::exp(x[k]);
    search.theta[search.free[k]] = x[k] == search.start[k] ? search.given[k] : inner;
  }
  double value = 0;
  try {
    value = search.objective(search.theta, search.gradient);
    ++search.evaluations;
    if (search.options.progress) search.options.progress(search.evaluations, value);
  } catch (...) {
    search.error = std::current_exception();
    nlopt_force_stop(search.running);
    return kRefused;
  }
  bool is_finite = std::isfinite(value);
  for (const std::size_t k : search.free) is_finite = is_finite && std::isfinite(search.gradient[k]);
  if (is_finite && value < search.best) {
    search.best = value;
    search.best_theta = search.theta;
  }
  const auto slope_of = [&](std::size_t k) {
    return (search.linear[k] ? 1.0 : search.theta[search.free[k]]) * search.gradient[search.free[k]];
  };
  if (is_finite && search.factor == 0) {
    double steepest = 0;
    for (unsigned k = 0; k < count; ++k) steepest = std::max(steepest, std::fabs(slope_of(k)));
    search.factor = steepest > search.first_step ? search.first_step / steepest : 1;
  }
  for (unsigned k = 0; slope != nullptr && k < count; ++k) slope[k] = is_finite ? search.factor * slope_of(k) : 0;
  return is_finite ? search.factor * value : kRefused;
}

void require_options(const FitOptions& options) {
  require(options.restarts >= 0, "restarts", "must not be negative", options.restarts);
  require(options.max_evaluations >= 1, "max_evaluations", "must be at least 1", options.max_evaluations);
  require(options.tolerance >= 0 && options.tolerance < 1, "tolerance", "must be in [0, 1)", options.tolerance);
}

}  // namespace

Bounds bounds_of(const std::string& name, double start) {
  const auto with_start = [start](double low, double high) {
    return Bounds{std::min(low, start), std::max(high, start)};
  };
  if (name.find("alpha") != std::string::npos) return with_start(0.05, 16);
  if (is_linear(name)) return with_start(-1e4, 1e4);
  if (name.find("weights") != std::string::npos || name.starts_with("diagonal")) return with_start(1e-8, 1e5);
  if (name.find("lengthscale") != std::string::npos) return {1e-5 * start, 1e5 * start};
  return {1e-10 * start, 1e10 * start};
}

void require_learnable(std::span<const double> y) {
  double largest = 0;
  for (const double value : y) largest = std::max(largest, std::fabs(value));
  require(
      largest == 0 || (largest >= 1e-60 && largest <= 1e60), "y",
      "must have its largest magnitude in [1e-60, 1e60] for a criterion, in which squares of it are: take other units",
      largest);
}

int minimise(const Objective& objective, const std::vector<std::string>& names, const FitOptions& options,
             std::vector<double>& theta, double first_step) {
  require_options(options);
  Search search{objective, options};
  search.first_step = first_step;
  search.theta = search.best_theta = theta;
  search.gradient.resize(theta.size());
  std::vector<double> low;
  std::vector<double> high;
  for (std::size_t p = 0; p < theta.size(); ++p) {
    const bool linear = is_linear(names[p]);
    if (theta[p] == 0 && !linear) continue;
    search.free.push_back(p);
    search.linear.push_back(linear);
    const Bounds bounds = bounds_of(names[p], theta[p]);
    low.push_back(linear ? bounds.low : std::log(bounds.low));
    high.push_back(linear ? bounds.high : std::log(bounds.high));
    search.start.push_back(linear ? theta[p] : std::log(theta[p]));
    search.given.push_back(theta[p]);
  }
  if (search.free.empty()) return 0;
  CounterEngine engine(Seed{0});
  for (int s = 0; s <= options.restarts; ++s) {
    std::vector<double> x = search.start;
    for (std::size_t k = 0; s > 0 && k < x.size(); ++k) {
      const std::string& name = names[search.free[k]];
      if (name.find("scale") != std::string::npos && name.find("length") == std::string::npos) continue;
      const double spread = name.find("alpha") != std::string::npos ? 1.0 : 4.0;  // of the logarithm
      const double place = coordinate<double>(engine(), Endpoint::open) - 0.75;   // weights rather smaller than larger
      x[k] = std::clamp(x[k] + spread * place, low[k], high[k]);
    }
    const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> opt(
        nlopt_create(NLOPT_LD_LBFGS, static_cast<unsigned>(x.size())), &nlopt_destroy);
    if (opt == nullptr) throw std::bad_alloc();
    search.running = opt.get();
    search.factor = 0;
    nlopt_set_min_objective(opt.get(), &call, &search);
    nlopt_set_lower_bounds(opt.get(), low.data());
    nlopt_set_upper_bounds(opt.get(), high.data());
    nlopt_set_ftol_rel(opt.get(), options.tolerance);
    nlopt_set_xtol_rel(opt.get(), 1e-10);
    nlopt_set_maxeval(opt.get(), options.max_evaluations);
    double value = 0;
    nlopt_optimize(opt.get(), x.data(), &value);  // whatever it returns, the best point seen counts
    if (search.error) std::rethrow_exception(search.error);
  }
  if (!std::isfinite(search.best)) {
    throw NumericalError("fit: the criterion is not finite at any point tried; scale the data or give a noise");
  }
  theta = search.best_theta;
  return search.evaluations;
}

}  // namespace korobov::detail
