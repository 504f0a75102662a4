"""Bootstrap intervals: how far the entropies and scores of other samples of the same distribution would be.

>>> import numpy as np
>>> import korobov as kb
>>> X = kb.IID(2, seed=7).points(200)
>>> s = kb.bootstrap_score(kb.von_neumann_entropy, X, kb.GaussianKernel(0.5), replications=100, seed=7)
>>> s.lower < s.upper
True
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from . import _core
from ._arguments import fresh_seed, integer, real, real_array, seed_word
from .information import Spectrum
from .kernels import Kernel
from .rke import Score

__all__ = ["bootstrap_score"]


def bootstrap_score(statistic: Callable[[Spectrum], float], X: ArrayLike,
                    kernel: Kernel | Literal["precomputed"] | None = None, *, replications: int = 200,
                    confidence: float = 0.95, seed: Any = None) -> Score:
    """A functional of the spectrum of samples, with the basic bootstrap interval of its value for their distribution.

    Replicates are the same samples with weights count / n of n draws with replacement, so kernel values are computed
    once. The entropy of a sample is too small, by O(1/n); the basic interval takes that back and may lie above the
    value. It needs independent samples, many more than there are modes: where an entropy is near log n no interval can
    be trusted. Numbers of modes are skew: take the interval of the entropy, and the exponentials of its ends.

    Parameters
    ----------
    statistic : callable
        Of a ``Spectrum``: an entropy, ``lambda s: renyi_entropy(s, 2)`` and the like. The trace of a replicate's matrix
        is the weighted mean of k(x, x). Called replications + 1 times, one after another; what it raises passes through.
    X : (n, d) array, or (n, n) matrix for ``kernel="precomputed"``
    kernel : Kernel, None or "precomputed"
        A replicate takes O(n^3), on the samples that were drawn. None: X are features, O(n d^2 + d^3).
    replications : int
        At least 2 / (1 - confidence) - 1.
    confidence : float
        In (0, 1).
    seed : int, Generator or SeedSequence, optional
        Of the draws; None draws fresh entropy.

    Returns
    -------
    Score : a float with ``.lower`` and ``.upper``.

    Raises
    ------
    ValueError, TypeError
        An argument that breaks its rule; a statistic that is not finite.

    References
    ----------
    B. Efron, Annals of Statistics 7 (1979); A. C. Davison, D. V. Hinkley, Bootstrap Methods and their Application
    (1997), section 5.2.

    Examples
    --------
    >>> X = np.repeat(np.eye(3), [60, 30, 10], axis=0)  # three classes, as features
    >>> s = bootstrap_score(von_neumann_entropy, X, seed=7)
    >>> round(s, 3), s.lower < s < s.upper
    (0.898, True)
    """
    if not callable(statistic):
        raise TypeError(f"statistic: must be a function of a Spectrum; got {type(statistic).__name__}")
    if not (kernel is None or isinstance(kernel, Kernel) or isinstance(kernel, str) and kernel == "precomputed"):
        raise TypeError(f"kernel: must be a kernel, None or 'precomputed'; got {kernel!r}")
    x = real_array(X, "X")
    if x.ndim != 2 or 0 in x.shape:
        raise ValueError(f"X: must have shape (n, d) with a sample per row; got {x.shape}")
    if isinstance(kernel, str) and x.shape[0] != x.shape[1]:
        raise ValueError(f"X: must be a square matrix for kernel='precomputed'; got shape {x.shape}")
    if isinstance(kernel, Kernel) and not np.all(np.isfinite(x)):
        raise ValueError(f"X: must be finite; got {x[~np.isfinite(x)][0]}")
    word = seed_word(seed)
    rest = (integer(replications, "replications", 1, 2**31), real(confidence, "confidence"),
            fresh_seed() if word is None else word)

    def of_handle(handle: Any) -> float:
        return float(statistic(Spectrum._of(handle)))

    if kernel is None:
        return Score(*_core.feature_bootstrap_score(of_handle, x, *rest))
    return Score(*_core.bootstrap_score(of_handle, kernel(x) if isinstance(kernel, Kernel) else x, *rest))
