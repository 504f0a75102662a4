"""Estimators of kernel information: kernel principal components, and removal of what a prompt explains.

>>> import numpy as np
>>> import korobov as kb
>>> X = kb.Sobol(3, seed=7).points(64)
>>> kb.KernelPCA(2, kernel=kb.GaussianKernel(0.5)).fit_transform(X).shape
(64, 2)
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted

from .. import _core
from .._arguments import choice, empty, integer, positive, real
from ..gram import require_match
from ..kernels import Kernel, require_dimension
from ..points import PointSet
from ._common import samples, seed_of

__all__ = ["KernelPCA", "PromptRemoval"]

_FLOAT = np.dtype(np.float64)


class KernelPCA(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Kernel principal component analysis.

    Eigenvectors of the centred Gram matrix, of samples with any kernel, or of a point set with a kernel of its symmetry:
    there they are the group's characters, cosines and sines or Walsh functions, and nothing of size n x n exists. Of
    samples, signs and the bases of spaces of equal eigenvalues are the same whatever solver computed them: the longest
    projection of a coordinate is first and positive.

    Parameters
    ----------
    n_components : int
        At most the number of samples.
    kernel : None, Kernel or "precomputed"
        None: inner products, that is PCA. ``"precomputed"``: X is the Gram matrix, (n, n), and (m, n) in ``transform``.
    solver : "auto", "dense", "lanczos" or "nystrom"
        ``"auto"`` takes Lanczos from n = 400 on, for up to n / 10 components, and the dense solver for precomputed
        matrices, whose negative eigenvalues Lanczos need not see: ``"lanczos"`` takes them with ``indefinite="clip"``
        alone, and refuses those it sees to be indefinite. Lanczos is checked against the matrix, and the dense solver
        takes over where it fails. Beyond n = 11585 (1 GiB) Lanczos stores no n x n matrix: it computes the kernel's
        values anew for every product with all components, some 30 to 100 times. ``"nystrom"``, of samples and a
        kernel, takes some columns of the Gram matrix for all, O(n landmarks (d + landmarks)) time and O(n landmarks)
        memory: eigenvalues and variance ratios are lower bounds of the exact ones, ``trace_error_`` says how much is
        missing.
    indefinite : "error", "clip", "shift" or "flip"
        What to do with a precomputed matrix of negative eigenvalues: refuse it; count them as 0; subtract the least from
        all but the constant vector's; take absolute values. ``least_eigenvalue_`` reports it. Under every rule ``fit_transform(K)`` is
        ``fit(K).transform(K)``: with "shift" the scores' squares add up to less than the shifted eigenvalues.
    preimage : "ridge" or "fixed_point"
        How ``inverse_transform`` finds samples: regression of the centred samples on the scores (linear for
        ``kernel=None`` and for kernels of fixed dimension, else with the kernel itself, O(n^3), of the landmarks alone
        where there are some), or from there Mika's fixed point, for a ``GaussianKernel`` with one lengthscale.
    ridge : float
        Of that regression, relative to the largest eigenvalue (linear) or the kernel's value at 0; positive.
    landmarks : int, optional
        Of ``solver="nystrom"`` alone: how many columns, from n_components to n; min(100, n) if left out, or n_components
        if that is more.
    random_state : int, RandomState, Generator, SeedSequence or None
        Of the landmarks, drawn in proportion to what the ones before leave of k(x, x); None draws fresh entropy. Nothing
        else here is random.

    Attributes
    ----------
    eigenvalues_ : (n_components,) array
        Of the centred Gram matrix, descending.
    explained_variance_ratio_ : (n_components,) array
        Over the trace of the centred Gram matrix.
    eigenvectors_ : (n, n_components) array
    least_eigenvalue_ : float
        Of the centred matrix before the rule for indefinite ones; 0 where it was not computed.
    landmark_indices_ : array of ints
        With ``solver="nystrom"``: the rows of X whose columns were taken; fewer than asked for where the Gram matrix has
        a lower numerical rank.
    trace_error_ : float
        With ``solver="nystrom"``: the trace of the Gram matrix minus that of its approximation.
    n_features_in_ : int

    References
    ----------
    B. Scholkopf, A. Smola, K.-R. Muller, Neural Computation 10 (1998); S. Mika et al., NIPS 11 (1998); Y. Chen,
    E. N. Epperly, J. A. Tropp, R. J. Webber (2023): landmarks.
    """

    def __init__(self, n_components: int = 2, *, kernel: Kernel | Literal["precomputed"] | None = None,
                 solver: Literal["auto", "dense", "lanczos", "nystrom"] = "auto",
                 indefinite: Literal["error", "clip", "shift", "flip"] = "error",
                 preimage: Literal["ridge", "fixed_point"] = "ridge", ridge: float = 1e-9,
                 landmarks: int | None = None, random_state: Any = None) -> None:
        self.n_components = n_components
        self.kernel = kernel
        self.solver = solver
        self.indefinite = indefinite
        self.preimage = preimage
        self.ridge = ridge
        self.landmarks = landmarks
        self.random_state = random_state

    def fit(self, X: ArrayLike | PointSet, y: Any = None, *, n: int | None = None) -> KernelPCA:
        """Find the components.

        Parameters
        ----------
        X : (n, d) array, (n, n) matrix for ``kernel="precomputed"``, or a point set
        n : int
            Of a point set, how many points.

        Raises
        ------
        ValueError, TypeError
            An argument that breaks its rule; fewer samples than components; an indefinite matrix under "error"; samples
            that are equal up to rounding.
        """
        components = integer(self.n_components, "n_components", 1, 2**40)
        choice(self.solver, "solver", ("auto", "dense", "lanczos", "nystrom"))
        if self.landmarks is not None and self.solver != "nystrom":
            raise ValueError(f"landmarks: must be left out unless solver='nystrom'; got {self.landmarks!r}")
        choice(self.indefinite, "indefinite", ("error", "clip", "shift", "flip"))
        choice(self.preimage, "preimage", ("ridge", "fixed_point"))
        positive(self.ridge, "ridge")
        kernel = self.kernel
        if not (kernel is None or isinstance(kernel, Kernel) or isinstance(kernel, str) and kernel == "precomputed"):
            raise TypeError(f"kernel: must be a korobov kernel, None or 'precomputed'; got {kernel!r}")
        if self.solver == "nystrom" and (isinstance(X, PointSet) or not isinstance(kernel, Kernel)):
            raise ValueError("solver: 'nystrom' needs samples and a kernel; got "
                             + ("a point set" if isinstance(X, PointSet) else f"kernel={kernel!r}"))
        rules = (components, self.solver, self.indefinite)
        if isinstance(X, PointSet):
            if n is None:
                raise ValueError("n: must be given with a point set, how many points to take; got None")
            require_match(X, kernel)
            assert isinstance(kernel, Kernel)  # nothing else matches
            count = integer(n, "n", 1, 2**62)
            self.n_features_in_ = X.d
            self._pca = _core.kernel_pca_of_points(X._handle, kernel._handle, count, *rules)
            self._x: NDArray[np.float64] | None = X.points(count)
        else:
            if n is not None:
                raise ValueError(f"n: must be left out without a point set; got {n!r}")
            x = samples(self, X, reset=True, least=2)
            if isinstance(kernel, Kernel):
                require_dimension(kernel, x)
            if components > x.shape[0]:
                raise ValueError(f"n_components: must not exceed the number of samples, {x.shape[0]}; got {components}")
            if self.solver == "nystrom":
                assert isinstance(kernel, Kernel)
                least = max(components, min(100, x.shape[0]))
                count = least if self.landmarks is None else integer(self.landmarks, "landmarks", components, x.shape[0])
                seed = seed_of(self.random_state)
                self._pca = _core.kernel_pca_of_landmarks(kernel._handle, x, count, seed, components)
                self.landmark_indices_ = self._pca.landmarks
                self.trace_error_ = self._pca.trace_error
            elif kernel is None:
                self._pca = _core.kernel_pca_of_features(x, *rules)
            elif isinstance(kernel, Kernel):
                self._pca = _core.kernel_pca_of_samples(kernel._handle, x, *rules)
            else:
                if x.shape[0] != x.shape[1]:
                    raise ValueError(f"X: must be a square matrix for kernel='precomputed'; got shape {x.shape}")
                self._pca = _core.kernel_pca_of_matrix(x, *rules)
            self._x = None if isinstance(kernel, str) else x
        self._kernel = kernel if isinstance(kernel, Kernel) else None
        self.eigenvalues_ = self._pca.eigenvalues
        self.explained_variance_ratio_ = self.eigenvalues_ / self._pca.total_variance
        self.least_eigenvalue_ = self._pca.least_eigenvalue
        return self

    def fit_transform(self, X: ArrayLike | PointSet, y: Any = None, *, n: int | None = None) -> NDArray[np.float64]:
        """``fit(X)``, and the scores of the samples: eigenvectors times the roots of eigenvalues (with "shift", times
        unshifted eigenvalues over the roots of shifted ones)."""
        return self.fit(X, n=n)._scores()

    def transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """Scores of new samples, (m, n_components): by their centred kernel values with the fitted ones, O(m n)."""
        check_is_fitted(self)
        x = samples(self, X, reset=False)
        out = empty((x.shape[0], self._n_features_out), _FLOAT, "scores")
        self._pca.transform(x, out)
        return out

    def inverse_transform(self, X: ArrayLike) -> NDArray[np.float64]:
        """Samples whose scores are near X, (m, n_components) -> (m, d), the mean of the samples restored."""
        check_is_fitted(self)
        if self._x is None:
            raise ValueError("inverse_transform: needs samples; got kernel='precomputed'")
        scores = check_array(X, dtype=np.float64, order="C")
        if scores.shape[1] != self._n_features_out:
            raise ValueError(f"X: must have {self._n_features_out} columns; got {scores.shape[1]}")
        mean = self._x.mean(axis=0)
        centred = self._x - mean
        fitted = self._scores()
        kernel = self._kernel
        if kernel is None or kernel.d is not None:
            share = fitted.T @ fitted
            share[np.diag_indices_from(share)] += self.ridge * self.eigenvalues_[0]
            found = scores @ np.linalg.solve(share, fitted.T @ centred) + mean
        else:
            if self.solver == "nystrom":
                fitted, centred = fitted[self.landmark_indices_], centred[self.landmark_indices_]
            gram = kernel(fitted)
            gram[np.diag_indices_from(gram)] += self.ridge * kernel._handle.at_zero
            found = kernel(scores, fitted) @ np.linalg.solve(gram, centred) + mean
        return self._fixed_point(self._x, found, scores) if self.preimage == "fixed_point" else found

    def _fixed_point(self, x: NDArray[np.float64], start: NDArray[np.float64],
                     scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """z <- sum_i w_i k(z, x_i) x_i / sum_i w_i k(z, x_i), w the coefficients of the projection; 100 steps at most."""
        from ..stationary import GaussianKernel

        if not isinstance(self.kernel, GaussianKernel) or np.ndim(self.kernel.lengthscale) != 0:
            raise ValueError("preimage: 'fixed_point' needs a GaussianKernel with one lengthscale; "
                             f"got kernel={self.kernel!r}")
        roots = np.sqrt(self.eigenvalues_)
        inverse = np.divide(1, roots, out=np.zeros_like(roots), where=roots > 0)
        weights = (scores * inverse) @ self.eigenvectors_.T
        weights += (1 - weights.sum(axis=1, keepdims=True)) / weights.shape[1]  # the centre of the samples
        z = start
        for _ in range(100):
            terms = weights * self.kernel(z, x)
            total = terms.sum(axis=1, keepdims=True)
            is_usable = np.abs(total) > 1e-12
            following = np.where(is_usable, terms @ x / np.where(is_usable, total, 1), z)
            if np.abs(following - z).max() <= 1e-10 * np.abs(following).max():
                return following
            z = following
        return z

    def _scores(self) -> NDArray[np.float64]:
        out = empty((self._pca.samples, self._n_features_out), _FLOAT, "scores")
        self._pca.scores(out)
        return out

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if "_pca" in state:
            state["_pca"] = self._pca.parts()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "_pca" in state:
            handle = self._kernel._handle if self._kernel is not None else None
            parts = (*state["_pca"], handle)
            self._pca = _core.kernel_pca_of_parts(*parts)

    @property
    def eigenvectors_(self) -> NDArray[np.float64]:
        """(n, n_components)."""
        return self._pca.vectors

    @property
    def _n_features_out(self) -> int:
        return self.eigenvalues_.size

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = isinstance(self.kernel, str)
        return tags


class PromptRemoval(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Removes from samples what a linear map of ``given`` features explains: x - given Gamma.

    Gamma = (C_TT + nu I)^-1 C_TI is ridge regression without intercept. The covariance of what is left is that of
    ``schur_complement_entropy`` minus nu Gamma^T Gamma.

    Parameters
    ----------
    ridge : float
        nu over the trace of given's covariance; not negative.
    given_columns : ints, slice, mask of bools or names; optional
        Columns of X that are given; ``transform`` returns the others. Names are those of a data frame. None: ``fit`` and
        ``transform`` take ``given`` as an argument, which pipelines do not hand on.

    Attributes
    ----------
    map_ : (E, D) array
        Gamma; columns of X that are given in their order in X.
    n_features_in_ : int
        D, or E + D with ``given_columns``.

    References
    ----------
    M. Jalali, A. Ospanov, A. Gohari, F. Farnia (2024).

    Examples
    --------
    >>> given = np.array([[1.0], [2.0], [3.0]])
    >>> X = np.array([[2.0, 0.0], [4.0, 0.0], [6.0, 0.0]])
    >>> PromptRemoval(ridge=0).fit(X, given).transform(X, given).round(12) + 0
    array([[0., 0.],
           [0., 0.],
           [0., 0.]])
    >>> PromptRemoval(ridge=0, given_columns=[0]).fit_transform(np.hstack([given, X + [0.0, 1.0]])).round(3) + 0
    array([[ 0.   ,  0.571],
           [ 0.   ,  0.143],
           [ 0.   , -0.286]])
    """

    def __init__(self, *, ridge: float = 1e-2, given_columns: Any = None) -> None:
        self.ridge = ridge
        self.given_columns = given_columns

    def fit(self, X: ArrayLike, y: ArrayLike | None = None, *, given: ArrayLike | None = None) -> PromptRemoval:
        """Find the map from paired samples, X (n, D) and given (n, E) or (n,), or from the columns of X.

        The second argument is ``given`` too, unless that is passed by its name or ``given_columns`` is set: then it is
        what a pipeline predicts, and ignored.

        Raises
        ------
        ValueError
            No given samples, or another number of them; with ``given_columns`` also ``given``, columns that X does not
            have, that are named twice, or that are all or none; a zero trace, a ridge that breaks its rule.
        NumericalError
            No ridge, and given's covariance is singular.
        """
        ridge = real(self.ridge, "ridge")
        x = samples(self, X, reset=True)
        self._is_given = None
        if self.given_columns is not None:
            self._is_given = _is_given(self.given_columns, x.shape[1], getattr(self, "feature_names_in_", None))
        elif given is None:
            given = y
        self.map_ = _core.prompt_map(*self._parts(x, given), ridge)
        return self

    def transform(self, X: ArrayLike, given: ArrayLike | None = None) -> NDArray[np.float64]:
        """X (m, D) without what ``given`` (m, E) explains; with ``given_columns`` X has E + D columns and D are left."""
        check_is_fitted(self)
        x, given = self._parts(samples(self, X, reset=False), given)
        out = empty(x.shape, _FLOAT, "X")
        _core.remove_prompt(x, given, self.map_, out)
        return out

    def fit_transform(self, X: ArrayLike, y: ArrayLike | None = None, *,
                      given: ArrayLike | None = None) -> NDArray[np.float64]:
        """``fit(X, given).transform(X, given)``, or ``fit(X).transform(X)`` with ``given_columns``."""
        self.fit(X, y, given=given)
        return self.transform(X, given if given is not None or self._is_given is not None else y)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of the columns that ``transform`` returns: those of X that are not given."""
        names = super().get_feature_names_out(input_features)
        return names if self._is_given is None else names[~self._is_given]

    def _parts(self, x: NDArray[np.float64], given: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        if self._is_given is not None:
            if given is not None:
                raise ValueError(f"given: must be left out with given_columns; got {type(given).__name__}")
            return np.compress(~self._is_given, x, axis=1), np.compress(self._is_given, x, axis=1)
        if given is None:
            raise ValueError("given: must be passed unless given_columns names columns of X; got None")
        array = check_array(given, dtype=np.float64, order="C", ensure_2d=False, input_name="given")
        array = array.reshape(-1, 1) if array.ndim == 1 else array
        if array.shape[0] != x.shape[0]:
            raise ValueError(f"given: must have as many samples as X, {x.shape[0]}; got {array.shape[0]}")
        return x, np.ascontiguousarray(array)


def _is_given(columns: Any, width: int, names: NDArray[np.object_] | None) -> NDArray[np.bool_]:
    """A mask of X's columns from indices, a slice, a mask or names."""
    chosen = np.arange(width)[columns] if isinstance(columns, slice) else np.atleast_1d(columns)
    if chosen.ndim != 1 or chosen.size and chosen.dtype.kind not in "biuUOT":
        raise TypeError(f"given_columns: must be ints, a slice, a mask of bools or names; got {columns!r}")
    if chosen.dtype.kind == "b":
        if chosen.size != width:
            raise ValueError(f"given_columns: a mask must have an entry per column of X, {width}; got {chosen.size}")
        chosen = np.flatnonzero(chosen)
    elif chosen.dtype.kind in "UOT":
        known = [] if names is None else list(names)
        for name in chosen.tolist():
            if name not in known:
                raise ValueError(f"given_columns: must be among X's names of columns, {known}; got {name!r}")
        chosen = np.array([known.index(name) for name in chosen.tolist()])
    for column in chosen.tolist():
        if not -width <= column < width:
            raise ValueError(f"given_columns: must be columns of X, of n_features={width}; got {column}")
    mask = np.zeros(width, bool)
    mask[chosen.astype(np.intp)] = True
    if mask.sum() != chosen.size:
        raise ValueError(f"given_columns: must name a column once; got {columns!r}")
    if mask.all() or not mask.any():
        raise ValueError("given_columns: must name some columns of X and leave one, "
                         f"of n_features={width}; got {columns!r}")
    return mask
