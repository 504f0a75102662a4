#include <algorithm>
#include <chrono>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include <pybind11/stl.h>

#include <korobov/core/error.hpp>
#include <korobov/cubature/integration.hpp>

#include "bindings.hpp"

namespace korobov::python {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kBetweenSignals = std::chrono::milliseconds(20);

using Values = py::array_t<double, py::array::c_style>;

// A Python object that C++ threads may copy and drop without the GIL.
using SharedObject = std::shared_ptr<py::object>;
SharedObject share(py::object object) {
  return {new py::object(std::move(object)), [](const py::object* kept) {
            const py::gil_scoped_acquire gil;
            delete kept;
          }};
}

// A Python function that gives float64 (n,) or (n, outputs) (python/korobov/integration.py sees to it). It gets a fresh
// array each time, which it may keep.
Integrand function_of_arrays(py::object f) {
  return Integrand(
      Integrand::SizingBatch([f = share(std::move(f))](MatrixSpan<const double> x, std::vector<double>& y) {
        const py::gil_scoped_acquire gil;
        Values points({static_cast<py::ssize_t>(x.rows), static_cast<py::ssize_t>(x.cols)});
        const MatrixSpan<double> copy = matrix_of<double>(points);
        if (x.is_contiguous()) {
          std::copy_n(x.data, x.rows * x.cols, copy.data);
        } else {
          for (Index i = 0; i < x.rows; ++i)
            for (Index j = 0; j < x.cols; ++j) copy(i, j) = x(i, j);
        }
        const auto values = (*f)(points).cast<Values>();
        y.assign(values.data(), values.data() + values.size());
      }));
}

// Whether this thread is in run(): the one that handles signals. Workers of a parallel loop are not.
thread_local bool is_running = false;
thread_local Clock::time_point signals_checked{};

// A compiled integrand that lets Ctrl-C through between batches.
Integrand interruptible(const Integrand& f) {
  Integrand guarded(
      [f](MatrixSpan<const double> x, MatrixSpan<double> y) {
        f.evaluate(x, y);
        if (!is_running || Clock::now() - signals_checked < kBetweenSignals) return;
        check_signals();
        signals_checked = Clock::now();
      },
      f.outputs());
  if (const auto measure = f.measure()) guarded = guarded.with_measure(*measure);
  return f.is_concurrent() ? concurrent(guarded) : guarded;
}

Integrand integrand_of(const py::object& f, bool is_concurrent) {
  if (py::isinstance<Integrand>(f)) return interruptible(f.cast<const Integrand&>());
  const Integrand function = function_of_arrays(f);
  return is_concurrent ? concurrent(function) : function;
}

Periodization periodization_of(const std::optional<std::string>& text) {
  using enum Periodization;
  if (!text) return none;
  for (const auto known : {automatic, baker, c0, c1, c1sin, c2sin, c3sin}) {
    if (to_string(known) == *text) return known;
  }
  detail::fail_requirement("periodize", "must be auto, baker, c0, c1, c1sin, c2sin, c3sin or None", *text);
}

Bayesian::Criterion criterion_of(std::string_view text) {
  using enum Bayesian::Criterion;
  for (const auto known : {mle, full, gcv}) {
    if (to_string(known) == text) return known;
  }
  detail::fail_requirement("criterion", "must be mle, full or gcv", std::string(text));
}

Bayesian::Weights weights_of(std::string_view text) {
  using enum Bayesian::Weights;
  for (const auto known : {shared, per_dimension}) {
    if (to_string(known) == text) return known;
  }
  detail::fail_requirement("weights", "must be shared or per_dimension", std::string(text));
}

Rule rule_of(std::string_view name, const py::dict& parameters) {
  if (name == "decay") return CoefficientDecay{parameters["lag"].cast<int>(), parameters["inflation"].cast<double>()};
  if (name == "replicated") return Replicated{parameters["replications"].cast<std::uint32_t>()};
  if (name == "bayes") {
    Bayesian rule;
    if (!parameters["kernel"].is_none()) rule.kernel = parameters["kernel"].cast<const AnyKernel&>();
    rule.criterion = criterion_of(parameters["criterion"].cast<std::string>());
    rule.optimize = parameters["optimize"].cast<bool>();
    rule.weights = weights_of(parameters["weights"].cast<std::string>());
    return rule;
  }
  detail::require(name == "auto", "rule", "must be auto, decay, replicated or bayes", name);
  return Automatic{};
}

std::function<bool(const Result&)> callback_of(const py::object& callback) {
  return [callback = share(callback)](const Result& result) {
    const py::gil_scoped_acquire gil;
    return (*callback)(py::cast(result)).cast<bool>();
  };
}

Integration make_integration(const py::object& f, const AnyPointSet& points, const py::dict& keywords) {
  const bool is_concurrent = keywords["concurrent"].cast<bool>();
  Options options;
  options.abs_tol = keywords["abs_tol"].cast<std::optional<double>>();
  options.rel_tol = keywords["rel_tol"].cast<std::optional<double>>();
  options.confidence = keywords["confidence"].cast<double>();
  options.replications = keywords["replications"].cast<std::optional<std::uint32_t>>();
  options.n_min = keywords["n_min"].cast<std::optional<Index>>();
  options.n_max = keywords["n_max"].cast<std::optional<Index>>();
  options.time_limit = keywords["time_limit"].cast<std::optional<double>>();
  options.rule = rule_of(keywords["rule"].cast<std::string>(), keywords["rule_parameters"]);
  options.periodize = periodization_of(keywords["periodize"].cast<std::optional<std::string>>());
  if (!keywords["measure"].is_none()) options.measure = keywords["measure"].cast<Measure>();
  if (!keywords["control_variates"].is_none()) {
    options.control_variates = ControlVariates{integrand_of(keywords["control_variates"], is_concurrent),
                                               keywords["control_means"].cast<std::vector<double>>()};
  }
  options.callback = callback_of(keywords["callback"]);
  return Integration(integrand_of(f, is_concurrent), points, std::move(options));
}

Result run(Integration& integration) {
  struct Running {  // one may run inside another: f may integrate, too
    bool outer = std::exchange(is_running, true);
    ~Running() { is_running = outer; }
  };
  const Running running;
  const py::gil_scoped_release nogil;  // python/korobov/integration.py lets one thread in at a time
  return integration.run();
}

void tighten(Integration& integration, std::optional<double> abs_tol, std::optional<double> rel_tol) {
  integration.tighten(abs_tol, rel_tol);
}

std::string text_of(const Result& result) {
  std::ostringstream text;
  text << result;
  return text.str();
}

}  // namespace

void register_cubature(py::module_& m) {
  py::class_<Record>(m, "Record")
      .def_readonly("n", &Record::n)
      .def_readonly("value", &Record::value)
      .def_readonly("error_bound", &Record::error_bound)
      .def_readonly("seconds", &Record::seconds);
  py::class_<Result>(m, "Result")
      .def_readonly("value", &Result::value)
      .def_readonly("error_bound", &Result::error_bound)
      .def_readonly("lower", &Result::lower)
      .def_readonly("upper", &Result::upper)
      .def_readonly("n", &Result::n)
      .def_readonly("seconds", &Result::seconds)
      .def_property_readonly("status", [](const Result& r) { return std::string(to_string(r.status)); })
      .def_readonly("caveats", &Result::caveats)
      .def_readonly("rule", &Result::rule)
      .def_readonly("history", &Result::history)
      .def_property_readonly("text", &text_of);
  py::class_<Integration>(m, "Integration")
      .def(py::init(&make_integration), py::arg("f"), py::arg("points"), py::arg("keywords"))
      .def("run", &run)
      .def("tighten", &tighten, py::arg("abs_tol"), py::arg("rel_tol"))
      .def_property_readonly("result", [](const Integration& integration) { return integration.result(); });
}

}  // namespace korobov::python
