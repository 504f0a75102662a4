"""Feature maps: finite vectors whose inner products are a kernel, or nearly so.

>>> import numpy as np
>>> import korobov as kb
>>> X = np.linspace(0, 1, 12).reshape(6, 2)
>>> kernel = kb.GaussianKernel(0.5)
>>> phi = kb.RandomFourierFeatures(2000, kernel=kernel, random_state=7).fit_transform(X)
>>> bool(abs(phi @ phi.T - kernel(X)).max() < 0.01)
True
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from .. import _core
from .._arguments import choice, empty, integer, require_memory
from ..kernels import Kernel, require_dimension
from ..points import PointSet
from ._common import kernel_or_default, samples, seed_of

__all__ = ["Nystrom", "RandomFourierFeatures"]


class RandomFourierFeatures(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Random Fourier features of a stationary kernel, in pairs [cos(w . x), sin(w . x)].

    ``phi(x) . phi(z)`` estimates k(x, z) without bias (Rahimi and Recht 2007), from frequencies w of the kernel's
    spectral measure; |phi(x)|^2 = k(x, x) exactly when n_components is even.

    Parameters
    ----------
    n_components : int
        Columns: n_components / 2 frequencies; an odd number ends with a cosine.
    kernel : GaussianKernel, MaternKernel, RationalQuadraticKernel, LaplaceKernel or CauchyKernel, optional
        A Gaussian with lengthscale 1 if left out.
    frequencies : "qmc", "orthogonal", "iid" or a point set
        From a scrambled Sobol' net through the spectral measure's inverse distribution function, whose error is the
        smallest for few dimensions or wide kernels; blocks of d at right angles (Yu et al. 2016); independent; or from
        the points of a set, of dimension d for Gaussian and Laplace kernels, d + 1 for the others, whose coordinate 0
        is the mixing variable.
    random_state : int, RandomState, Generator, SeedSequence or None
        None draws fresh entropy; ``seed_`` reproduces it.

    Attributes
    ----------
    frequencies_ : (ceil(n_components / 2), d) array
    seed_ : int, or None where a point set was given
    n_features_in_ : int
        d.
    """

    def __init__(self, n_components: int = 100, *, kernel: Kernel | None = None,
                 frequencies: Literal["qmc", "orthogonal", "iid"] | PointSet = "qmc",
                 random_state: Any = None) -> None:
        self.n_components = n_components
        self.kernel = kernel
        self.frequencies = frequencies
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: Any = None) -> RandomFourierFeatures:
        """Draw the frequencies. Of X, (n, d), only d matters.

        Raises
        ------
        ValueError, TypeError
            An argument that breaks its rule; a kernel without a spectral measure here (sums, products, structured
            kernels); a kernel or point set of another dimension.
        """
        components = integer(self.n_components, "n_components", 1, 2**40)
        kernel = kernel_or_default(self.kernel)
        if not isinstance(self.frequencies, PointSet):
            choice(self.frequencies, "frequencies", ("qmc", "orthogonal", "iid"))
        d = samples(self, X, reset=True).shape[1]
        require_memory((components, d), np.dtype(np.float64), "n_components")
        if isinstance(self.frequencies, PointSet):
            self.seed_ = None
            if self.frequencies.replications is not None:
                raise ValueError("frequencies: must be one set of points, without replications; "
                                 f"got {self.frequencies!r}")
            wanted = _core.frequency_coordinates(kernel._handle, d)
            if self.frequencies.d != wanted:
                raise ValueError(f"frequencies: must be points of dimension {wanted} for this kernel on {d} columns; "
                                 f"got {self.frequencies.d}")
            self.frequencies_ = _core.frequencies_of_points(kernel._handle, d, components, self.frequencies._handle)
        else:
            self.seed_ = seed_of(self.random_state)
            self.frequencies_ = _core.random_frequencies(kernel._handle, d, components, self.frequencies, self.seed_)
        self._kernel, self._components, self._how = kernel, components, self.frequencies
        return self

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """The features of the rows of X: (n, d) -> (n, n_components), O(n d n_components) on all cores.

        Raises
        ------
        NumericalError
            A projection overflows.
        MemoryError
            The features would not fit into memory; nothing is allocated.
        """
        check_is_fitted(self)
        x = samples(self, X, reset=False)
        phi = empty((x.shape[0], self._n_features_out), np.dtype(np.float64), "features")
        _core.random_features(self.frequencies_, float(self._kernel._handle.at_zero), x, phi)
        return phi

    def gram_error(self, X: ArrayLike, Z: ArrayLike | None = None, *, replications: int = 16) -> float:
        """The rms over the pairs of rows of X and Z (X itself if left out) of the error of ``phi(x) . phi(z)``.

        Estimated from independent replications of the frequencies, without a kernel value: the standard error of one
        replicate, such as the one fitted. X: (n, d), Z: (m, d); O((n + m + n m) n_components replications).
        """
        check_is_fitted(self)
        if self.seed_ is None:
            raise ValueError("gram_error: must be asked of frequencies drawn from random_state; got a point set")
        x = samples(self, X, reset=False)
        z = x if Z is None else samples(self, Z, reset=False)
        replications = integer(replications, "replications", 2, 2**31)
        return _core.feature_gram_error(self._kernel._handle, self._components, str(self._how), self.seed_, x, z,
                                        replications)

    @property
    def _n_features_out(self) -> int:
        return self._components


class Nystrom(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Nystrom features by randomly pivoted Cholesky: ``phi(x) . phi(z)`` is k(x, z) wherever x or z is a landmark.

    Landmarks are rows of X, each drawn in proportion to what the ones before leave of its k(x, x) (Chen, Epperly, Tropp
    and Webber 2023), so that the error of the Gram matrix in the trace norm is near the best of its rank, and known.

    Parameters
    ----------
    n_components : int, optional
        Landmarks and columns, at most n; min(100, n) if left out. Where the Gram matrix has a lower numerical rank,
        there are only as many.
    kernel : Kernel, optional
        Any kernel; a Gaussian with lengthscale 1 if left out.
    random_state : int, RandomState, Generator, SeedSequence or None
        None draws fresh entropy; ``seed_`` reproduces it.

    Attributes
    ----------
    component_indices_ : (rank,) array of ints
        The landmarks' rows in X, in the order they were drawn.
    components_ : (rank, d) array
        The landmarks.
    trace_error_ : float
        ``trace(K - phi phi^T)`` over the fitted rows; exact, never negative.
    seed_ : int
    n_features_in_ : int
    """

    def __init__(self, n_components: int | None = None, *, kernel: Kernel | None = None,
                 random_state: Any = None) -> None:
        self.n_components = n_components
        self.kernel = kernel
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: Any = None) -> Nystrom:
        """Draw the landmarks from the rows of X, (n, d): O(n rank (d + rank)) time, O(n rank) memory.

        Raises
        ------
        ValueError, TypeError
            An argument that breaks its rule; n_components above n; a kernel of another dimension.
        """
        self._fit(X)
        return self

    def fit_transform(self, X: ArrayLike, y: Any = None) -> NDArray[np.float64]:
        """``fit(X).transform(X)``, to rounding, from the columns that fitting computed."""
        return np.ascontiguousarray(self._fit(X).factor)

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """The features of the rows of X: (n, d) -> (n, rank)."""
        check_is_fitted(self)
        x = samples(self, X, reset=False)
        columns = empty((x.shape[0], self._n_features_out), np.dtype(np.float64), "features")
        self._kernel._handle.cross(x, self.components_, columns)
        _core.nystrom_features(self._rows, columns)
        return columns

    def _fit(self, X: ArrayLike) -> Any:
        kernel = kernel_or_default(self.kernel)
        x = samples(self, X, reset=True)
        require_dimension(kernel, x)
        if self.n_components is None:
            rank = min(100, x.shape[0])
        else:
            rank = integer(self.n_components, "n_components", 1, 2**40)
            if rank > x.shape[0]:
                raise ValueError(f"n_components: must not exceed the number of samples, {x.shape[0]}; got {rank}")
        self.seed_ = seed_of(self.random_state)
        low_rank = _core.LowRank(kernel._handle, x, rank, "random", self.seed_, 0.0)
        self.component_indices_ = low_rank.pivots
        self.components_ = x[self.component_indices_]
        self.trace_error_ = float(low_rank.trace_errors[-1])
        self._kernel = kernel
        self._rows = low_rank.factor[self.component_indices_]
        return low_rank

    @property
    def _n_features_out(self) -> int:
        return len(self.component_indices_)
