"""Kernels: covariance functions, those matched to lattices and nets first.

A structured kernel depends on the difference of two points in the group that a point set keeps, so the Gram matrix of
the two is diagonal in a fast transform. ``k.symmetry`` names the group, as ``p.symmetry`` does for points. Sources:
Wahba (1990) and Sloan and Joe (1994) for the Bernoulli polynomials of the shift-invariant kernels; Dick and
Pillichshammer (2005) and Baldeaux, Dick, Leobacher, Nuyens and Pillichshammer (2012) for the Walsh series of the
digitally shift-invariant ones.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import empty, integer, positive, real_array

__all__ = ["DigitallyShiftInvariantKernel", "Kernel", "LeadingDigitKernel", "ShiftInvariantKernel"]


class Kernel:
    """What all kernels have in common; made by ``ShiftInvariantKernel``, ``DigitallyShiftInvariantKernel``, ...

    ``k1 + k2``, ``k1 * k2`` and ``3.0 * k1`` are kernels, whose symmetry is what both keep. Kernels are immutable,
    compare equal by their arguments, pickle and copy.

    Examples
    --------
    >>> k = ShiftInvariantKernel(2, alpha=1) + 0.5 * ShiftInvariantKernel(2, alpha=3)
    >>> k.symmetry
    'cyclic'
    >>> k([[0.1, 0.2], [0.3, 0.4]]).shape
    (2, 2)
    """

    __slots__ = ("_handle",)

    _handle: Any

    @property
    def d(self) -> int | None:
        """Dimension; None if the kernel fits any."""
        return self._handle.d or None

    @property
    def symmetry(self) -> Literal["cyclic", "dyadic", "dyadic_tree"] | None:
        """The group whose differences the kernel depends on; None for a kernel without."""
        return self._handle.symmetry

    @property
    def parameters(self) -> NDArray[np.float64]:
        """The hyper-parameters as one vector, in the order of ``parameter_names``."""
        return np.array(self._handle.parameters)

    @property
    def parameter_names(self) -> list[str]:
        """``"scale"``, ``"weights[0]"``, ...; those of a sum's or product's terms begin with ``"1."`` and ``"2."``."""
        return self._handle.parameter_names

    def with_parameters(self, parameters: ArrayLike) -> Kernel:
        """The same kernel with other hyper-parameters, as many; their rules are the constructor's."""
        values = real_array(parameters, "parameters")
        count = len(self._handle.parameters)
        if values.shape != (count,):
            raise ValueError(f"parameters: must have shape ({count},); got {values.shape}")
        return self._replaced(values)

    def __call__(self, X: ArrayLike, Z: ArrayLike | None = None) -> NDArray[np.float64]:
        """The kernel between the rows of X and of Z.

        Parameters
        ----------
        X : (n, d) array
            Points. Cyclic kernels take any finite numbers and reduce them mod 1, dyadic ones points of [0, 1)^d. A
            uint64 array holds words, as ``points.integers`` gives them: coordinates w 2^-64 with all their digits.
        Z : (m, d) array, optional
            Points; X itself if left out. Words if X holds words.

        Returns
        -------
        (n, m) float64 array.

        Raises
        ------
        ValueError, TypeError
            A shape, value or dtype that breaks these rules.
        MemoryError
            The matrix would not fit into memory; nothing is allocated.
        """
        x = self._points(X, "X")
        z = x if Z is None else self._points(Z, "Z")
        if x.shape[1] != z.shape[1]:
            raise ValueError(f"Z: must have as many columns as X, {x.shape[1]}; got shape {z.shape}")
        if x.dtype != z.dtype:
            raise TypeError(f"Z: must hold words (uint64) exactly if X does; got dtypes {x.dtype} and {z.dtype}")
        k = empty((x.shape[0], z.shape[0]), np.dtype(np.float64), "K")
        self._handle.cross(x, z, k)
        return k

    def diag(self, X: ArrayLike) -> NDArray[np.float64]:
        """k(x, x) for the rows of X, an (n,) array: the diagonal of ``k(X)``."""
        x = self._points(X, "X")
        self._handle.cross(x, x[:0], np.empty((x.shape[0], 0)))  # checks the values
        return np.full(x.shape[0], self._handle.at_zero)

    def derivative(self, *, x: Sequence[int] | None = None, z: Sequence[int] | None = None) -> Kernel:
        """The partial derivative of shift-invariant kernels and their sums (``ShiftInvariantKernel.derivative``).

        Raises
        ------
        TypeError
            Any other kernel.
        """
        raise TypeError(f"derivative: must be asked of shift-invariant kernels and their sums; got {self!r}")

    def __add__(self, other: Kernel) -> Kernel:
        return _Sum(self, other) if isinstance(other, Kernel) else NotImplemented

    def __radd__(self, other: int) -> Kernel:
        return self if isinstance(other, int) and other == 0 else NotImplemented  # the start of sum()

    def __mul__(self, other: Kernel | float) -> Kernel:
        if isinstance(other, Kernel):
            return _Product(self, other)
        return self.__rmul__(other)

    def __rmul__(self, factor: float) -> Kernel:
        if not np.isscalar(factor) or isinstance(factor, (str, bytes)):
            return NotImplemented
        return self._scaled(positive(factor, "factor"))

    __array_ufunc__ = None  # 3.0 * k with a NumPy scalar is ours

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Kernel):
            return NotImplemented
        return type(self) is type(other) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((type(self), self._key()))

    def __copy__(self) -> Kernel:
        return self

    def __deepcopy__(self, memo: dict) -> Kernel:
        return self

    def _points(self, value: ArrayLike, name: str) -> NDArray:
        words = isinstance(value, np.ndarray) and value.dtype == np.uint64
        array = np.ascontiguousarray(value) if words else real_array(value, name)
        if array.ndim != 2 or array.shape[1] == 0 or (self.d is not None and array.shape[1] != self.d):
            raise ValueError(f"{name}: must have shape (n, {self.d or 'd'}); got {np.shape(value)}")
        return array

    def _replaced(self, parameters: NDArray[np.float64]) -> Kernel:
        raise NotImplementedError

    def _scaled(self, factor: float) -> Kernel:
        raise NotImplementedError

    def _key(self) -> tuple:
        raise NotImplementedError


class _Combined(Kernel):
    """A sum or product of two."""

    __slots__ = ("_first", "_second")

    _first: Kernel
    _second: Kernel

    def _begin(self, first: Kernel, second: Kernel, handle: Any) -> None:
        self._first, self._second = first, second
        self._handle = handle

    def _replaced(self, parameters: NDArray[np.float64]) -> Kernel:
        count = len(self._first._handle.parameters)
        return type(self)(self._first._replaced(parameters[:count]), self._second._replaced(parameters[count:]))

    def __reduce__(self) -> tuple:
        return type(self), (self._first, self._second)

    def _key(self) -> tuple:
        return self._first, self._second


class _Sum(_Combined):
    __slots__ = ()

    def __init__(self, first: Kernel, second: Kernel) -> None:
        self._begin(first, second, first._handle.plus(second._handle))

    def _scaled(self, factor: float) -> Kernel:
        return _Sum(self._first._scaled(factor), self._second._scaled(factor))

    def derivative(self, *, x: Sequence[int] | None = None, z: Sequence[int] | None = None) -> Kernel:
        """The sum of the terms' derivatives (``ShiftInvariantKernel.derivative``)."""
        return _Sum(self._first.derivative(x=x, z=z), self._second.derivative(x=x, z=z))

    def __repr__(self) -> str:
        return f"{self._first!r} + {self._second!r}"


class _Product(_Combined):
    __slots__ = ()

    def __init__(self, first: Kernel, second: Kernel) -> None:
        self._begin(first, second, first._handle.times(second._handle))

    def _scaled(self, factor: float) -> Kernel:
        return _Product(self._first._scaled(factor), self._second)

    def __repr__(self) -> str:
        shown = (f"({k!r})" if isinstance(k, _Sum) else repr(k) for k in (self._first, self._second))
        return " * ".join(shown)


class _Leaf(Kernel):
    """A kernel of its own, known by its constructor's arguments."""

    __slots__ = ("_arguments",)

    _arguments: dict[str, Any]

    def _begin(self, handle: Any, arguments: dict[str, Any]) -> None:
        self._handle = handle
        self._arguments = arguments

    @property
    def scale(self) -> float:
        """The factor in front."""
        return self._arguments["scale"]

    def _value(self, name: str) -> Any:
        value = self._arguments[name]
        if not isinstance(value, np.ndarray):
            return value
        return value.item() if value.ndim == 0 else value.copy()

    def _changed(self, **arguments: Any) -> Kernel:
        return type(self)(**{**self._arguments, **arguments})

    def _scaled(self, factor: float) -> Kernel:
        return self._changed(scale=factor * self.scale)

    def __reduce__(self) -> tuple:
        return functools.partial(type(self), **self._arguments), ()

    def _key(self) -> tuple:
        return tuple((v.tobytes(), v.shape) if isinstance(v, np.ndarray) else v for v in self._arguments.values())

    def __repr__(self) -> str:
        shown = [str(v) if name == "d" else f"{name}={_shown(v)}" for name, v in self._arguments.items()
                 if v is not None]
        return f"{type(self).__name__}({', '.join(shown)})"


class _ProductLeaf(_Leaf):
    __slots__ = ()

    @property
    def weights(self) -> float | NDArray[np.float64]:
        """The product weights: one number, or one per dimension."""
        return self._value("weights")

    def _replaced(self, parameters: NDArray[np.float64]) -> Kernel:
        return self._changed(scale=float(parameters[0]), weights=parameters[1:1 + self._arguments["d"]])


class ShiftInvariantKernel(_ProductLeaf):
    """The shift-invariant product kernel, matched to lattices: k(x, z) = S prod_j (1 + w_j K_alpha({x_j - z_j})).

    K_alpha(x) = (-1)^(alpha+1) (2 pi)^(2 alpha) / (2 alpha)! B_{2 alpha}(x), B the Bernoulli polynomials, which is the
    sum of |h|^(-2 alpha) exp(2 pi i h x) over the integers h other than 0.

    Parameters
    ----------
    d : int
        Dimension.
    alpha : int or (d,) ints, 1 to 5
        Smoothness: the functions modelled have alpha square-integrable derivatives in that coordinate.
    weights : float or (d,) array, not negative
        Product weights w_j.
    scale : float, positive
        S, the integral of the kernel over either argument.
    order_weights : (L,) array, 1 <= L <= d, not negative, optional
        G_1, ..., G_L: then k = S (1 + sum_l G_l e_l), e_l the elementary symmetric sums of the w_j K_alpha.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> k = ShiftInvariantKernel(2, alpha=1, weights=[1.0, 0.5])
    >>> k([[0.0, 0.0]], [[0.5, 0.5]])
    array([[-0.11449706]])
    """

    __slots__ = ()

    def __init__(self, d: int, *, alpha: int | ArrayLike = 2, weights: ArrayLike = 1.0, scale: float = 1.0,
                 order_weights: ArrayLike | None = None) -> None:
        d = integer(d, "d", 1, 2**31 - 1)
        a, w = _parameter(alpha, "alpha"), _parameter(weights, "weights")
        orders = None if order_weights is None else real_array(order_weights, "order_weights").copy()
        if orders is not None and (orders.ndim != 1 or orders.size == 0):
            raise ValueError(f"order_weights: must have one axis and at least one entry; got shape {orders.shape}")
        s = positive(scale, "scale")
        handle = _core.shift_invariant_kernel(d, a, w, s, [] if orders is None else orders.tolist())
        self._begin(handle, {"d": d, "alpha": a.astype(np.int64), "weights": w, "scale": s, "order_weights": orders})

    @property
    def alpha(self) -> int | NDArray[np.int64]:
        """Smoothness: one integer, or one per dimension."""
        return self._value("alpha")

    @property
    def order_weights(self) -> NDArray[np.float64] | None:
        """The order weights G_1, ..., G_L, or None for the product kernel."""
        return self._value("order_weights")

    def derivative(self, *, x: Sequence[int] | None = None, z: Sequence[int] | None = None) -> Kernel:
        """The partial derivative of orders x_j in the first argument and z_j in the second.

        It is the covariance of those derivatives of a process whose covariance is this kernel. A sum of orders that is
        odd gives an odd function, whose Gram matrices have imaginary eigenvalues.

        Parameters
        ----------
        x, z : d ints, not negative
            Zeros if left out; x_j + z_j <= 2 alpha_j - 2.

        Returns
        -------
        A cyclic kernel.

        Raises
        ------
        ValueError, TypeError
            Naming the argument, its rule and the value received.

        Examples
        --------
        >>> k = ShiftInvariantKernel(1, alpha=2)
        >>> v = k.derivative(x=[1], z=[1]).diag([[0.3]])      # the variance of the slope, (2 pi)^2 pi^2 / 3
        >>> bool(np.isclose(v[0], (2 * np.pi) ** 2 * np.pi**2 / 3))
        True
        """
        if self.order_weights is not None:
            raise ValueError(f"order_weights: must be None, derivatives are of product kernels; "
                             f"got {self.order_weights}")
        return _Derivative(self, orders_of(x, "x", self.d), orders_of(z, "z", self.d))

    def _replaced(self, parameters: NDArray[np.float64]) -> Kernel:
        other = super()._replaced(parameters)
        orders = self._arguments["order_weights"]
        return other if orders is None else other._changed(order_weights=parameters[1 + self.d:])


class _Derivative(Kernel):
    """A partial derivative of a shift-invariant kernel."""

    __slots__ = ("_base", "_x", "_z")

    def __init__(self, base: ShiftInvariantKernel, x: tuple[int, ...], z: tuple[int, ...]) -> None:
        self._base, self._x, self._z = base, x, z
        a = base._arguments
        self._handle = _core.shift_invariant_derivative(a["d"], a["alpha"].astype(np.float64), a["weights"],
                                                        a["scale"], x, z)

    def _replaced(self, parameters: NDArray[np.float64]) -> Kernel:
        return _Derivative(self._base._replaced(parameters), self._x, self._z)

    def _scaled(self, factor: float) -> Kernel:
        return _Derivative(self._base._scaled(factor), self._x, self._z)

    def __reduce__(self) -> tuple:
        return _Derivative, (self._base, self._x, self._z)

    def _key(self) -> tuple:
        return self._base, self._x, self._z

    def __repr__(self) -> str:
        return f"{self._base!r}.derivative(x={list(self._x)}, z={list(self._z)})"


class DigitallyShiftInvariantKernel(_ProductLeaf):
    """The digitally shift-invariant product kernel, matched to nets in base 2: S prod_j (1 + w_j K_alpha(x_j ^ z_j)).

    x ^ z is the digitwise difference. K_1 = 1 - 6 2^(floor(log2 x) - 1); for alpha >= 2, K_alpha is the Walsh series with
    coefficients 2^(-mu_alpha(k)), mu_alpha(k) the sum of the alpha highest positions of 1-bits of k.

    Parameters
    ----------
    d : int
        Dimension.
    alpha : int or (d,) ints, 1 to 32
        Order; alpha >= 2 suits interlaced nets of that order.
    weights : float or (d,) array, not negative
        Product weights w_j.
    scale : float, positive
        S, the integral of the kernel over either argument.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> k = DigitallyShiftInvariantKernel(1, alpha=2)
    >>> k([[0.0]], [[0.0], [0.5], [0.25]])
    array([[2.5  , 0.75 , 1.375]])
    """

    __slots__ = ()

    def __init__(self, d: int, *, alpha: int | ArrayLike = 2, weights: ArrayLike = 1.0, scale: float = 1.0) -> None:
        d = integer(d, "d", 1, 2**31 - 1)
        a, w, s = _parameter(alpha, "alpha"), _parameter(weights, "weights"), positive(scale, "scale")
        handle = _core.digitally_shift_invariant_kernel(d, a, w, s)
        self._begin(handle, {"d": d, "alpha": a.astype(np.int64), "weights": w, "scale": s})

    @property
    def alpha(self) -> int | NDArray[np.int64]:
        """Order: one integer, or one per dimension."""
        return self._value("alpha")


class LeadingDigitKernel(_ProductLeaf):
    """The product kernel of the leading differing digit, matched to nets under any scramble, NUS too.

    K_alpha(x) = nu - (nu + 1) 2^(alpha (floor(log2 x) + 1)) with nu = 1 / (1 - 2^-alpha) and x the digitwise difference,
    which is the sum of 2^(-(alpha + 1) floor(log2 k)) wal_k(x) over k >= 1; k = S prod_j (1 + w_j K_alpha(x_j ^ z_j)).

    Parameters
    ----------
    d : int
        Dimension.
    alpha : float or (d,) array, positive, at most 64
        Decay, real; a hyper-parameter (one number is one for all dimensions).
    weights : float or (d,) array, not negative
        Product weights w_j.
    scale : float, positive
        S, the integral of the kernel over either argument.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> k = LeadingDigitKernel(1, alpha=1.0)
    >>> k([[0.0]], [[0.0], [0.5], [0.25]])
    array([[3. , 0. , 1.5]])
    """

    __slots__ = ()

    def __init__(self, d: int, *, alpha: ArrayLike = 1.5, weights: ArrayLike = 1.0, scale: float = 1.0) -> None:
        d = integer(d, "d", 1, 2**31 - 1)
        a, w, s = _parameter(alpha, "alpha"), _parameter(weights, "weights"), positive(scale, "scale")
        self._begin(_core.leading_digit_kernel(d, a, w, s), {"d": d, "alpha": a, "weights": w, "scale": s})

    @property
    def alpha(self) -> float | NDArray[np.float64]:
        """Decay: one number, or one per dimension."""
        return self._value("alpha")

    def _replaced(self, parameters: NDArray[np.float64]) -> Kernel:
        last = parameters[1 + self.d:]
        alpha = last if self._arguments["alpha"].ndim == 1 else float(last[0])
        return super()._replaced(parameters)._changed(alpha=alpha)


def require_dimension(kernel: Kernel, x: NDArray[Any], name: str = "X") -> None:
    """That the kernel takes the rows of x (n, d)."""
    if kernel.d not in (None, x.shape[1]):
        raise ValueError(f"kernel: must have the dimension of {name}, {x.shape[1]}; got {kernel.d}")


def _parameter(value: ArrayLike, name: str) -> NDArray[np.float64]:
    array = real_array(value, name)
    if array.ndim > 1:
        raise ValueError(f"{name}: must be one number or one per dimension; got shape {array.shape}")
    return array.copy()


def orders_of(value: Sequence[int] | None, name: str, d: int) -> tuple[int, ...]:
    """Orders of a derivative as ints, not negative; d zeros for None."""
    if value is None:
        return (0,) * d
    try:
        orders = tuple(value)
    except TypeError:
        raise TypeError(f"{name}: must be one order per dimension; got {value!r}") from None
    return tuple(integer(order, name, 0, 2**31 - 1) for order in orders)


def _shown(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.ndim == 0:
        return repr(value.item())
    return np.array2string(value, separator=", ", threshold=8, edgeitems=3).replace("\n", "")
