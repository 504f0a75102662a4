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
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import fresh_seed, integer, real, real_array, seed_word
from .information import Spectrum
from .kernels import Kernel
from .rke import Score

__all__ = ["bootstrap_score", "resampling_score"]


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
    rest = _options(replications, confidence, seed)

    def of_handle(handle: Any) -> float:
        return real(statistic(Spectrum._of(handle)), "statistic")

    if kernel is None:
        return Score(*_core.feature_bootstrap_score(of_handle, x, *rest))
    return Score(*_core.bootstrap_score(of_handle, kernel(x) if isinstance(kernel, Kernel) else x, *rest))


def resampling_score(statistic: Callable[..., float], *samples: ArrayLike, paired: bool = True,
                     replications: int = 200, confidence: float = 0.95, seed: Any = None) -> Score:
    """Any statistic of samples, with the basic bootstrap interval of its value for their distribution.

    Replicates are the statistic of rows drawn with replacement, so what is said of ``bootstrap_score`` holds: independent
    samples, a bias of order 1/n taken back, skew values better as logarithms. At 95 %, Schur complement entropies of three
    features were held in 94 % of 300 samples of size 100, in 85 % of size 30, their logarithms in 95 and 93 %; mutual
    information of Gaussians of correlation 0.6 in 91 % at n = 100. Three more rules:

    - A sample drawn twice is its own neighbour. A statistic that leaves out pairs of a sample with itself, as
      ``squared_mmd(estimator="unbiased")`` does, counts such pairs in replicates alone: take ``"biased"``. Of N(0, 1) and
      N(1, 1) in samples of 100 and 60 that one was held in 90 %, the other in 87 %.
    - Intervals are no tests. Where two distributions are equal, the squared MMD, and where samples are independent, the
      mutual information, has no term of first order, and the bootstrap is inconsistent. Equal distributions gave 99 %,
      near ones 79 %. Permute the samples instead.
    - Joint entropies have more modes than their parts, and n must be well above that number: with a kernel half as wide as
      the Gaussians, mutual information was held in 40 %.

    Parameters
    ----------
    statistic : callable
        Of as many arrays as there are samples. Called replications + 1 times, one after another, with copies of its own
        whose rows are in the samples' order; what it raises passes through.
    samples : arrays of any dtype
        A sample per entry of the first axis. ``np.arange(n)`` hands the statistic the rows that were drawn, for what is
        computed once: ``lambda i: mutual_information(K[np.ix_(i, i)], L[np.ix_(i, i)])``.
    paired : bool
        True: all of the same length, and the same rows of each are drawn. False: each is drawn by itself.
    replications, confidence, seed
        As in ``bootstrap_score``; the first sample has its draws.

    Returns
    -------
    Score : a float with ``.lower`` and ``.upper``.

    Raises
    ------
    ValueError, TypeError
        No samples, an empty one, paired ones of different lengths; an argument that breaks its rule; a statistic that is
        not finite.

    References
    ----------
    A. C. Davison, D. V. Hinkley, Bootstrap Methods and their Application (1997), sections 2.6 and 5.2; M. A. Arcones,
    E. Gine, Annals of Statistics 20 (1992): U- and V-statistics, degenerate ones.

    Examples
    --------
    >>> x = np.arange(100.0)
    >>> s = resampling_score(lambda a, b: np.corrcoef(a, b)[0, 1], x, x + 30 * np.sin(x), seed=7)
    >>> s.lower < s < s.upper < 1
    True
    >>> s = resampling_score(lambda a, b: b.mean() - a.mean(), x, x[:40] + 50, paired=False, seed=7)
    >>> round(s), s.lower < 20 < s.upper
    (20, True)
    """
    if not callable(statistic):
        raise TypeError(f"statistic: must be a function of samples; got {type(statistic).__name__}")
    if not isinstance(paired, (bool, np.bool_)):
        raise TypeError(f"paired: must be True or False; got {paired!r}")
    arrays = [np.asarray(sample) for sample in samples]
    if not arrays:
        raise ValueError("samples: must be at least one; got none")
    for place, array in enumerate(arrays):
        if array.ndim == 0 or array.shape[0] == 0:
            raise ValueError(f"samples[{place}]: must hold a sample per entry of its first axis; got shape {array.shape}")
    sizes = [array.shape[0] for array in arrays]
    if paired and len(set(sizes)) > 1:
        raise ValueError(f"samples: must have the same length unless paired=False; got {sizes}")

    def of_drawn(drawn: list[NDArray[np.int64]]) -> float:
        return real(statistic(*(array[rows] for array, rows in zip(arrays, drawn * len(arrays) if paired else drawn))),
                    "statistic")

    return Score(*_core.resampling_score(of_drawn, sizes[:1] if paired else sizes,
                                         *_options(replications, confidence, seed)))


def _options(replications: Any, confidence: Any, seed: Any) -> tuple[int, float, int]:
    word = seed_word(seed)
    return (integer(replications, "replications", 1, 2**31), real(confidence, "confidence"),
            fresh_seed() if word is None else word)
