"""Low-rank Gram matrices: pivoted Cholesky, and systems with its factor and a nugget.

Sources: Chen, Epperly, Tropp and Webber (2023) for random pivots, Woodbury (1950) for the systems.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import choice, fresh_seed, integer, real, real_array, seed_word
from .kernels import Kernel, require_dimension

__all__ = ["LowRankGram"]


class LowRankGram:
    """``F F^T + nugget I``, where ``F F^T`` approximates a kernel's Gram matrix from ``rank`` of its columns.

    O(n rank (d + rank)) time and O(n rank) memory: the Gram matrix is never formed. Immutable.

    Parameters
    ----------
    X : (n, d) array
        Points.
    kernel : Kernel
        Any kernel.
    rank : int
        Columns of F, at most n; fewer where K has a lower numerical rank or the tolerance is reached.
    nugget : float
        A variance, at least 0; ``solve`` and ``logdet`` need it positive unless the rank is n.
    pivoting : "random" or "greedy"
        Columns in proportion to the residual's diagonal, whose expected error is near the best of its rank, or the
        largest each time.
    tolerance : float
        Stop where ``trace(K - F F^T)`` is at most this share of ``trace(K)``.
    seed : int, Generator or SeedSequence, optional
        Of random pivots. None draws fresh entropy; ``seed`` shows it.

    Examples
    --------
    >>> X = Sobol(2, seed=1).points(500)
    >>> g = LowRankGram(X, GaussianKernel(0.5), 40, nugget=1e-3, seed=7)
    >>> bool(g.trace_error < 1e-5 * 500)
    True
    >>> bool(np.allclose(g @ g.solve(X), X))
    True
    """

    __slots__ = ("_arguments", "_gram", "_low_rank")

    def __init__(self, X: ArrayLike, kernel: Kernel, rank: int, *, nugget: float = 0.0,
                 pivoting: Literal["random", "greedy"] = "random", tolerance: float = 0.0, seed: Any = None) -> None:
        if not isinstance(kernel, Kernel):
            raise TypeError(f"kernel: must be a korobov kernel; got {kernel!r}")
        x = real_array(X, "X")
        if x.ndim != 2 or x.shape[1] == 0:
            raise ValueError(f"X: must have shape (n, d); got {x.shape}")
        require_dimension(kernel, x)
        if not np.all(np.isfinite(x)):
            raise ValueError(f"X: must be finite; got {x[~np.isfinite(x)][0]}")
        rank = integer(rank, "rank", 1, 2**40)
        choice(pivoting, "pivoting", ("random", "greedy"))
        word = seed_word(seed)
        if word is None:
            word = fresh_seed() if pivoting == "random" else 0
        self._low_rank = _core.LowRank(kernel._handle, x, rank, pivoting, word, real(tolerance, "tolerance"))
        self._gram = _core.LowRankGram(self._low_rank, real(nugget, "nugget"))
        self._arguments = (x, kernel, rank, real(nugget, "nugget"), pivoting, real(tolerance, "tolerance"), word)

    @property
    def shape(self) -> tuple[int, int]:
        """(n, n)."""
        n = int(self._arguments[0].shape[0])
        return n, n

    @property
    def rank(self) -> int:
        """Columns of the factor."""
        return len(self._low_rank.pivots)

    @property
    def nugget(self) -> float:
        """The variance added to the diagonal."""
        return self._arguments[3]

    @property
    def seed(self) -> int:
        """The seed that gives these pivots again."""
        return self._arguments[6]

    @property
    def factor(self) -> NDArray[np.float64]:
        """F, (n, rank)."""
        return self._low_rank.factor

    @property
    def pivots(self) -> NDArray[np.int64]:
        """The rows of X whose columns were taken, in order, (rank,)."""
        return self._low_rank.pivots

    @property
    def trace_error(self) -> float:
        """``trace(K - F F^T)``, exact: the approximation's error in the trace norm."""
        return float(self._low_rank.trace_errors[-1])

    @property
    def trace_errors(self) -> NDArray[np.float64]:
        """The same after 0, 1, ..., rank columns, (rank + 1,)."""
        return self._low_rank.trace_errors

    @property
    def eigenvalues(self) -> NDArray[np.float64]:
        """The eigenvalues of ``F F^T`` that are not 0, descending, (rank,); the nugget is not in them."""
        return self._gram.eigenvalues

    def __matmul__(self, v: ArrayLike) -> NDArray[np.float64]:
        """``(F F^T + nugget I) v``; v: (n,) or (n, r)."""
        return self._verb(self._gram.apply, v, "v")

    def solve(self, b: ArrayLike) -> NDArray[np.float64]:
        """``(F F^T + nugget I)^-1 b``; b: (n,) or (n, r). O(n rank r).

        Raises
        ------
        NumericalError
            No nugget, and a rank below n.
        """
        return self._verb(self._gram.solve, b, "b")

    def logdet(self) -> float:
        """``log det(F F^T + nugget I)``."""
        return self._gram.logdet()

    def __repr__(self) -> str:
        _, kernel, _, nugget, pivoting, _, seed = self._arguments
        return (f"LowRankGram(n={self.shape[0]}, kernel={kernel!r}, rank={self.rank}, nugget={nugget}, "
                f"pivoting={pivoting!r}, seed={seed})")

    def __reduce__(self) -> tuple:
        return _rebuilt, self._arguments

    def __copy__(self) -> LowRankGram:
        return self

    def __deepcopy__(self, memo: dict) -> LowRankGram:
        return self

    def _verb(self, verb: Any, value: ArrayLike, name: str) -> NDArray[np.float64]:
        array = real_array(value, name)
        if array.ndim not in (1, 2) or array.shape[0] != self.shape[0]:
            raise ValueError(f"{name}: must have shape ({self.shape[0]},) or ({self.shape[0]}, r); got {array.shape}")
        return verb(array.reshape(self.shape[0], -1)).reshape(array.shape)


def _rebuilt(x: NDArray, kernel: Kernel, rank: int, nugget: float, pivoting: Any, tolerance: float,
             seed: int) -> LowRankGram:
    return LowRankGram(x, kernel, rank, nugget=nugget, pivoting=pivoting, tolerance=tolerance, seed=seed)
