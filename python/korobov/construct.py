"""Construction of rank-1 lattices: component-by-component search for generating vectors, and the criterion it minimises.

Sources: Korobov (1963), Sloan and Reztsov (2002) for the search; Nuyens and Cools (2006) for its speed; Cools, Kuo and
Nuyens (2006) for embedded lattices; Dick, Kuo and Sloan (2013) for criteria and weights.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import choice, integer, real_array

__all__ = ["LatticeConstruction", "OrderDependentWeights", "PodWeights", "construct_lattice", "lattice_squared_error"]

_KERNELS = ("p2", "p4", "b2")


def _weights(values: ArrayLike, name: str) -> tuple[float, ...]:
    array = np.atleast_1d(real_array(values, name))
    if array.ndim != 1:
        raise ValueError(f"{name}: must be one number or a sequence of them; got shape {array.shape}")
    if array.size == 0 or not np.all(np.isfinite(array)) or array.min() < 0:
        raise ValueError(f"{name}: must hold at least one weight, all finite and not negative; got {values!r}")
    return tuple(array.tolist())


@dataclass(frozen=True, init=False)
class OrderDependentWeights:
    """Weights gamma_u = order[|u| - 1] of the coordinate sets u; 0 for sets larger than ``len(order)`` <= 64.

    Examples
    --------
    >>> OrderDependentWeights([1.0, 0.1])
    OrderDependentWeights(order=(1.0, 0.1))
    """

    order: tuple[float, ...]

    def __init__(self, order: ArrayLike) -> None:
        object.__setattr__(self, "order", _weights(order, "order"))


@dataclass(frozen=True, init=False)
class PodWeights:
    """Product and order dependent weights gamma_u = order[|u| - 1] prod_{j in u} product[j].

    Parameters
    ----------
    order : sequence of at most 64 numbers
    product : a number for all dimensions, or one per dimension

    Examples
    --------
    >>> PodWeights([1, 2, 6], 0.1)
    PodWeights(order=(1.0, 2.0, 6.0), product=(0.1,))
    """

    order: tuple[float, ...]
    product: tuple[float, ...]

    def __init__(self, order: ArrayLike, product: ArrayLike) -> None:
        object.__setattr__(self, "order", _weights(order, "order"))
        object.__setattr__(self, "product", _weights(product, "product"))


@dataclass(frozen=True, eq=False)   # arrays have no single truth value
class LatticeConstruction:
    """What ``construct_lattice`` found.

    Attributes
    ----------
    n : int
        Points the vector was made for; embedded, the largest number.
    generating_vector : (d,) uint64
        For ``Lattice(d, generating_vector=...)``, with ``order="linear"`` and ``n`` where n is a prime.
    squared_error : (d,) float64
        The criterion e^2 of the first 1, ..., d components at n points.
    levels : (L,) int or None
        Embedded: the numbers of points 2^m1, ..., 2^m2.
    level_squared_error, plain_squared_error : (L, d) float64 or None
        Embedded: e^2 at each number of points, and that of a vector constructed for it alone.
    """

    n: int
    generating_vector: NDArray[np.uint64]
    squared_error: NDArray[np.float64]
    levels: NDArray[np.int64] | None
    level_squared_error: NDArray[np.float64] | None
    plain_squared_error: NDArray[np.float64] | None

    def __repr__(self) -> str:
        shown = ", ".join(str(z) for z in self.generating_vector[:6])
        more = ", ..." if self.generating_vector.size > 6 else ""
        embedded = "" if self.levels is None else f", embedded from {self.levels[0]}"
        return (f"LatticeConstruction(n={self.n}{embedded}, d={self.generating_vector.size}, "
                f"generating_vector=[{shown}{more}], squared_error[-1]={self.squared_error[-1]:.6g})")


def _split(weights: Any) -> tuple[str, tuple[float, ...], tuple[float, ...]]:
    if isinstance(weights, OrderDependentWeights):
        return "order", weights.order, ()
    if isinstance(weights, PodWeights):
        return "pod", weights.order, weights.product
    return "product", (), _weights(weights, "weights")


def _components(values: ArrayLike, name: str) -> list[int]:
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name}: must have one axis and not be empty; got shape {array.shape}")
    return [integer(value, name, 1, 2**64 - 1) for value in (values if isinstance(values, (list, tuple)) else array)]


def _report(done: int, of: int) -> None:
    print(f"\rcomponent {done} of {of} ", end="\n" if done == of else "", file=sys.stderr, flush=True)


def construct_lattice(d: int, *, n: int | None = None,
                      weights: float | Sequence[float] | NDArray[Any] | OrderDependentWeights | PodWeights,
                      kernel: Literal["p2", "p4", "b2"] = "p2",
                      embedded: tuple[int, int] | None = None,
                      given: ArrayLike | None = None, progress: bool = False) -> LatticeConstruction:
    """A generating vector for n points, component by component, in O(d n log n).

    Each component in turn minimises the squared worst-case error
    e^2(z) = (1/n) sum_k sum_u gamma_u prod_{j in u} w({k z_j / n}), those before it fixed; ties go to the least z, and
    components are different up to sign as long as there are unused ones. The first is 1.

    Parameters
    ----------
    d : int
        Dimension.
    n : int
        Points: a power of two or a prime, at most 2^30. Not needed with ``embedded``.
    weights : number, (>= d,) numbers, OrderDependentWeights or PodWeights
        Product weights gamma_j (one for all, or one per dimension), or weights by order.
    kernel : "p2", "p4" or "b2"
        w: 2 pi^2 B_2(x), the criterion P_2; -(2 pi)^4 / 24 B_4(x), P_4; or B_2(x), the mean over all shifts in the
        unanchored Sobolev space of mixed first derivatives.
    embedded : (m1, m2), optional
        Minimise the largest ratio of e to that of a vector made for 2^m alone, over m = m1 .. m2; then n = 2^m2.
    given : (<= d,) integers, optional
        The first components, without a common factor with n, taken as they are: the search goes on from them.
    progress : bool
        True: keep one line on stderr up to date.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> construct_lattice(5, n=1024, weights=0.1).generating_vector
    array([  1, 275, 421, 231,  71], dtype=uint64)
    """
    d = integer(d, "d", 1, 2**31)
    choice(kernel, "kernel", _KERNELS)
    exponents: tuple[int, int] | None = None
    if embedded is not None:
        if not isinstance(embedded, (tuple, list)) or len(embedded) != 2:
            raise TypeError(f"embedded: must be a pair of exponents (m1, m2); got {embedded!r}")
        exponents = (integer(embedded[0], "embedded[0]", 0, 30), integer(embedded[1], "embedded[1]", 0, 30))
        n = 2 ** exponents[1] if n is None else n
    if n is None:
        raise ValueError("n: must be given, or embedded; got None")
    n = integer(n, "n", 1, 2**30)
    first = [] if given is None else _components(given, "given")
    if not isinstance(progress, (bool, np.bool_)):
        raise TypeError(f"progress: must be True or False; got {progress!r}")
    z, errors, levels, plain = _core.construct_lattice(d, n, *_split(weights), kernel, exponents, first,
                                                       _report if progress else None)
    if exponents is None:
        return LatticeConstruction(n, z, errors, None, None, None)
    sizes = 2 ** np.arange(exponents[0], exponents[1] + 1, dtype=np.int64)
    return LatticeConstruction(n, z, errors, sizes, levels, plain)


def lattice_squared_error(generating_vector: ArrayLike, n: int, *,
                          weights: float | Sequence[float] | NDArray[Any] | OrderDependentWeights | PodWeights,
                          kernel: Literal["p2", "p4", "b2"] = "p2") -> NDArray[np.float64]:
    """The criterion e^2 of a vector's first 1, ..., d components, by direct sums in O(n d).

    Parameters
    ----------
    generating_vector : (d,) integers of at least 1
    n : int
        Points, from 1 to 2^32; any number.
    weights, kernel
        As in ``construct_lattice``.

    Returns
    -------
    (d,) float64.

    Examples
    --------
    >>> r = construct_lattice(3, n=127, weights=0.1)
    >>> bool(np.allclose(lattice_squared_error(r.generating_vector, 127, weights=0.1), r.squared_error, rtol=1e-10))
    True
    """
    z = _components(generating_vector, "generating_vector")
    choice(kernel, "kernel", _KERNELS)
    return _core.lattice_squared_error(np.array(z, dtype=np.uint64), integer(n, "n", 1, 2**32), *_split(weights), kernel)
