"""Gaussian process regression over any data, as a scikit-learn estimator.

>>> import numpy as np
>>> import korobov as kb
>>> X = np.linspace(0, 3, 20)[:, None]
>>> gp = kb.GaussianProcessRegressor(kb.GaussianKernel(0.5)).fit(X, np.sin(2 * X[:, 0]))
>>> mean, std = gp.predict([[1.1]], return_std=True)
>>> bool(abs(mean[0] - np.sin(2.2)) < 1e-3)
True
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from .. import _core
from .._arguments import integer, real, require_memory
from ..kernels import Kernel, require_dimension
from ._common import kernel_or_default, samples, seed_of

__all__ = ["GaussianProcessRegressor"]


class GaussianProcessRegressor(MultiOutputMixin, RegressorMixin, BaseEstimator):
    """Regression by a Gaussian process with prior mean zero, over any X; dense, O(n^3).

    On a lattice or net with a kernel of its symmetry ``GaussianProcess`` is the same in O(n log n).

    Parameters
    ----------
    kernel : Kernel, optional
        Any; a Gaussian with lengthscale 1 if left out.
    noise : float, not negative
        Variance of the observations about f, in the units of y squared. Unless it is 0, n (n + 1) 2^-53 times the kernel's
        variance is added to it, which keeps the matrix positive definite in floating-point numbers.
    optimize : bool
        Learn the kernel's hyper-parameters by marginal likelihood; those that are 0 stay 0.
    learn_noise : bool
        Learn the noise with them, unless it is 0.
    normalize_y : bool
        Subtract the mean of each output and divide by its standard deviation first. Noise, kernel and likelihood are
        then those of the outcome, predictions those of y.
    restarts : int
        Further starts of the optimiser.
    random_state : int, RandomState, Generator, SeedSequence or None
        Of ``sample_y``.

    Attributes
    ----------
    kernel_ : Kernel
        With the hyper-parameters learnt.
    noise_ : float
        The noise learnt, or that given.
    log_marginal_likelihood_value_ : float
    n_iter_ : int
        Evaluations of the likelihood with its gradient; 0 where nothing was learnt.
    n_features_in_ : int

    Examples
    --------
    >>> import numpy as np
    >>> import korobov as kb
    >>> rng = np.random.default_rng(0)
    >>> X = rng.uniform(0, 3, (200, 1))
    >>> y = np.sin(2 * X[:, 0]) + rng.normal(0, 0.1, 200)
    >>> gp = kb.GaussianProcessRegressor(learn_noise=True).fit(X, y)
    >>> bool(0.08**2 < gp.noise_ < 0.12**2)
    True
    """

    def __init__(self, kernel: Kernel | None = None, *, noise: float = 1e-10, optimize: bool = True,
                 learn_noise: bool = False, normalize_y: bool = False, restarts: int = 1,
                 random_state: Any = None) -> None:
        self.kernel = kernel
        self.noise = noise
        self.optimize = optimize
        self.learn_noise = learn_noise
        self.normalize_y = normalize_y
        self.restarts = restarts
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> GaussianProcessRegressor:
        """Condition on y, (n,) or (n, r), at the rows of X, after learning the hyper-parameters. Returns self.

        The search does not depend on the units of y: it starts from the kernel with the mean square of y for its variance,
        and a noise to be learnt from the largest of several that are likely. Scales and noise are sought within 1e-10 and
        1e10 times that start, lengthscales within 1e-5 and 1e5 times the given ones, weights in [1e-8, 1e5], a real alpha in
        [0.05, 16], each widened to the value given. The outcome is never less likely than the kernel and noise given.

        Raises
        ------
        ValueError, TypeError
            Data or an argument that breaks its rule.
        NumericalError
            A matrix that is not positive definite: says its smallest eigenvalue and the noise to raise.
        """
        kernel = kernel_or_default(self.kernel)
        noise = real(self.noise, "noise")
        if not (noise >= 0 and math.isfinite(noise)):
            raise ValueError(f"noise: must be finite and not negative; got {noise}")
        restarts = integer(self.restarts, "restarts", 0, 1000)
        x, given = validate_data(self, X, y, multi_output=True, y_numeric=True, dtype=np.float64, order="C")
        require_dimension(kernel, x)
        targets = np.asarray(given, dtype=np.float64).reshape(x.shape[0], -1)
        self._center, self._unit = np.zeros(targets.shape[1]), np.ones(targets.shape[1])
        if self.normalize_y:
            with np.errstate(over="ignore", invalid="ignore"):
                self._center, self._unit = targets.mean(axis=0), targets.std(axis=0)
            if not np.isfinite(self._unit).all():
                raise ValueError(f"y: must have a finite standard deviation; got values up to {np.abs(targets).max()}")
            self._unit[self._unit == 0] = 1
        self.X_train_, self.y_train_ = x, given
        require_memory((x.shape[0], x.shape[0]), np.dtype(np.float64), "K")
        handle = _core.DenseGaussianProcess(kernel._handle, noise)
        handle.fit(x, self._targets(), bool(self.optimize), bool(self.learn_noise), restarts)
        self.n_iter_ = handle.evaluations
        self.kernel_ = kernel.with_parameters(handle.parameters) if self.n_iter_ else kernel
        self.noise_ = handle.noise
        self.log_marginal_likelihood_value_ = handle.log_marginal_likelihood
        self._handle = handle
        return self

    def _targets(self) -> NDArray[np.float64]:
        """What the process is conditioned on, (n, r)."""
        y = np.asarray(self.y_train_, dtype=np.float64).reshape(self.X_train_.shape[0], -1)
        return np.ascontiguousarray((y - self._center) / self._unit)

    def predict(self, X: ArrayLike, return_std: bool = False, return_cov: bool = False) -> Any:
        """The posterior of f at the rows of X: mean (m,) or (m, r), and where asked for std as the mean or cov (m, m[, r])."""
        check_is_fitted(self)
        if return_std and return_cov:
            raise ValueError("return_cov: must be False with return_std; got True")
        x = samples(self, X, reset=False)
        mean, variance = self._handle.predict(x, bool(return_std))
        one = self.y_train_.ndim == 1
        mean = mean * self._unit + self._center
        mean = mean[:, 0] if one else mean
        if not (return_std or return_cov):
            return mean
        spread = (np.sqrt(variance)[:, None] * self._unit if return_std
                  else self._handle.covariance(x)[..., None] * self._unit**2)
        return mean, spread[..., 0] if one else spread

    def sample_y(self, X: ArrayLike, n_samples: int = 1, random_state: Any = None) -> NDArray[np.float64]:
        """Paths of the posterior at the rows of X, (m, n_samples) or (m, r, n_samples), as in scikit-learn."""
        check_is_fitted(self)
        x = samples(self, X, reset=False)
        size = integer(n_samples, "n_samples", 1, 2**31 - 1)
        seed = seed_of(self.random_state if random_state is None else random_state)
        outputs = 1 if self.y_train_.ndim == 1 else self.y_train_.shape[1]
        paths = self._handle.sample(x, size * outputs, seed).reshape(size, outputs, x.shape[0]).transpose(2, 1, 0)
        paths = paths * self._unit[:, None] + self._center[:, None]
        return np.ascontiguousarray(paths[:, 0] if self.y_train_.ndim == 1 else paths)

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_handle"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "X_train_" in state:
            self._handle = _core.DenseGaussianProcess(self.kernel_._handle, self.noise_)
            self._handle.fit(self.X_train_, self._targets(), False, False, 0)
