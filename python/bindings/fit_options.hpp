// What every fit takes from Python, in one place; Ctrl-C ends any of them.
#pragma once

#include <memory>
#include <utility>

#include <korobov/gp/hyperparameters.hpp>

#include "bindings.hpp"

namespace korobov::python {

// `progress`: called with the number of evaluations and the criterion, or None. The GIL is not held during a fit.
inline FitOptions fit_options(bool optimize, int restarts, int max_evaluations, py::object progress) {
  FitOptions options;
  options.learn = optimize ? Learn::everything : Learn::nothing;
  options.restarts = restarts;
  options.max_evaluations = max_evaluations;
  const auto report = std::make_shared<py::object>(std::move(progress));
  options.progress = [report](int evaluations, double criterion) {
    const py::gil_scoped_acquire gil;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (!report->is_none()) (*report)(evaluations, criterion);
  };
  return options;
}

}  // namespace korobov::python
