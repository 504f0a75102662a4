"""What the estimators share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import validate_data

from .._arguments import fresh_seed, seed_word
from ..kernels import Kernel
from ..stationary import GaussianKernel


def samples(estimator: Any, X: Any, *, reset: bool, least: int = 1) -> NDArray[np.float64]:
    """X as a C-contiguous finite float64 (n, d) array, by scikit-learn's rules; fit resets n_features_in_."""
    return validate_data(estimator, X, reset=reset, dtype=np.float64, order="C", ensure_min_samples=least)


def kernel_or_default(kernel: Any) -> Kernel:
    """The kernel given, or a Gaussian with lengthscale 1."""
    if kernel is None:
        return GaussianKernel()
    if not isinstance(kernel, Kernel):
        raise TypeError(f"kernel: must be a korobov kernel or None; got {kernel!r}")
    return kernel


def seed_of(random_state: Any) -> int:
    """A seed from ``random_state``: an int as it is, a generator drawn from, fresh entropy for None."""
    seed = seed_word(random_state)
    return fresh_seed() if seed is None else seed
