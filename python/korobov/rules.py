"""Rules: how values of f at the points become an interval that holds the integral.

Sources: Hickernell and Jimenez Rugama (2016), Jimenez Rugama and Hickernell (2016) for ``"decay"``; L'Ecuyer, Nakayama,
Owen and Tuffin (2023) for ``"replicated"``; Jagadeeswaran and Hickernell (2019, 2022) for ``"bayes"``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ._arguments import choice, integer, positive
from .kernels import Kernel

__all__ = ["Bayesian", "CoefficientDecay", "Replicated"]


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


@dataclass(frozen=True)
class Bayesian:
    """Rule ``"bayes"``: the credible interval of a Gaussian process whose kernel matches the points.

    f is taken as a draw of a process with unknown mean and covariance s^2 k (Jagadeeswaran and Hickernell, 2019, 2022).
    On a lattice with a shift-invariant kernel, or a net with a digitally shift-invariant one, one fast transform gives
    the posterior of the integral, whose mean is the mean of the values. ``caveats`` tells where the coefficients decay
    more slowly than the kernel's (jumps, kinks), where the largest ones are above it and the smallest not below (kinks on
    scrambled nets), where the interval is below a tenth of the bound of ``"decay"``, and where the values do not vary;
    where the coefficients refute the kernel the status is ``assumption_failed``.

    Parameters
    ----------
    kernel : ShiftInvariantKernel, DigitallyShiftInvariantKernel or LeadingDigitKernel, optional
        Its scale does not matter. None: of order 1, 2, 3 or 4, the one the criterion prefers, one weight for all
        dimensions.
    criterion : "mle", "full" or "gcv"
        Maximum likelihood; full Bayes, with reference priors for mean and s^2; generalised cross-validation.
    optimize : bool
        True: the weights are multiplied by the common factor, within 1e-6 to 1e2, that the criterion prefers on the
        first 2^13 points. False: the kernel stays as it is.
    weights : "shared" or "per_dimension"
        ``"per_dimension"``: after the common factor every weight is optimized by itself.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received; a kernel that does not match the points is a TypeError of
        the integration.

    Examples
    --------
    >>> from korobov import Keister, Lattice, integrate
    >>> r = integrate(Keister(3), Lattice(3, seed=7), rule=Bayesian(criterion="full"), abs_tol=5e-3)
    >>> r.status, abs(r.value - Keister(3).exact) < 5e-3
    ('converged', True)
    """

    kernel: Kernel | None = None
    criterion: Literal["mle", "full", "gcv"] = "mle"
    optimize: bool = True
    weights: Literal["shared", "per_dimension"] = "shared"

    def __post_init__(self) -> None:
        if self.kernel is not None and not isinstance(self.kernel, Kernel):
            raise TypeError(f"kernel: must be a kernel or None; got {self.kernel!r}")
        choice(self.criterion, "criterion", ("mle", "full", "gcv"))
        choice(self.weights, "weights", ("shared", "per_dimension"))
        if not isinstance(self.optimize, (bool, np.bool_)):
            raise TypeError(f"optimize: must be True or False; got {self.optimize!r}")
        if self.kernel is None and not self.optimize:
            raise ValueError("kernel: must be given where nothing is optimized; got None")
        object.__setattr__(self, "optimize", bool(self.optimize))

    def _require_match(self, symmetry: str | None) -> None:
        """Raise TypeError unless the kernel is structured on points of this symmetry."""
        if self.kernel is None:
            return
        has = self.kernel.symmetry
        if has is None or has != symmetry and not (has == "dyadic_tree" and symmetry == "dyadic"):
            raise TypeError(f"rule.kernel: must have the symmetry of the points, {symmetry!r}; got {has!r}")


def rule_of(rule: Any) -> tuple[str, dict[str, Any]]:
    """Name and parameters of what users give as ``rule``."""
    if isinstance(rule, str):
        choice(rule, "rule", ("auto", "decay", "replicated", "bayes"))
        rule = {"auto": None, "decay": CoefficientDecay(), "replicated": Replicated(), "bayes": Bayesian()}[rule]
    if rule is None:
        return "auto", {}
    if isinstance(rule, CoefficientDecay):
        return "decay", {"lag": rule.lag, "inflation": rule.inflation}
    if isinstance(rule, Replicated):
        return "replicated", {"replications": rule.replications}
    if isinstance(rule, Bayesian):
        return "bayes", {"kernel": None if rule.kernel is None else rule.kernel._handle, "criterion": rule.criterion,
                         "optimize": rule.optimize, "weights": rule.weights}
    raise TypeError(f"rule: must be 'auto', 'decay', 'replicated', 'bayes', a CoefficientDecay, a Replicated or a "
                    f"Bayesian; got {rule!r}")
