"""Files of generating vectors and matrices: LDData text, Joe and Kuo's format, NumPy's .npy.

The kind of a file is told by its first bytes. Every malformed file is a ``DataError`` with file and line.
"""

from __future__ import annotations

import os
from typing import Any, Literal

from . import _core
from ._arguments import choice, file_bytes, integer
from .points import DigitalNet, DigitalNetAnyBase, Faure, Lattice, Niederreiter, Sobol

__all__ = ["read_lattice", "read_net", "write_lattice", "write_net"]


def read_lattice(path: str | os.PathLike, *,
                 order: Literal["radical_inverse", "gray", "linear"] | None = None) -> Lattice:
    """The plain lattice of a file.

    Parameters
    ----------
    path : str or PathLike
        LDData text (first line ``# lattice``: dimensions, points n, components, one number per line; ``#`` begins a
        comment) or a .npy file with a one-axis array of integers, which holds no n.
    order : str, optional
        As in ``Lattice``. None: ``"radical_inverse"`` where n is a power of two and all components are odd, and for
        .npy; else ``"linear"``. The order is not part of a file.

    Returns
    -------
    Lattice with its own generating vector and the file's n; 2^63 points in a file limit nothing.

    Raises
    ------
    DataError
        The file is malformed.
    OSError
        The file cannot be read.
    ValueError
        The vector cannot be walked in the order asked for.

    References
    ----------
    Format ``lattice`` of https://github.com/QMCSoftware/LDData.

    Examples
    --------
    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "z.txt")
    ...     write_lattice(path, Lattice(3, generating_vector=[1, 5, 23], n=64))
    ...     read_lattice(path)
    Lattice(3, generating_vector=[1, 5, 23], n=64)
    """
    if order is not None:
        choice(order, "order", ("radical_inverse", "gray", "linear"))
    data, name = file_bytes(path)
    n, vector = _core.parse_lattice(data, name)
    if order is None:
        extensible = n & (n - 1) == 0 and bool((vector % 2 == 1).all())
        order = "radical_inverse" if extensible else "linear"
    return Lattice(vector.size, order=order, generating_vector=vector.tolist(), n=n or None)


def read_net(path: str | os.PathLike, *, order: Literal["natural", "gray"] = "natural",
             alpha: int | None = None) -> DigitalNet | DigitalNetAnyBase:
    """The plain digital net of a file.

    Parameters
    ----------
    path : str or PathLike
        LDData text (first line ``# dnet``: base, dimensions, columns k or points base^k, digits r, then a line of k
        integers per dimension, the most significant digit of each the first row; ``# dnetup``: the least significant
        one), Joe and Kuo's direction numbers (first line ``d s a m_i`` or ``# soboljk``; 63 columns), or a .npy file
        with integers (d, k) or (R, d, k): 64-bit words, bit 63 the first digit.
    order : "natural" or "gray"
        As in ``DigitalNet``; not part of a file. A net in another base than 2 has natural order only.
    alpha : int, optional
        Interlacing order, 1 to 5. A file holds the matrices of the points; with alpha > 1 they are taken apart into the
        alpha components of each, which a scramble then acts on. None: what ``write_net`` noted in a text file, else 1.

    Returns
    -------
    DigitalNet, or for a file in another base than 2 (up to 2^21) DigitalNetAnyBase.

    Raises
    ------
    DataError
        The file is malformed.
    OSError
        The file cannot be read.
    ValueError
        Gray order of a net in another base than 2.

    References
    ----------
    Format ``dnet`` of https://github.com/QMCSoftware/LDData; S. Joe, F. Y. Kuo, SIAM J. Sci. Comput. 30 (2008).
    """
    choice(order, "order", ("natural", "gray"))
    if alpha is not None:
        alpha = integer(alpha, "alpha", 1, 5)
    data, name = file_bytes(path)
    base, alpha, matrices = _core.parse_net(data, name, alpha)
    if base == 2:
        return DigitalNet(matrices, order=order, alpha=alpha)
    if order != "natural":
        raise ValueError(f"order: must be 'natural' for a net in base {base}; got {order!r}")
    return DigitalNetAnyBase(matrices, base=base, alpha=alpha)


def write_lattice(path: str | os.PathLike, lattice: Lattice) -> None:
    """Writes a plain lattice's generating vector: to .npy where the path ends so, else as LDData text.

    Text holds n too (2^63 where nothing limits it). A lattice in linear order cannot be written to .npy, its points
    depend on n. The order is not part of a file.

    Raises
    ------
    TypeError, ValueError
        Not a lattice, a randomized one, or one that the format cannot hold.
    OSError
        The file cannot be written.
    """
    if not isinstance(lattice, Lattice):
        raise TypeError(f"lattice: must be a Lattice; got {type(lattice).__name__}")
    npy = _is_npy(path)
    _require_plain(lattice, "lattice")
    if npy and lattice.order == "linear":
        raise ValueError("path: must not end in .npy for a lattice in linear order, whose n a .npy file does not hold; "
                         f"got {os.fspath(path)!r}")
    _write(path, _core.lattice_bytes(lattice._handle, npy))


def write_net(path: str | os.PathLike, net: DigitalNet | Sobol | DigitalNetAnyBase | Faure | Niederreiter) -> None:
    """Writes a plain net's generating matrices: to .npy where the path ends so, else as LDData text.

    What is written are the matrices of the points, of an interlaced net after interlacing; in text a comment names
    alpha. Replicates of matrices (R, d, m) are for .npy only, other bases than 2 for text only. The order is not part of a file.

    Raises
    ------
    TypeError, ValueError
        Not a net, a randomized one, or one that the format cannot hold.
    OSError
        The file cannot be written.
    """
    if not isinstance(net, (DigitalNet, Sobol, DigitalNetAnyBase, Faure, Niederreiter)):
        raise TypeError("net: must be a DigitalNet, Sobol, DigitalNetAnyBase, Faure or Niederreiter; "
                        f"got {type(net).__name__}")
    npy = _is_npy(path)
    _require_plain(net, "net")
    if isinstance(net, (DigitalNetAnyBase, Faure, Niederreiter)):
        _write(path, _core.any_base_bytes(net._handle, npy))
        return
    count = net.replications
    handles = [net._handle] if count is None else [net._handle.replicate(r) for r in range(count)]
    _write(path, _core.net_bytes(handles, npy))


def _require_plain(points: Any, name: str) -> None:
    if points.randomize is not None:
        raise ValueError(f"{name}: must be plain, a file holds no randomization; got randomize={points.randomize!r}")


def _is_npy(path: str | os.PathLike) -> bool:
    return os.fsdecode(path).endswith(".npy")


def _write(path: str | os.PathLike, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
