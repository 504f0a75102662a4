"""Gram matrices and their linear algebra: through a spectrum where points and kernel match, dense for all others.

A point set and a kernel that keep the same group have a Gram matrix that one fast transform diagonalises:
K = Q^T diag(eigenvalues) Q. Products, solves, logarithms of determinants and samples then cost O(n log n) and no n x n
array exists. Sources: Zeng, Leung and Hickernell (2006); Jagadeeswaran and Hickernell (2019), section 4.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import empty, fresh_seed, integer, real, real_array, require_memory, seed_word
from .kernels import Kernel
from .points import PointSet

__all__ = ["BorderedGram", "DenseGram", "StructuredGram"]


def require_match(points: Any, kernel: Any) -> None:
    """TypeError unless the Gram matrix of the two has a fast transform."""
    if not isinstance(points, PointSet):
        raise TypeError(f"points: must be a point set (Lattice, Sobol, DigitalNet, ...); got {type(points).__name__}")
    if not isinstance(kernel, Kernel):
        raise TypeError(f"kernel: must be a kernel (ShiftInvariantKernel, ...); got {type(kernel).__name__}")
    has, needs = points.symmetry, kernel.symmetry
    if has is None:
        raise TypeError(f"points: must be a lattice or a net in base 2, other sets keep no group and have no fast "
                        f"transform (DenseGram takes any points); got {points!r}")
    if has == "cyclic" and points.order == "gray":
        raise TypeError(f"points: must not be in Gray order, a Gray-ordered lattice's Gram matrix has no fast transform; "
                        f"got {points!r}")
    if has != needs and not (has == "dyadic" and needs == "dyadic_tree"):
        kinds = {"cyclic": "depend on x - z mod 1 (ShiftInvariantKernel) on lattices",
                 "dyadic": "depend on the digits of x ^ z (DigitallyShiftInvariantKernel, LeadingDigitKernel) on nets",
                 "dyadic_tree": "depend on the leading digit of x ^ z alone (LeadingDigitKernel) under nested uniform "
                                "scrambling"}
        raise TypeError(f"kernel: must {kinds[has]}, or go into DenseGram; got symmetry {needs!r}")
    if points.replications is not None:
        raise ValueError(f"points: must be one replicate, points.replicate(r); got replications={points.replications}")


def nugget_value(value: Any) -> float:
    """``value`` as a float that is finite and not negative."""
    number = real(value, "nugget")
    if not (number >= 0 and math.isfinite(number)):
        raise ValueError(f"nugget: must be finite and not negative; got {number}")
    return number


class Columns:
    """The verbs of all Gram matrices, on columns."""

    __slots__ = ("_handle",)

    _handle: Any

    __array_ufunc__ = None  # v @ g is ours

    @property
    def shape(self) -> tuple[int, int]:
        """(n, n)."""
        return self._handle.size, self._handle.size

    def __matmul__(self, v: ArrayLike) -> NDArray:
        return self._columns(self._handle.apply, v, "v")

    def __rmatmul__(self, v: ArrayLike) -> NDArray:
        return self._columns(self._handle.apply, np.asarray(v).T, "v").T

    def solve(self, b: ArrayLike) -> NDArray:
        """x with K x = b, nugget included.

        Parameters
        ----------
        b : (n,) or (n, r) array
            Right-hand sides in columns. float32 is kept, everything else becomes float64.

        Returns
        -------
        Array of b's shape.

        Raises
        ------
        NumericalError
            K is not positive definite in floating-point numbers; the message says by how much to raise ``nugget``.
        ValueError, TypeError
            A shape or dtype that breaks these rules.
        """
        return self._columns(self._handle.solve, b, "b")

    def logdet(self) -> float:
        """The natural logarithm of det K."""
        return self._handle.logdet()

    def inverse_quadratic(self, y: ArrayLike) -> Any:
        """y^T K^-1 y: a float for y of shape (n,), an (r,) array for (n, r)."""
        return self._values(self._handle.inverse_quadratic, y)

    def _columns(self, verb: Callable[[NDArray, NDArray], None], v: ArrayLike, name: str) -> NDArray:
        y = self._vectors(v, name)
        out = empty(y.shape, y.dtype, "result")
        verb(y.reshape(y.shape[0], -1), out.reshape(y.shape[0], -1))
        return out

    def _values(self, verb: Callable[[NDArray], NDArray], y: ArrayLike) -> Any:
        array = self._vectors(y, "y").astype(np.float64, copy=False)
        values = verb(array.reshape(array.shape[0], -1))
        return float(values[0]) if array.ndim == 1 else values

    def _vectors(self, value: ArrayLike, name: str) -> NDArray:
        try:
            array = np.asarray(value)
        except ValueError:
            raise ValueError(f"{name}: rows must have equal lengths; got {value!r}") from None
        if array.dtype.kind not in "fiu" or array.dtype.itemsize > 8:
            raise TypeError(f"{name}: must hold real numbers, at most double precision; got dtype {array.dtype}")
        n = self.shape[0]
        if array.ndim not in (1, 2) or array.shape[0] != n:
            raise ValueError(f"{name}: must have shape ({n},) or ({n}, r); got {array.shape}")
        single = array.dtype.kind == "f" and array.dtype.itemsize == 4
        return np.require(array, np.float32 if single else np.float64, "A")


class _Gram(Columns):
    """The verbs that StructuredGram and DenseGram share."""

    __slots__ = ()

    @property
    def nugget(self) -> float:
        """The variance added to the diagonal."""
        return self._handle.nugget

    def sqrt_apply(self, v: ArrayLike) -> NDArray:
        """L v with L L^T = K, for v of shape (n,) or (n, r). L v of standard normals is a draw from N(0, K)."""
        return self._columns(self._handle.sqrt_apply, v, "v")

    def inverse_sqrt_apply(self, v: ArrayLike) -> NDArray:
        """L^-1 v, the inverse of ``sqrt_apply``: whitens draws from N(0, K)."""
        return self._columns(self._handle.inverse_sqrt_apply, v, "v")

    def quadratic(self, y: ArrayLike) -> Any:
        """y^T K y: a float for y of shape (n,), an (r,) array for (n, r)."""
        return self._values(self._handle.quadratic, y)

    def inverse_diagonal(self) -> NDArray[np.float64]:
        """The diagonal of K^-1, an (n,) array: 1 over the leave-one-out variances."""
        return self._handle.inverse_diagonal()

    def sample(self, size: int = 1, *, seed: Any = None) -> NDArray[np.float64]:
        """Independent draws from N(0, K) in the rows of a (size, n) array; the first ones are the same for any size."""
        size = integer(size, "size", 1, 2**31 - 1)
        word = seed_word(seed)
        draws = empty((size, self.shape[0]), np.dtype(np.float64), "samples")
        self._handle.sample(fresh_seed() if word is None else word, draws.T)
        return draws


def _rebuild(points: PointSet, kernel: Kernel, n: int, nugget: float, doublings: int) -> StructuredGram:
    gram = StructuredGram(points, kernel, n, nugget=nugget)
    for _ in range(doublings):
        gram = gram.doubled()
    return gram


class StructuredGram(_Gram):
    """The Gram matrix K_ij = k(x_i, x_j) + nugget [i = j] of a matched point set and kernel, in O(n log n).

    ``g @ v``, ``g.solve(b)`` and the other verbs take columns, (n,) or (n, r). Memory is O(n). Grams are immutable,
    compare equal by their arguments, pickle and copy.

    Parameters
    ----------
    points : Lattice, Sobol or DigitalNet
        A lattice in radical-inverse or linear order, shifted or not; a net in natural or Gray order with any
        randomization. One replicate.
    kernel : Kernel
        With the points' symmetry: ``"cyclic"`` for lattices, ``"dyadic"`` or ``"dyadic_tree"`` for nets,
        ``"dyadic_tree"`` alone under nested uniform scrambling.
    n : int
        How many points: a power of two; in linear order the lattice's own number, any.
    nugget : float, not negative
        A variance added to the diagonal.

    Raises
    ------
    TypeError
        Points and kernel that do not match: different symmetries, a Gray-ordered lattice, points without a group.
    ValueError
        n, nugget, a dimension or replications that break these rules, a derivative kernel of odd order.
    NumericalError
        By verbs that invert K when it is not positive definite in floating-point numbers.

    Examples
    --------
    >>> import korobov as kb
    >>> g = StructuredGram(kb.Lattice(2, seed=7), kb.ShiftInvariantKernel(2, alpha=1), 1024, nugget=1e-6)
    >>> v = g.solve(np.ones(1024))
    >>> bool(np.allclose(g @ v, 1))
    True
    >>> g.doubled().shape
    (2048, 2048)
    """

    __slots__ = ("_doublings", "_kernel", "_points")

    def __init__(self, points: PointSet, kernel: Kernel, n: int, *, nugget: float = 0.0) -> None:
        require_match(points, kernel)
        n = integer(n, "n", 1, 2**62)
        self._handle = _core.StructuredGram(points._handle, kernel._handle, n, nugget_value(nugget))
        self._points, self._kernel, self._doublings = points, kernel, 0

    @property
    def points(self) -> PointSet:
        """The point set."""
        return self._points

    @property
    def kernel(self) -> Kernel:
        """The kernel."""
        return self._kernel

    @property
    def eigenvalues(self) -> NDArray[np.float64]:
        """All n eigenvalues of K, nugget included, in the transform's order."""
        return self._handle.eigenvalues

    @property
    def rounding_error(self) -> float:
        """A bound of the eigenvalues' rounding error; verbs that invert K refuse eigenvalues well below it."""
        return self._handle.rounding_error

    def doubled(self) -> StructuredGram:
        """The Gram matrix of the first 2n points, at the cost of the new half. Not in linear order."""
        return self._with(self._handle.doubled(), self._doublings + 1)

    def with_nugget(self, nugget: float) -> StructuredGram:
        """The Gram matrix with another nugget, in O(n)."""
        return self._with(self._handle.with_nugget(nugget_value(nugget)), self._doublings)

    def _with(self, handle: Any, doublings: int) -> StructuredGram:
        other = object.__new__(StructuredGram)
        other._handle, other._points, other._kernel, other._doublings = handle, self._points, self._kernel, doublings
        return other

    def _key(self) -> tuple:
        return self._points, self._kernel, self.shape[0] >> self._doublings, self.nugget, self._doublings

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, StructuredGram) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> tuple:
        return _rebuild, self._key()

    def __copy__(self) -> StructuredGram:
        return self

    def __deepcopy__(self, memo: dict) -> StructuredGram:
        return self

    def __repr__(self) -> str:
        return f"StructuredGram({self._points!r}, {self._kernel!r}, {self.shape[0]}, nugget={self.nugget})"


class BorderedGram(_Gram):
    """The Gram matrix of a matched set's points and a few further ones anywhere: a ``StructuredGram``, bordered.

    K = [A B; B^T C], A the structured matrix of n points, m rows and columns for the further ones. The verbs are
    ``StructuredGram``'s, on the n values and then the m: (n + m,) or (n + m, r). Block elimination by the Schur complement
    C - B^T A^-1 B costs O(m n (d + log n) + m^2 n + m^3) once, then O(n log n + m n) per column; memory m (n + m) doubles,
    so m up to some hundred. L of ``sqrt_apply`` is [A^1/2 0; B^T A^-1/2, the Cholesky factor of the Schur complement].

    Parameters
    ----------
    gram : StructuredGram
        A, with its points, kernel and nugget.
    X : (m, d) array
        Further points, as the kernel takes them; uint64 arrays hold words.
    nugget : float, not negative, optional
        The variance added to the further points' diagonal; by default that of ``gram``.

    Raises
    ------
    ValueError, TypeError
        A shape, value or dtype that breaks these rules.
    NumericalError
        K is not positive definite in floating-point numbers, or a further point repeats another one and there is no
        nugget; the message says what to raise.

    Examples
    --------
    >>> import korobov as kb
    >>> g = StructuredGram(kb.Lattice(2, seed=7), kb.ShiftInvariantKernel(2, alpha=1), 256, nugget=0.01)
    >>> b = BorderedGram(g, [[0.1, 0.2], [0.3, 0.4]])
    >>> b.shape
    (258, 258)
    >>> bool(np.allclose(b @ b.solve(np.ones(258)), 1))
    True
    """

    __slots__ = ("_further", "_gram")

    def __init__(self, gram: StructuredGram, X: ArrayLike, *, nugget: float | None = None) -> None:
        if not isinstance(gram, StructuredGram):
            raise TypeError(f"gram: must be a StructuredGram; got {type(gram).__name__}")
        variance = gram.nugget if nugget is None else nugget_value(nugget)
        x = gram.kernel._points(X, "X")
        require_memory((x.shape[0], gram.shape[0] + x.shape[0]), np.dtype(np.float64), "K")
        self._handle = _core.BorderedGram(gram._handle, x, variance)
        self._gram, self._further = gram, x.copy()

    @property
    def gram(self) -> StructuredGram:
        """A, the part with a fast transform."""
        return self._gram

    def with_nugget(self, nugget: float) -> BorderedGram:
        """The Gram matrix with another nugget on all points."""
        return BorderedGram(self._gram.with_nugget(nugget), self._further)

    def _key(self) -> tuple:
        return self._gram, self._further.dtype, self._further.shape, self._further.tobytes(), self.nugget

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, BorderedGram) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> tuple:
        return _bordered, (self._gram, self._further, self.nugget)

    def __copy__(self) -> BorderedGram:
        return self

    def __deepcopy__(self, memo: dict) -> BorderedGram:
        return self

    def __repr__(self) -> str:
        return f"<BorderedGram of {self._gram!r} and {self._further.shape[0]} further points, nugget={self.nugget}>"


def _bordered(gram: StructuredGram, further: NDArray, nugget: float) -> BorderedGram:
    return BorderedGram(gram, further, nugget=nugget)


class DenseGram(_Gram):
    """The Gram matrix K_ij = k(x_i, x_j) + nugget [i = j] of any points and any kernel, stored and factored.

    The verbs are ``StructuredGram``'s; L of ``sqrt_apply`` is the Cholesky factor. Memory n^2 doubles, O(n^3) work once,
    O(n^2) per right-hand side. Runs on OpenBLAS where the system has it, else on Eigen (``show_config()`` says which).
    ``np.asarray(g)`` is K.

    Parameters
    ----------
    X : (n, d) array
        Points; uint64 arrays hold words, as for kernels.
    kernel : Kernel
        Any kernel.
    nugget : float, not negative
        A variance added to the diagonal.

    Raises
    ------
    ValueError, TypeError
        A shape, value or dtype that breaks these rules, a kernel that is not symmetric (a derivative of odd order).
    NumericalError
        By verbs that need the factor, when K is not positive definite in floating-point numbers: the message says by
        how much to raise ``nugget``.
    MemoryError
        An n x n array that would not fit into memory; nothing is allocated.

    Examples
    --------
    >>> import korobov as kb
    >>> X = kb.Halton(2, seed=7).points(100)
    >>> g = DenseGram(X, kb.ShiftInvariantKernel(2, alpha=1), nugget=0.01)
    >>> x = g.solve(np.ones(100))
    >>> bool(np.allclose(g @ x, 1))
    True
    """

    __slots__ = ()

    def __init__(self, X: ArrayLike, kernel: Kernel, *, nugget: float = 0.0) -> None:
        if not isinstance(kernel, Kernel):
            raise TypeError(f"kernel: must be a kernel (ShiftInvariantKernel, ...); got {type(kernel).__name__}")
        x = kernel._points(X, "X")
        require_memory((x.shape[0], x.shape[0]), np.dtype(np.float64), "K")
        self._handle = _core.DenseGram(x, kernel._handle, nugget_value(nugget))

    @classmethod
    def from_matrix(cls, K: ArrayLike, *, nugget: float = 0.0) -> DenseGram:
        """Of a given matrix (n, n), symmetric to rounding."""
        matrix = real_array(K, "K")
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] == 0:
            raise ValueError(f"K: must have shape (n, n), n at least 1; got {matrix.shape}")
        return cls._of(_core.DenseGram.from_matrix(matrix, nugget_value(nugget)))

    @classmethod
    def _of(cls, handle: Any) -> DenseGram:
        other = object.__new__(cls)
        other._handle = handle
        return other

    @property
    def eigenvalues(self) -> NDArray[np.float64]:
        """All n eigenvalues of K, nugget included, ascending; computed at each call, O(n^3)."""
        return self._handle.eigenvalues()

    def with_nugget(self, nugget: float) -> DenseGram:
        """The Gram matrix with another nugget, O(n^3)."""
        return self._of(self._handle.with_nugget(nugget_value(nugget)))

    def _matrix(self) -> NDArray[np.float64]:
        matrix = empty(self.shape, np.dtype(np.float64), "K")
        self._handle.fill_matrix(matrix)
        return matrix

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray:
        if copy is False:
            raise ValueError("copy: must not be False, the matrix is made when it is asked for; got False")
        matrix = self._matrix()
        matrix[np.diag_indices_from(matrix)] += self.nugget
        return matrix if dtype is None else matrix.astype(dtype, copy=False)

    def __reduce__(self) -> tuple:
        return _dense, (self._matrix(), self.nugget)

    def __copy__(self) -> DenseGram:
        return self

    def __deepcopy__(self, memo: dict) -> DenseGram:
        return self

    def __repr__(self) -> str:
        return f"<DenseGram of {self.shape[0]} points, nugget={self.nugget}>"


def _dense(matrix: NDArray[np.float64], nugget: float) -> DenseGram:
    return DenseGram.from_matrix(matrix, nugget=nugget)
