"""Fast transforms: what diagonalises the Gram matrices of lattices and digital nets.

With P the bit reversal, F the unitary DFT and H the unitary Walsh-Hadamard matrix of n = 2^m rows:
``fftbr(y) = F P y``, ``ifftbr(z) = P F^H z``, ``fwht(y) = H y``. Sources: Cooley and Tukey (1965), Gentleman and Sande
(1966), Fino and Algazi (1976).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core

__all__ = ["fftbr", "fwht", "ifftbr"]


def fftbr(y: ArrayLike, axis: int = -1) -> NDArray[np.complex128]:
    """Unitary DFT of values in bit-reversed order: F P y, with F_{ki} = n^-1/2 exp(-2 pi i k i / n).

    The transform of a lattice in radical-inverse order; no permutation is carried out.

    Parameters
    ----------
    y : array of real or complex numbers
        The length n along ``axis`` is a power of two. Integers and single precision are converted to double.
    axis : int
        Axis along which to transform; all others are batched.

    Returns
    -------
    complex128 array of y's shape, all n values of the spectrum in natural order.

    Raises
    ------
    ValueError
        A length that is no power of two, or an axis out of range.
    TypeError
        A dtype that holds no real or complex numbers.

    Examples
    --------
    >>> abs(fftbr([1.0, 1.0, 1.0, 1.0]))
    array([2., 0., 0., 0.])
    """
    rows = _rows(y, "y", axis)
    if rows.dtype.kind == "c":
        spectrum = rows.astype(np.complex128, order="C")
        return _batched(_core.fftbr, spectrum, axis)
    flat = np.ascontiguousarray(rows, dtype=np.float64).reshape(-1, rows.shape[-1])
    return np.moveaxis(_core.fftbr_of_real(flat).reshape(rows.shape), -1, axis)


def ifftbr(z: ArrayLike, axis: int = -1) -> NDArray[np.complex128]:
    """The inverse of ``fftbr``: P F^H z, values in bit-reversed order.

    Parameters, result and errors as for ``fftbr``; the result is complex, also for the spectrum of real values.
    """
    return _batched(_core.ifftbr, _rows(z, "z", axis).astype(np.complex128, order="C"), axis)


def fwht(y: ArrayLike, axis: int = -1) -> NDArray:
    """Unitary fast Walsh-Hadamard transform H y, with H_{ik} = n^-1/2 (-1)^popcount(i & k); its own inverse.

    The transform of a digital net in natural order.

    Parameters
    ----------
    y : array of real or complex numbers
        The length n along ``axis`` is a power of two. Integers are converted to double; single precision is kept.
    axis : int
        Axis along which to transform; all others are batched.

    Returns
    -------
    Array of y's shape: float64 or float32, complex128 or complex64.

    Raises
    ------
    ValueError
        A length that is no power of two, or an axis out of range.
    TypeError
        A dtype that holds no real or complex numbers.

    Examples
    --------
    >>> fwht([1, 1, -1, -1])
    array([0., 0., 2., 0.])
    """
    rows = _rows(y, "y", axis)
    single = rows.dtype.itemsize == (8 if rows.dtype.kind == "c" else 4) and rows.dtype.kind in "cf"
    real: Any = np.float32 if single else np.float64
    if rows.dtype.kind != "c":
        return _batched(_core.fwht, rows.astype(real, order="C"), axis)
    parts = np.stack([rows.real, rows.imag]).astype(real, order="C", copy=False)
    _core.fwht(parts.reshape(-1, rows.shape[-1]))
    joined = np.empty(rows.shape, np.complex64 if single else np.complex128)
    joined.real, joined.imag = parts
    return np.moveaxis(joined, -1, axis)


def _rows(values: ArrayLike, name: str, axis: int) -> NDArray:
    """``values`` with ``axis`` moved to the end, its length a power of two."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name}: rows must have equal lengths; got {values!r}") from None
    if array.dtype.kind not in "biufc" or array.dtype.itemsize > (16 if array.dtype.kind == "c" else 8):
        raise TypeError(f"{name}: must hold real or complex numbers, at most double precision; got dtype {array.dtype}")
    if array.ndim == 0:
        raise ValueError(f"{name}: must have at least one axis; got a scalar")
    rows = np.moveaxis(array, axis, -1)
    n = rows.shape[-1]
    if n == 0 or n & (n - 1):
        raise ValueError(f"{name}: must have a length that is a power of two along axis {axis}; got {n}")
    return rows


def _batched(transform: Callable[[NDArray], None], rows: NDArray, axis: int) -> NDArray:
    """``transform`` in place on every row of a C-contiguous array, and its axis moved back."""
    transform(rows.reshape(-1, rows.shape[-1]))
    return np.moveaxis(rows, -1, axis)
