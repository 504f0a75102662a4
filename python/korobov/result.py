"""Results of integrations."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from ._arguments import real
from .points import PointSet

if TYPE_CHECKING:
    from .integration import Integration

__all__ = ["Record", "Result"]


class Record(NamedTuple):
    """The state after one doubling: n evaluations so far, value and error_bound (floats or arrays), seconds."""

    n: int
    value: Any
    error_bound: Any
    seconds: float


class Result:
    """What an integration found, what it cost, and why it stopped.

    Fields are floats for an integrand of (n,) values, (outputs,) arrays for one of (n, outputs). Results print as a
    readable block, and pickle and copy without what is needed to resume.
    """

    __slots__ = {
        "value": "The estimate: float, or (outputs,) array.",
        "error_bound": "max(upper - value, value - lower): float, or (outputs,) array.",
        "lower": "Lower end of the interval that holds the integral if the rule's assumptions do.",
        "upper": "Upper end of the interval.",
        "n": "Evaluations of f the result rests on, all replicates counted.",
        "status": "``converged``; ``budget_exhausted``: n_max, the set's own limit or time_limit came first; "
                  "``cancelled``; ``assumption_failed``.",
        "caveats": "List of assumptions that visibly fail; empty when none does.",
        "rule": "The rule asked for, with its parameters.",
        "seconds": "Spent in all runs together.",
        "history": "List of one Record per doubling.",
        "points": "The set that was used, with its seed.",
        "_text": "", "_integration": "", "_tolerances": "",
    }

    def __init__(self, handle: Any, is_scalar: bool, points: PointSet, integration: Integration,
                 tolerances: tuple[float, float]) -> None:
        def shaped(values: list[float], default: float = math.nan) -> Any:  # a float or an array
            return (values[0] if values else default) if is_scalar else np.array(values)

        self.value = shaped(handle.value)
        self.error_bound = shaped(handle.error_bound, math.inf)
        self.lower = shaped(handle.lower, -math.inf)
        self.upper = shaped(handle.upper, math.inf)
        self.n: int = handle.n
        self.seconds: float = handle.seconds
        self.status: Literal["converged", "budget_exhausted", "cancelled", "assumption_failed"] = handle.status
        self.caveats: list[str] = handle.caveats
        self.rule: str = handle.rule
        self.history = [Record(r.n, shaped(r.value), shaped(r.error_bound), r.seconds) for r in handle.history]
        self.points = points
        self._text = f"{handle.text}\n  {points!r}"
        self._integration: Integration | None = integration
        self._tolerances = tolerances

    def resume(self, *, abs_tol: float | None = None, rel_tol: float | None = None) -> Result:
        """Go on to a tighter tolerance; only new points are evaluated. This result stays as it is.

        Results of one integration share its points: what one of them has evaluated, all of them have. Budgets are those
        of the integration; ``time_limit`` starts anew.

        Parameters
        ----------
        abs_tol, rel_tol : float, optional
            What is not given stays; a tolerance may not grow.

        Returns
        -------
        Result

        Raises
        ------
        ValueError
            A tolerance that grows, or a result that was pickled or copied and so has no integration.
        """
        if self._integration is None:
            raise ValueError("resume: must be called on a result of this process; got one that was pickled or copied")
        wanted = []
        for name, value, present in zip(("abs_tol", "rel_tol"), (abs_tol, rel_tol), self._tolerances, strict=True):
            tolerance = present if value is None else real(value, name)
            if not tolerance <= present:
                raise ValueError(f"{name}: must not exceed the present {present}; got {tolerance}")
            wanted.append(tolerance)
        self._integration._tighten_at_least(*wanted)
        return self._integration.run()

    def __repr__(self) -> str:
        return self._text

    def _repr_html_(self) -> str:
        outputs = zip(*(np.atleast_1d(v) for v in (self.value, self.error_bound, self.lower, self.upper)), strict=True)
        cells = "".join(f"<tr><td>{v:.12g}</td><td>{e:.3g}</td><td>{a:.12g}</td><td>{b:.12g}</td></tr>"
                        for v, e, a, b in outputs)
        notes = "".join(f"<br>caveat: {html.escape(c)}" for c in self.caveats)
        return (f"<table><caption>{self.status}, rule {html.escape(self.rule)}, n = {self.n}, {self.seconds:.3g} s<br>"
                f"{html.escape(repr(self.points))}{notes}</caption>"
                f"<tr><th>value</th><th>error bound</th><th>lower</th><th>upper</th></tr>{cells}</table>")

    def __reduce__(self) -> tuple:
        return _rebuild_result, ({name: getattr(self, name) for name in self.__slots__ if name != "_integration"},)


def _rebuild_result(state: dict[str, Any]) -> Result:
    result = object.__new__(Result)
    for name, value in state.items():
        setattr(result, name, value)
    result._integration = None
    return result
