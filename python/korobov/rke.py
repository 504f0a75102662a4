"""RKE, the number of modes of a sample: order-2 diversity, exact or through random features.

Source: Jalali, Li and Farnia (2023).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import fresh_seed, integer, real, real_array, require_memory, seed_word
from .kernels import Kernel, require_dimension

__all__ = ["CharacteristicSums", "Score", "rke_score"]


class Score(float):
    """A float with an interval: ``lower`` and ``upper``, or None where the number is exact.

    Examples
    --------
    >>> s = Score(2.0, 1.9, 2.2)
    >>> s + 1, s.lower, s.upper
    (3.0, 1.9, 2.2)
    """

    __slots__ = {"lower": "Where the interval begins; None when exact.", "upper": "Where it ends; None when exact."}

    lower: float | None
    upper: float | None

    def __new__(cls, value: float, lower: float | None = None, upper: float | None = None) -> Score:
        self = super().__new__(cls, value)
        self.lower, self.upper = lower, upper
        return self

    def __repr__(self) -> str:
        if self.lower is None:
            return float.__repr__(self)
        return f"Score({float(self)!r}, lower={self.lower!r}, upper={self.upper!r})"

    def __reduce__(self) -> tuple:
        return type(self), (float(self), self.lower, self.upper)


def rke_score(X: ArrayLike, kernel: Kernel, *, features: int | None = None, replications: int = 16,
              confidence: float = 0.99, seed: Any = None) -> Score:
    """``1 / mean_ij (k(x_i, x_j) / k(x, x))^2``: 1 for identical samples, n for samples that do not see one another.

    Parameters
    ----------
    X : (n, d) array
        A sample per row.
    kernel : Kernel
        Any kernel; with ``features`` a Gaussian, Matern, rational quadratic, Laplace or Cauchy one.
    features : int, optional
        Frequencies in all, at least ``replications``: O(n features d) time through the empirical characteristic
        function at the points of a scrambled net. None: exact, from n^2 / 2 kernel values, without storing them.
    replications : int
        Blocks of the net whose spread gives the interval; without features there is none, and nothing to ask of it.
    confidence : float
        Of the interval, in (0, 1).
    seed : int, Generator or SeedSequence, optional
        Of the net; None draws fresh entropy.

    Returns
    -------
    Score : a float with ``.lower`` and ``.upper``, None when exact.

    Raises
    ------
    ValueError, TypeError
        An argument that breaks its rule.

    Examples
    --------
    >>> X = np.repeat([[0.0, 0.0], [9.0, 9.0]], 50, axis=0)
    >>> rke_score(X, GaussianKernel(1.0))
    2.0
    >>> s = rke_score(X, GaussianKernel(1.0), features=512, seed=7)
    >>> s.lower <= 2 <= s.upper
    True
    """
    x = _samples(X)
    if not isinstance(kernel, Kernel):
        raise TypeError(f"kernel: must be a korobov kernel; got {kernel!r}")
    if x.shape[0] == 0:
        raise ValueError(f"X: must have at least one row; got shape {x.shape}")
    require_dimension(kernel, x)
    if features is None:
        if seed is not None:
            raise ValueError(f"seed: must be left out without features; got {seed!r}")
        return Score(_core.rke_score(kernel._handle, x))
    sums = CharacteristicSums(kernel, x.shape[1], features=features, replications=replications, seed=seed)
    sums.add(x)
    return sums.rke(confidence=confidence)


class CharacteristicSums:
    """The streaming form of ``rke_score``: rows come in any portions, sums of parts of the data are merged.

    Parameters
    ----------
    kernel, features, replications, seed
        As of ``rke_score``. Sums that are to be merged need the same ones, an int as seed among them.
    d : int
        Columns of the data.

    Examples
    --------
    >>> X = Sobol(2, seed=1).points(1000)
    >>> parts = [CharacteristicSums(GaussianKernel(0.2), 2, features=256, seed=7) for _ in range(2)]
    >>> for part, rows in zip(parts, (X[:300], X[300:])):
    ...     part.add(rows)
    >>> parts[0].merge(parts[1])
    >>> parts[0].n
    1000
    >>> bool(np.isclose(parts[0].rke(), rke_score(X, GaussianKernel(0.2), features=256, seed=7)))
    True
    """

    __slots__ = ("_arguments", "_handle")

    def __init__(self, kernel: Kernel, d: int, *, features: int = 1024, replications: int = 16,
                 seed: Any = None) -> None:
        if not isinstance(kernel, Kernel):
            raise TypeError(f"kernel: must be a korobov kernel; got {kernel!r}")
        d = integer(d, "d", 1, 2**31)
        replications = integer(replications, "replications", 2, 2**31)
        features = integer(features, "features", 1, 2**40)
        require_memory((features, d), np.dtype(np.float64), "features")
        word = seed_word(seed)
        word = fresh_seed() if word is None else word
        self._arguments = (kernel, d, features, replications, word)
        self._handle = _core.CharacteristicSums(kernel._handle, d, features, replications, word)

    @property
    def n(self) -> int:
        """Rows so far."""
        return self._handle.count

    @property
    def seed(self) -> int:
        """The seed of the net."""
        return self._arguments[4]

    def add(self, X: ArrayLike) -> None:
        """Add the rows of X, (n, d). On an error nothing is added."""
        self._handle.add(_samples(X))

    def merge(self, other: CharacteristicSums) -> None:
        """Add what another one has summed."""
        if not isinstance(other, CharacteristicSums):
            raise TypeError(f"other: must be CharacteristicSums; got {type(other).__name__}")
        self._handle.merge(other._handle)

    def rke(self, *, confidence: float = 0.99) -> Score:
        """The score of all rows so far, with its interval."""
        return Score(*self._handle.rke(real(confidence, "confidence")))

    def __repr__(self) -> str:
        kernel, d, features, replications, seed = self._arguments
        return (f"CharacteristicSums({kernel!r}, {d}, features={features}, replications={replications}, seed={seed}, "
                f"n={self.n})")

    def __reduce__(self) -> tuple:
        return _restored, (*self._arguments, self._handle.count, list(self._handle.sums))


def _restored(kernel: Kernel, d: int, features: int, replications: int, seed: int, count: int,
              sums: list[float]) -> CharacteristicSums:
    result = CharacteristicSums(kernel, d, features=features, replications=replications, seed=seed)
    result._handle.restore(count, sums)
    return result


def _samples(X: ArrayLike) -> NDArray[np.float64]:
    x = real_array(X, "X")
    if x.ndim != 2 or x.shape[1] == 0:
        raise ValueError(f"X: must have shape (n, d); got {x.shape}")
    if not np.all(np.isfinite(x)):
        raise ValueError(f"X: must be finite; got {x[~np.isfinite(x)][0]}")
    return x
