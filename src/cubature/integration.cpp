#include <chrono>
#include <cmath>
#include <limits>

#include <korobov/core/bits.hpp>
#include <korobov/core/error.hpp>
#include <korobov/cubature/integration.hpp>
#include <korobov/generators/sobol.hpp>

#include "cubature/control_variates.hpp"
#include "cubature/estimator.hpp"
#include "cubature/sampler.hpp"
#include "cubature/tolerance.hpp"

namespace korobov {
namespace {

using detail::Chunk;
using detail::Interval;
using detail::require;
using detail::Tolerance;
using Clock = std::chrono::steady_clock;

constexpr Index default_n_min = Index{1} << 10;
constexpr Index default_n_max = Index{1} << 30;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Tolerance checked_tolerance(std::optional<double> abs_tol, std::optional<double> rel_tol) {
  if (!abs_tol && !rel_tol) abs_tol = 1e-4;
  const Tolerance tolerance{abs_tol.value_or(0.0), rel_tol.value_or(0.0)};
  require(tolerance.absolute >= 0 && std::isfinite(tolerance.absolute), "abs_tol", "must be finite and not negative",
          tolerance.absolute);
  require(0 <= tolerance.relative && tolerance.relative <= 1, "rel_tol", "must be from 0 to 1", tolerance.relative);
  require(tolerance.absolute > 0 || tolerance.relative > 0, "abs_tol", "must be positive where rel_tol is 0",
          tolerance.absolute);
  return tolerance;
}

void check_dimension(Index d, Index points, std::string_view parameter) {
  require(d == points, parameter, "must have the dimension of the points, " + detail::shown(points), d);
}

// The result of a run that has not seen a value.
Result nothing_yet(Index outputs) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto size = static_cast<std::size_t>(outputs);
  Result result;
  result.value.assign(size, std::numeric_limits<double>::quiet_NaN());
  result.error_bound.assign(size, infinity);
  result.lower.assign(size, -infinity);
  result.upper.assign(size, infinity);
  result.status = Status::cancelled;
  return result;
}

// What the options mean for this set: replications, periodization, sizes.
struct Settings {
  std::uint32_t replications = Replicated{}.replications;  // of rule replicated
  std::optional<std::uint32_t> own_replications{};         // what the options say
  Periodization periodization = Periodization::none;
  bool on_coefficients = false;
};

Settings checked_settings(const Options& options, const AnyPointSet& points) {
  Settings settings;
  const bool is_decay = std::holds_alternative<CoefficientDecay>(options.rule);
  const bool is_bayes = std::holds_alternative<Bayesian>(options.rule);
  if (const auto* replicated = std::get_if<Replicated>(&options.rule)) settings.replications = replicated->replications;
  if (options.replications) {
    require(*options.replications >= 2, "replications", "must be at least 2", *options.replications);
    require(!is_decay, "replications", "rule decay uses one randomization and takes none", *options.replications);
    require(!is_bayes, "replications", "rule bayes uses one randomization and takes none", *options.replications);
    require(settings.replications == Replicated{}.replications || settings.replications == *options.replications,
            "replications", "must agree with the rule's " + detail::shown(settings.replications),
            *options.replications);
    settings.replications = *options.replications;
    settings.own_replications = options.replications;
  }
  const bool is_lattice = points.symmetry() == SymmetryKind::cyclic;
  settings.periodization = options.periodize;
  if (settings.periodization == Periodization::automatic)
    settings.periodization = is_lattice ? Periodization::baker : Periodization::none;
  require(is_lattice || settings.periodization == Periodization::none, "periodize",
          "is for lattices, the points are " + points.description(), to_string(settings.periodization));
  settings.on_coefficients = !std::holds_alternative<Replicated>(options.rule) && detail::has_coefficients(points);
  return settings;
}

// The least n_min of rules with a transform; rules that replicate say themselves what they need.
Index least_points(const Rule& rule, const AnyPointSet& points) {
  if (std::holds_alternative<Replicated>(rule) || !detail::has_coefficients(points)) return 1;
  const auto* decay = std::get_if<CoefficientDecay>(&rule);
  return decay == nullptr ? 64 : Index{2} << std::clamp(decay->lag, 1, 16);
}

detail::Plan checked_plan(const Options& options, const AnyPointSet& points) {
  require(options.confidence > 0 && options.confidence < 1, "confidence", "must lie between 0 and 1",
          options.confidence);
  if (options.time_limit)
    require(*options.time_limit > 0, "time_limit", "must be a positive number of seconds", *options.time_limit);
  if (options.n_max) require(*options.n_max >= 1, "n_max", "must be at least 1", *options.n_max);
  if (options.n_min) {
    require(*options.n_min >= 1, "n_min", "must be at least 1", *options.n_min);
    require(*options.n_min <= Index{1} << 62, "n_min", "must be at most 2^62", *options.n_min);
  }
  const Index n_max = options.n_max.value_or(default_n_max);
  // Rules with a transform begin with n_min points of one randomization.
  const bool is_replicated = std::holds_alternative<Replicated>(options.rule) || !detail::has_coefficients(points);
  const Index limit = is_replicated ? n_max : std::min(n_max, points.size_limit());
  const Index n_min = options.n_min.value_or(std::min(default_n_min, Index{1} << floor_log2(limit)));
  require(n_min <= limit, "n_min", "must not exceed n_max or the set's limit, " + detail::shown(limit), n_min);
  if (const Index least = least_points(options.rule, points); !options.n_min && n_min < least)
    detail::fail_requirement(n_max < points.size_limit() ? "n_max" : "points",
                             "must allow the " + detail::shown(least) + " points that the rule begins with",
                             detail::shown(limit));
  return {points, options.confidence, n_min, n_max};
}

std::optional<Measure> checked_measure(const Options& options, const Integrand& f, Index d) {
  if (const auto own = f.dimension()) check_dimension(*own, d, "f");
  std::optional<Measure> measure = options.measure ? options.measure : f.measure();
  if (measure)
    require(measure->fits(d), "measure", "must have the dimension of the points, " + detail::shown(d),
            measure->dimension());
  return measure;
}

// Two measures are one if they map two points of the cube, without symmetries, to the same points.
bool is_same(const std::optional<Measure>& a, const std::optional<Measure>& b, Index d) {
  std::vector<double> u(static_cast<std::size_t>(2 * d));
  for (std::size_t i = 0; i < u.size(); ++i) u[i] = std::fmod(0.137 + 0.6180339887498949 * static_cast<double>(i), 1.0);
  const auto image = [&](const std::optional<Measure>& measure) {
    std::vector<double> x = u;
    if (measure) measure->transform({u.data(), 2, d}, {x.data(), 2, d});
    return x;
  };
  const std::vector<double> x = image(a), z = image(b);
  return std::equal(x.begin(), x.end(), z.begin(), [](double s, double t) {
    return std::fabs(s - t) <= 1e-12 * (1 + std::max(std::fabs(s), std::fabs(t)));
  });
}

void check_control_variates(const ControlVariates& variates, const std::optional<Measure>& measure, Index d) {
  require(!variates.means.empty(), "control_variates.means", "must not be empty", variates.means.size());
  for (const double mean : variates.means)
    require(std::isfinite(mean), "control_variates.means", "must be finite", mean);
  const Index outputs = variates.functions.outputs();
  require(outputs == 0 || outputs == static_cast<Index>(variates.means.size()), "control_variates.functions",
          "must have one output per mean, " + detail::shown(variates.means.size()), outputs);
  if (const auto own = variates.functions.dimension()) check_dimension(*own, d, "control_variates.functions");
  if (const auto own = variates.functions.measure())
    require(is_same(own, measure, d), "control_variates.functions",
            "must have the measure of f, " + (measure ? measure->description() : std::string("uniform on the cube")),
            own->description());
}

std::unique_ptr<detail::Estimator> make_rule(const Rule& rule, const Settings& settings, const detail::Plan& plan) {
  if (const auto* decay = std::get_if<CoefficientDecay>(&rule)) return make_decay(*decay, plan);
  if (const auto* bayesian = std::get_if<Bayesian>(&rule)) return make_bayesian(*bayesian, plan);
  if (std::holds_alternative<Replicated>(rule)) return make_replicated({settings.replications}, plan);
  return make_automatic(settings.own_replications, plan);
}

void check_finite(const detail::Stage& stage) {
  for (std::size_t k = 0; k < stage.intervals.size(); ++k)
    if (!std::isfinite(stage.intervals[k].upper - stage.intervals[k].lower))
      throw NumericalError("sums of the values of f overflow (output " + detail::shown(k) + ")");
}

std::string rule_name(const Rule& rule, const Settings& settings) {
  return std::holds_alternative<Replicated>(rule) ? to_string(Replicated{settings.replications}) : to_string(rule);
}

}  // namespace

class Integration::Impl {
 public:
  Impl(const Integrand& f, const AnyPointSet& points, const Options& options)
      : Impl(f, points, options, checked_settings(options, points), checked_measure(options, f, points.dimension()),
             checked_plan(options, points)) {}

  const Result& run(const std::stop_token& stop);
  void tighten(std::optional<double> abs_tol, std::optional<double> rel_tol);
  const Result& result() const noexcept { return result_; }

 private:
  Impl(const Integrand& f, const AnyPointSet& points, const Options& options, const Settings& settings,
       const std::optional<Measure>& measure, const detail::Plan& plan);
  bool fits_budget(const std::vector<Chunk>& chunks) const;
  bool is_decided() const;
  Status decided_status() const {
    return estimator_->assumption_failed() ? Status::assumption_failed : Status::converged;
  }
  bool sample_plan(const std::function<bool()>& interrupted);
  bool finish_plan(double seconds);
  void set_caveats();
  void apply(const detail::Stage& stage, double seconds);

  Tolerance tolerance_;
  Index n_max_;
  Index size_limit_;
  std::optional<double> time_limit_;
  std::function<bool(const Result&)> callback_;
  std::unique_ptr<detail::Estimator> estimator_;
  detail::Sampler sampler_;

  std::vector<Chunk> plan_;      // being sampled; empty between doublings
  std::size_t plan_done_ = 0;    // chunks whose values the rule has
  std::size_t wave_chunks_ = 0;  // chunks of the sampler's wave, 0 if it has none
  std::size_t wave_done_ = 0;    // of those, the ones the rule has
  Index n_ = 0;                  // evaluations the rule has seen
  double seconds_ = 0;
  std::vector<double> seconds_at_;      // per stage of the rule that is in the result
  std::vector<unsigned char> decided_;  // per output
  Result result_;
};

Integration::Impl::Impl(const Integrand& f, const AnyPointSet& points, const Options& options, const Settings& settings,
                        const std::optional<Measure>& measure, const detail::Plan& plan)
    : tolerance_(checked_tolerance(options.abs_tol, options.rel_tol)),
      n_max_(plan.n_max),
      size_limit_(points.size_limit()),
      time_limit_(options.time_limit),
      callback_(options.callback),
      estimator_(make_rule(options.rule, settings, plan)),
      sampler_(f, options.control_variates, points, measure, settings.periodization) {
  if (options.control_variates) {
    check_control_variates(*options.control_variates, measure, points.dimension());
    estimator_ =
        detail::with_control_variates([rule = options.rule, settings, plan] { return make_rule(rule, settings, plan); },
                                      options.control_variates->means, settings.on_coefficients, points.symmetry());
  }
  estimator_->set_tolerance(tolerance_);
  result_ = nothing_yet(std::max<Index>(f.outputs(), 1));
  result_.rule = rule_name(options.rule, settings);
}

const Result& Integration::Impl::run(const std::stop_token& stop) {
  struct Stopwatch {  // counts the time of calls that end by an exception too
    double& total;
    Clock::time_point start = Clock::now();
    double elapsed() const { return seconds_since(start); }
    ~Stopwatch() { total += elapsed(); }
  };
  const double before = seconds_;
  const auto end = [&](Status status) -> const Result& {
    result_.status = status;
    return result_;
  };
  {
    const Stopwatch watch{seconds_};
    result_.status = Status::cancelled;
    const auto is_late = [&] { return time_limit_ && watch.elapsed() >= *time_limit_; };
    const auto interrupted = [&] { return stop.stop_requested() || is_late(); };
    while (!is_decided()) {
      if (plan_.empty()) {
        std::vector<Chunk> next = estimator_->next();
        if (!fits_budget(next)) {
          estimator_->give_up();
          finish_plan(before + watch.elapsed());
          return end(Status::budget_exhausted);
        }
        plan_ = std::move(next);
      }
      if (!sample_plan(interrupted)) return end(stop.stop_requested() ? Status::cancelled : Status::budget_exhausted);
      if (!finish_plan(before + watch.elapsed())) continue;
      if (callback_ && callback_(result_) && !is_decided()) return end(Status::cancelled);
    }
  }
  return end(decided_status());
}

bool Integration::Impl::fits_budget(const std::vector<Chunk>& chunks) const {
  Index n = n_;
  for (const Chunk& chunk : chunks) {
    if (chunk.range.last > size_limit_) return false;
    n += chunk.range.size();
  }
  return !chunks.empty() && n <= n_max_;
}

bool Integration::Impl::is_decided() const {
  return !decided_.empty() && std::all_of(decided_.begin(), decided_.end(), [](unsigned char d) { return d != 0; });
}

bool Integration::Impl::sample_plan(const std::function<bool()>& interrupted) {
  while (plan_done_ < plan_.size()) {
    if (wave_chunks_ == 0) {
      wave_chunks_ = sampler_.begin_wave(std::span<const Chunk>(plan_).subspan(plan_done_));
      wave_done_ = 0;
    }
    if (!sampler_.sample(interrupted)) return false;
    for (; wave_done_ < wave_chunks_; ++wave_done_, ++plan_done_)
      estimator_->absorb(plan_[plan_done_], sampler_.values(wave_done_));
    wave_chunks_ = 0;
  }
  return true;
}

// Takes over the stages that the values of plan_ completed; false if there is none.
bool Integration::Impl::finish_plan(double seconds) {
  for (const Chunk& chunk : plan_) n_ += chunk.range.size();
  plan_.clear();
  plan_done_ = 0;
  const std::vector<detail::Stage>& stages = estimator_->stages();
  if (seconds_at_.size() == stages.size()) {
    set_caveats();
    return false;
  }
  for (std::size_t i = seconds_at_.size(); i < stages.size(); ++i) {
    check_finite(stages[i]);
    seconds_at_.push_back(seconds);
    apply(stages[i], seconds);
  }
  set_caveats();
  if (is_decided()) result_.status = decided_status();
  return true;
}

void Integration::Impl::set_caveats() {
  result_.caveats = estimator_->caveats();
  for (std::size_t k = 0; k < result_.value.size(); ++k) {
    if (result_.error_bound[k] == 0 || result_.error_bound[k] > 2 * detail::least_bound) continue;
    result_.caveats.push_back(
        "the values" + (result_.value.size() > 1 ? " of output " + detail::shown(k) : std::string{}) +
        " are so small that squares of them are no doubles: the bound is 1e-150 at least; multiply "
        "f by a constant");
  }
}

// An output that is decided keeps the value and the interval of that moment.
void Integration::Impl::apply(const detail::Stage& stage, double seconds) {
  const std::size_t outputs = stage.intervals.size();
  if (decided_.size() != outputs) {
    decided_.assign(outputs, 0);
    for (auto* list : {&result_.value, &result_.error_bound, &result_.lower, &result_.upper}) list->assign(outputs, 0);
  }
  for (std::size_t k = 0; k < outputs; ++k) {
    if (decided_[k] != 0) continue;
    const Interval s = detail::visible(stage.intervals[k]);
    decided_[k] = stage.is_confirmed && tolerance_.is_met(stage.intervals[k]) ? 1 : 0;
    result_.value[k] = tolerance_.answer(s);
    result_.lower[k] = s.lower;
    result_.upper[k] = s.upper;
    result_.error_bound[k] = std::max(s.upper - result_.value[k], result_.value[k] - s.lower);
  }
  result_.n = stage.n;
  result_.seconds = seconds;
  result_.history.push_back({stage.n, result_.value, result_.error_bound, seconds});
}

void Integration::Impl::tighten(std::optional<double> abs_tol, std::optional<double> rel_tol) {
  const Tolerance wanted =
      checked_tolerance(abs_tol.value_or(tolerance_.absolute), rel_tol.value_or(tolerance_.relative));
  require(wanted.absolute <= tolerance_.absolute, "abs_tol",
          "must not exceed the present " + detail::shown(tolerance_.absolute), wanted.absolute);
  require(wanted.relative <= tolerance_.relative, "rel_tol",
          "must not exceed the present " + detail::shown(tolerance_.relative), wanted.relative);
  tolerance_ = wanted;
  // As if the run had had this tolerance from the start.
  const std::vector<Record> before = std::move(result_.history);
  decided_.clear();
  result_.history.clear();
  estimator_->set_tolerance(wanted);  // an unfinished plan_ is sampled to its end all the same
  seconds_at_.clear();
  for (const detail::Stage& stage : estimator_->stages()) {
    const auto same_size = [&stage](const Record& record) { return record.n == stage.n; };
    const auto old = std::find_if(before.begin(), before.end(), same_size);
    seconds_at_.push_back(old != before.end() ? old->seconds : seconds_);
    apply(stage, seconds_at_.back());
  }
  set_caveats();
  result_.status = is_decided() ? decided_status() : Status::cancelled;
}

Integration::Integration(const Integrand& f, const AnyPointSet& points, const Options& options)
    : impl_(std::make_unique<Impl>(f, points, options)) {}
Integration::Integration(Integration&&) noexcept = default;
Integration& Integration::operator=(Integration&&) noexcept = default;
Integration::~Integration() = default;

const Result& Integration::run(const std::stop_token& stop) { return impl_->run(stop); }
void Integration::tighten(std::optional<double> abs_tol, std::optional<double> rel_tol) {
  impl_->tighten(abs_tol, rel_tol);
}
const Result& Integration::result() const noexcept { return impl_->result(); }

Result integrate(const Integrand& f, const AnyPointSet& points, const Options& options) {
  return Integration(f, points, options).run();
}

Result integrate(const Integrand& f, const Options& options) {
  std::optional<Index> d = f.dimension();
  if (!d && options.measure && options.measure->dimension() > 0) d = options.measure->dimension();
  require(d.has_value(), "points", "must be given where neither f nor its measure has a dimension",
          std::string_view("none"));
  return integrate(f, randomized(Sobol(*d), LmsShift{}, Seed::fresh()), options);
}

}  // namespace korobov
