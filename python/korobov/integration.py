"""Integrals with error bounds: one engine, several rules.

After every doubling of the points a rule gives an interval [s-, s+] for the integral. With
eps(s) = max(abs_tol, |s| rel_tol) the run ends when s+ - s- <= eps(s-) + eps(s+) for every output; the value reported
is (s- + s+ + eps(s-) - eps(s+)) / 2 (Hickernell, Jimenez Rugama and Li, 2018).
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import choice, integer, positive, real, real_array
from .integrands import Integrand
from .measures import Measure
from .points import PointSet, Sobol
from .result import Result
from .rules import Bayesian, CoefficientDecay, Replicated, rule_of

__all__ = ["Integration", "integrate", "pointwise"]


class _Checked:
    """A user's function whose values are checked; remembers whether they are one number per point or several."""

    def __init__(self, f: Callable[[NDArray[np.float64]], ArrayLike], name: str) -> None:
        self.f = f
        self.name = name
        self.outputs: tuple[int, ...] | None = None  # () for (n,) values, (k,) for (n, k) ones

    def __call__(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        n = x.shape[0]
        returned = self.f(x)
        try:
            y = np.asarray(returned)
        except ValueError:
            raise ValueError(f"{self.name}: must return an array of shape ({n},) or ({n}, outputs); "
                             f"got rows of different lengths") from None
        if y.dtype.kind not in "fiub":
            what = f"dtype {y.dtype}" if y.dtype != object else f"{type(returned).__name__} of Python objects"
            raise TypeError(f"{self.name}: must return real numbers; got {what}")
        if y.ndim not in (1, 2) or y.shape[0] != n or y.shape[1:] == (0,):
            raise ValueError(f"{self.name}: must return an array of shape ({n},) or ({n}, outputs); got {y.shape}")
        if self.outputs is None:
            self.outputs = y.shape[1:]
        elif y.shape[1:] != self.outputs:
            raise ValueError(f"{self.name}: must return the same outputs in every batch, shape {(n, *self.outputs)}; "
                             f"got {y.shape}")
        return np.ascontiguousarray(y, dtype=np.float64)


class _Mapped:
    """A function after a measure of the user's own."""

    def __init__(self, function: _Checked, transform: Callable[[NDArray[np.float64]], ArrayLike]) -> None:
        self.function = function
        self.transform = transform

    def __call__(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        shape = u.shape
        x = real_array(self.transform(u), "measure.transform")
        if x.shape != shape:
            raise ValueError(f"measure.transform: must return an array of shape {shape}; got {x.shape}")
        return self.function(x)


def _weakly(reference: Callable[[], Any]) -> Callable[[Any], Any]:
    """A call through a weak reference whose object is alive while the engine runs."""
    return lambda argument: reference()(argument)


class _Pointwise:
    """A function of one point, on batches."""

    def __init__(self, g: Callable[[NDArray[np.float64]], Any]) -> None:
        self.g = g

    def __call__(self, x: NDArray[np.float64]) -> NDArray:
        values = [self.g(point) for point in x]
        try:
            return np.array(values)
        except ValueError:
            raise ValueError("g: must return as many numbers at every point; got different numbers of them") from None

    def __repr__(self) -> str:
        return f"pointwise({self.g!r})"


def pointwise(g: Callable[[NDArray[np.float64]], Any]) -> Callable[[NDArray[np.float64]], NDArray]:
    """Make an integrand of a function of one point.

    Parameters
    ----------
    g : callable
        Takes a (d,) array, returns a number or an (outputs,) sequence.

    Returns
    -------
    Callable from (n, d) arrays to (n,) or (n, outputs) arrays; it calls g in a Python loop, so a function that works on
    whole batches is far faster.

    Raises
    ------
    TypeError
        g is not callable.

    Examples
    --------
    >>> pointwise(lambda x: x[0] + x[1])(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([3., 7.])
    """
    if not callable(g):
        raise TypeError(f"g: must be callable; got {g!r}")
    return _Pointwise(g)


_PARAMETERS = """\
    f : callable or integrand
        Takes (n, d) float64 points of its measure, C-contiguous, and returns (n,) values, or (n, outputs) for a vector
        of integrals. An integrand object may bring ``d``, ``measure`` and ``exact``. Called serially, from the calling
        thread; the built-in integrands run compiled, on all cores.
    points : PointSet, optional
        Without it, a Sobol' set of dimension ``d`` (or of the measure, or of f) with a fresh seed is taken; the result
        shows it. Of a set with replications, rules that use one randomization take replicate 0.
    d : int, optional
        Dimension, where nothing else says it.
    rule : "auto", "decay", "replicated", "bayes", CoefficientDecay, Replicated or Bayesian
        How values become an interval. ``"auto"`` is the cone bound of ``"decay"`` with its necessary conditions and the
        noise of the coefficients, and independent randomizations where those say nothing.
    measure : Measure, optional
        In place of f's own; without either, uniform on the unit cube. Points are mapped from the open cube.
    abs_tol, rel_tol : float, optional
        eps(s) = max(abs_tol, |s| rel_tol). Neither: abs_tol = 1e-4. rel_tol alone: abs_tol = 0. rel_tol is at most 1.
    confidence : float
        Probability that an interval by Student's t holds the integral.
    replications : int, optional
        Independent randomizations, for rules that replicate. Default: that of ``points``, or of the rule.
    n_min, n_max : int, optional
        The first interval is asked for at n_min (a power of two for rules with a transform, default 2^10). No doubling
        goes beyond n_max (default 2^30, or the set's own limit), all replicates counted.
    time_limit : float, optional
        Seconds for one run.
    periodize : "auto", None, "baker", "c0", "c1", "c1sin", "c2sin" or "c3sin"
        Change of variable, for lattices. ``"auto"`` is the baker map on lattices.
    control_variates : (functions, means), optional
        functions: (n, d) -> (n, p), or a list of p functions (n, d) -> (n,), with known integrals means (p,), on the
        measure of f. f minus its least-squares fit by them is integrated.
    concurrent : bool
        True: f may be called from several threads at once.
    callback : callable, optional
        ``callback(result)`` after every doubling; returning True cancels.
    progress : bool
        True: keep one line on stderr up to date.\
"""


class Integration:
    __doc__ = f"""An integration that can be interrupted, resumed and tightened; it owns the values computed so far.

    Parameters
    ----------
{_PARAMETERS}

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> run = Integration(Keister(3), Sobol(3, seed=7), abs_tol=1e-2)
    >>> abs(run.run().value - 2.1683091) < 1e-2
    True
    >>> run.tighten(abs_tol=1e-3)
    >>> abs(run.run().value - 2.1683091) < 1e-3
    True
    """

    def __init__(self, f: Any, points: PointSet | None = None, *, d: int | None = None,
                 rule: str | CoefficientDecay | Replicated | Bayesian = "auto", measure: Measure | None = None,
                 abs_tol: float | None = None, rel_tol: float | None = None, confidence: float = 0.99,
                 replications: int | None = None, n_min: int | None = None, n_max: int | None = None,
                 time_limit: float | None = None, periodize: str | None = "auto",
                 control_variates: tuple[Any, ArrayLike] | None = None, concurrent: bool = False,
                 callback: Callable[[Result], Any] | None = None, progress: bool = False) -> None:
        if not callable(f):
            raise TypeError(f"f: must be callable; got {f!r}")
        for name, value in (("concurrent", concurrent), ("progress", progress)):
            if not isinstance(value, (bool, np.bool_)):
                raise TypeError(f"{name}: must be True or False; got {value!r}")
        if callback is not None and not callable(callback):
            raise TypeError(f"callback: must be callable; got {callback!r}")
        used_measure = _measure_of(f, measure)
        self._points = _points_of(points, d, f, used_measure)
        self._f = _Checked(f, "f")
        self._progress = bool(progress)
        self._callback = callback
        self._lock = threading.Lock()
        self._called: list[Any] = []  # what the engine calls; it holds weak references, so no cycle passes through it
        self._tolerances = _tolerances(abs_tol, rel_tol)
        functions, means = _control_variates_of(control_variates)
        map_points = getattr(used_measure, "transform", None) if not isinstance(used_measure, Measure) else None
        rule_name, rule_parameters = rule_of(rule)
        if isinstance(rule, Bayesian):
            rule._require_match(self._points.symmetry)
        if replications is not None:
            replications = integer(replications, "replications", 2, 2**32 - 1)
            if isinstance(rule, Replicated) and rule.replications != replications:
                raise ValueError(f"replications: must agree with the rule's {rule.replications}; got {replications}")
        elif rule in ("auto", "replicated") and (self._points.replications or 0) > 1:
            replications = self._points.replications
        keywords = {
            "abs_tol": self._tolerances[0], "rel_tol": self._tolerances[1],
            "confidence": real(confidence, "confidence"),
            "replications": replications,
            "n_min": None if n_min is None else integer(n_min, "n_min", 1, 2**63 - 1),
            "n_max": None if n_max is None else min(integer(n_max, "n_max", 1, 2**64), 2**63 - 1),
            "time_limit": None if time_limit is None else positive(time_limit, "time_limit"),
            "rule": rule_name, "rule_parameters": rule_parameters,
            "periodize": None if periodize is None else choice(periodize, "periodize", _PERIODIZATIONS),
            "measure": used_measure._handle if isinstance(used_measure, Measure) else None,
            "control_variates": None if functions is None else self._compiled(functions, map_points),
            "control_means": means, "concurrent": bool(concurrent),
            "callback": _weakly(weakref.WeakMethod(self._after_doubling)),
        }
        first = self._points if self._points.replications is None else self._points.replicate(0)
        self._integration = _core.Integration(self._compiled(self._f, map_points), first._handle, keywords)
        self._so_far = self._integration.result  # a copy that other threads may read while run() goes on

    @property
    def points(self) -> PointSet:
        """The set in use, with its seed."""
        return self._points

    @property
    def result(self) -> Result:
        """The result after the last doubling; also while another thread is in ``run()``."""
        return self._result(self._so_far)

    def run(self) -> Result:
        """Sample until every output is decided, a budget is used up, or the callback cancels.

        Called again, also after an exception of f or a Ctrl-C, it goes on with what was computed and ends with the
        value and n of an uninterrupted run.

        Raises
        ------
        ValueError, TypeError
            f returned a wrong shape, no real numbers, or a value that is not finite.
        RuntimeError
            The integration is running already, in another thread or around this call.

        Whatever f or the callback raises comes out as it is.
        """
        with self._alone("run"):
            try:
                return self._result(self._integration.run())
            finally:
                self._so_far = self._integration.result
                if self._progress:
                    print(file=sys.stderr)

    def tighten(self, *, abs_tol: float | None = None, rel_tol: float | None = None) -> None:
        """Ask for more: the next ``run()`` evaluates new points only.

        Parameters
        ----------
        abs_tol, rel_tol : float, optional
            What is not given stays; a tolerance may not grow.
        """
        wanted = (self._tolerances[0] if abs_tol is None else real(abs_tol, "abs_tol"),
                  self._tolerances[1] if rel_tol is None else real(rel_tol, "rel_tol"))
        with self._alone("tighten"):
            self._integration.tighten(*wanted)
            self._tolerances = wanted
            self._so_far = self._integration.result

    def __repr__(self) -> str:
        return f"{type(self).__name__} of {self._f.f!r}, so far\n{self.result!r}"

    def _tighten_at_least(self, abs_tol: float, rel_tol: float) -> None:
        present = self._tolerances
        self.tighten(abs_tol=min(abs_tol, present[0]), rel_tol=min(rel_tol, present[1]))

    def _alone(self, what: str) -> _Alone:
        return _Alone(self._lock, what)

    def _result(self, handle: Any) -> Result:
        is_scalar = isinstance(self._f.f, Integrand) or not self._f.outputs
        return Result(handle, is_scalar, self._points, self, self._tolerances)

    def _after_doubling(self, handle: Any) -> bool:
        self._so_far = handle
        if self._callback is None and not self._progress:
            return False
        result = self._result(handle)
        if self._progress:
            value, bound = np.atleast_1d(result.value), np.atleast_1d(result.error_bound)
            print(f"\rn = {result.n}  value {value[0]:.10g}  error bound {bound.max():.3g}  {result.seconds:.2f} s ",
                  end="", file=sys.stderr, flush=True)
        answer = self._callback(result) if self._callback is not None else None
        return isinstance(answer, (bool, np.bool_)) and bool(answer)

    def __reduce__(self) -> tuple:
        raise TypeError("Integration: must not be pickled or copied, it owns a computation; its results may be")

    def _compiled(self, function: _Checked, map_points: Callable | None) -> Any:
        """What the engine calls: a compiled integrand's handle, or a Python function, after a measure where needed."""
        if map_points is None and isinstance(function.f, Integrand):
            return function.f._handle
        self._called.append(function if map_points is None else _Mapped(function, map_points))
        return _weakly(weakref.ref(self._called[-1]))


class _Alone:
    """Lets one call in at a time."""

    def __init__(self, lock: threading.Lock, what: str) -> None:
        self.lock = lock
        self.what = what

    def __enter__(self) -> None:
        if not self.lock.acquire(blocking=False):
            raise RuntimeError(f"{self.what}: must not be called while the integration is running")

    def __exit__(self, *exception: object) -> None:
        self.lock.release()


def integrate(f: Any, points: PointSet | None = None, *, d: int | None = None,
              rule: str | CoefficientDecay | Replicated | Bayesian = "auto", measure: Measure | None = None,
              abs_tol: float | None = None, rel_tol: float | None = None, confidence: float = 0.99,
              replications: int | None = None, n_min: int | None = None, n_max: int | None = None,
              time_limit: float | None = None, periodize: str | None = "auto",
              control_variates: tuple[Any, ArrayLike] | None = None, concurrent: bool = False,
              callback: Callable[[Result], Any] | None = None, progress: bool = False) -> Result:
    return Integration(f, points, d=d, rule=rule, measure=measure, abs_tol=abs_tol, rel_tol=rel_tol,
                       confidence=confidence, replications=replications, n_min=n_min, n_max=n_max,
                       time_limit=time_limit, periodize=periodize, control_variates=control_variates,
                       concurrent=concurrent, callback=callback, progress=progress).run()


integrate.__doc__ = f"""Integrate f to a tolerance.

    Parameters
    ----------
{_PARAMETERS}

    Returns
    -------
    Result

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received; also where f returns a wrong shape, no real numbers, or a
        value that is not finite. Whatever f or the callback raises comes out as it is.

    Examples
    --------
    >>> r = integrate(lambda x: np.cos(x[:, 0] * x[:, 1] + x[:, 2]), Sobol(3, seed=7), abs_tol=1e-6)
    >>> r.status, r.error_bound < 1e-6
    ('converged', True)
    """

_PERIODIZATIONS = ("auto", "baker", "c0", "c1", "c1sin", "c2sin", "c3sin")


def _tolerances(abs_tol: float | None, rel_tol: float | None) -> tuple[float, float]:
    """Both tolerances, with the defaults of the engine."""
    if abs_tol is None and rel_tol is None:
        return 1e-4, 0.0
    return (0.0 if abs_tol is None else real(abs_tol, "abs_tol"), 0.0 if rel_tol is None else real(rel_tol, "rel_tol"))


def _measure_of(f: Any, measure: Any) -> Any:
    """The measure to use: the given one, or what f brings; an object with ``d`` and ``transform`` will do."""
    name = "measure"
    if measure is None:
        if isinstance(f, Integrand):
            return None  # its compiled handle has it
        name, measure = "f.measure", getattr(f, "measure", None)
    if measure is not None and not (callable(getattr(measure, "transform", None)) and hasattr(measure, "d")):
        raise TypeError(f"{name}: must be a measure, with d and transform; got {measure!r}")
    return measure


def _points_of(points: Any, d: Any, f: Any, measure: Any) -> PointSet:
    """The given set, or Sobol' with a fresh seed; all dimensions agree."""
    if points is not None and not isinstance(points, PointSet):
        raise TypeError(f"points: must be a point set; got {points!r}")
    known = {"d": None if d is None else integer(d, "d", 1, 2**63 - 1)}
    for name, owner in (("f.d", f), ("measure.d", measure)):
        own = getattr(owner, "d", None)
        known[name] = None if own is None else integer(own, name, 1, 2**63 - 1)
    found = {name: value for name, value in known.items() if value is not None}
    if points is None:
        if not found:
            raise ValueError("d: must be given where there are no points, and f and its measure have none; got None")
        points = Sobol(next(iter(found.values())), randomize="lms_shift")
    for name, value in found.items():
        if value != points.d:
            raise ValueError(f"{name}: must be the dimension of the points, {points.d}; got {value}")
    return points


def _control_variates_of(control_variates: Any) -> tuple[_Checked | None, list[float]]:
    if control_variates is None:
        return None, []
    if not (isinstance(control_variates, Sequence) and len(control_variates) == 2):
        raise TypeError(f"control_variates: must be a pair (functions, means); got {control_variates!r}")
    functions, means = control_variates
    if isinstance(functions, Sequence) and functions and all(callable(g) for g in functions):
        each = tuple(functions)
        functions = each[0] if len(each) == 1 else lambda x: np.column_stack([g(x) for g in each])
    if not callable(functions):
        raise TypeError(f"control_variates: functions must be callable; got {functions!r}")
    values = real_array(means, "control_variates")
    if values.ndim > 1:
        raise ValueError(f"control_variates: means must have shape (p,); got {values.shape}")
    return _Checked(functions, "control_variates"), values.ravel().tolist()
