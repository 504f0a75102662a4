"""Rules: how values of f at the points become an interval that holds the integral.

Sources: Hickernell and Jimenez Rugama (2016), Jimenez Rugama and Hickernell (2016) for ``"decay"``; L'Ecuyer, Nakayama,
Owen and Tuffin (2023) for ``"replicated"``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ._arguments import choice, integer, positive

__all__ = ["CoefficientDecay", "Replicated"]


@dataclass(frozen=True)
class CoefficientDecay:
    """Rule ``"decay"``: value +- inflation 2^-m S_{m - lag}, from sums S_l of transform coefficients of f.

    Published as the cone rule for digital sequences (Hickernell and Jimenez Rugama, 2016) and rank-1 lattices (Jimenez
    Rugama and Hickernell, 2016). It holds for f whose coefficients decay steadily; jumps, kinks and spikes can make it
    miss without notice. Where a necessary condition visibly fails, ``caveats`` says so.

    Parameters
    ----------
    lag : int
        Levels between the coefficients looked at and the last, 1 <= lag <= 16.
    inflation : float
        Factor of the bound, positive.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.
    """

    lag: int = 4
    inflation: float = 5.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "lag", integer(self.lag, "lag", 1, 16))
        object.__setattr__(self, "inflation", positive(self.inflation, "inflation"))


@dataclass(frozen=True)
class Replicated:
    """Rule ``"replicated"``: Student's t interval over independent randomizations of the set.

    As robust as anything known for randomized QMC (L'Ecuyer, Nakayama, Owen and Tuffin, 2023).

    Parameters
    ----------
    replications : int
        Number of randomizations, at least 2.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.
    """

    replications: int = 16

    def __post_init__(self) -> None:
        object.__setattr__(self, "replications", integer(self.replications, "replications", 2, 2**32 - 1))


def rule_of(rule: Any) -> tuple[str, dict[str, Any]]:
    """Name and parameters of what users give as ``rule``."""
    if isinstance(rule, str):
        choice(rule, "rule", ("auto", "decay", "replicated"))
        rule = {"auto": None, "decay": CoefficientDecay(), "replicated": Replicated()}[rule]
    if rule is None:
        return "auto", {}
    if isinstance(rule, CoefficientDecay):
        return "decay", {"lag": rule.lag, "inflation": rule.inflation}
    if isinstance(rule, Replicated):
        return "replicated", {"replications": rule.replications}
    raise TypeError(f"rule: must be 'auto', 'decay', 'replicated', a CoefficientDecay or a Replicated; got {rule!r}")
