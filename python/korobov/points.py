"""Point sets: lattices, digital nets, Sobol' sequences and independent points, plain or randomized.

A set is an immutable value. Point i is a pure function of (set, i): any range costs the same, in any order, in any
process, and coordinate j is the same in every dimension above j. Points are rows.

Sources: Sloan and Joe (1994) for lattices; Niederreiter (1987), Dick and Pillichshammer (2010) for digital nets; Joe
and Kuo (2008) for the Sobol' direction numbers; Matousek (1998) for the linear matrix scramble.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from . import _core
from ._arguments import check_out, choice, empty, fresh_seed, integer, seed_word

__all__ = ["IID", "DigitalNet", "Lattice", "PointSet", "Sobol"]

_UNLIMITED = 2**63  # indices are int64
_MAX_REPLICATIONS = 2**32

_SHARED_PARAMETERS = """\
    randomize : str or None
        ``"auto"``: the plain sequence without a seed, ``{first}`` with one. None: the plain sequence. By name: {names}.
        A name without ``seed`` draws fresh entropy, which ``p.seed`` and ``repr(p)`` show.
    seed : int, Generator, SeedSequence, or anything numpy.random.default_rng takes
        An int must be in [0, 2^64); the set is a function of it. A Generator is drawn from.
    replications : int, optional
        R independent randomizations: ``points(n)`` then has shape (R, n, d). None is replicate 0 alone, shape (n, d).\
"""


def _rebuild(cls: type[PointSet], arguments: dict[str, Any], replicate: int | None) -> PointSet:
    points = cls(**arguments)
    return points if replicate is None else points.replicate(replicate)


class PointSet:
    """What all point sets have in common; made by ``Lattice``, ``Sobol``, ``DigitalNet`` and ``IID``.

    Sets compare equal when they hold the same points under the same name, and pickle and copy by their arguments.
    All methods are safe to call from several threads; long work releases the GIL and runs on all cores.
    """

    __slots__ = ("_arguments", "_handle", "_order", "_randomize", "_replicate", "_replications", "_seed")

    _known: ClassVar[tuple[str, ...]] = ()  # the randomizations, the usual one first

    def _begin(self, handle: Any, arguments: dict[str, Any], order: str) -> None:
        """A plain set."""
        self._handle = handle
        self._arguments = arguments  # of the constructor, without randomize, seed, replications
        self._order = order
        self._randomize: str | None = None
        self._seed: int | None = None
        self._replications: int | None = None
        self._replicate = 0

    def _randomize_by_arguments(self, randomize: str | None, seed: Any, replications: int | None) -> None:
        """What the constructor's ``randomize``, ``seed`` and ``replications`` say."""
        if randomize is not None:
            choice(randomize, "randomize", ("auto", *self._known))
        word = seed_word(seed)
        if randomize is None and word is not None:
            raise ValueError(f"seed: must be None with randomize=None, the plain sequence; got {seed!r}")
        if randomize == "auto":
            randomize = self._known[0] if word is not None else None
        if randomize is None:
            self._set_plain_replications(replications)
        else:
            self._set_randomization(randomize, word, replications)

    def _set_plain_replications(self, replications: int | None) -> None:
        if replications is not None:
            raise ValueError(f"replications: must be None for a plain sequence, which has no replicates; "
                             f"got {replications!r}")

    def _set_randomization(self, how: str, seed: int | None, replications: int | None) -> None:
        if replications is not None:
            replications = integer(replications, "replications", 1, _MAX_REPLICATIONS)
        self._seed = fresh_seed() if seed is None else seed
        self._handle = self._handle.randomized(how, self._seed)
        self._randomize = how
        self._replications = replications
        self._replicate = 0

    def _copy(self) -> PointSet:
        other = object.__new__(type(self))
        for name in PointSet.__slots__:
            setattr(other, name, getattr(self, name))
        return other

    # ---- what the set is

    @property
    def d(self) -> int:
        """Dimension."""
        return self._handle.d

    @property
    def replications(self) -> int | None:
        """R, the leading axis of what ``points`` gives; None for a single replicate without that axis."""
        return self._replications

    @property
    def seed(self) -> int | None:
        """The int that reproduces the randomization; None for a plain set."""
        return self._seed

    @property
    def randomize(self) -> str | None:
        """Name of the randomization; None for a plain set."""
        return self._randomize

    @property
    def order(self) -> str:
        """Order of the points."""
        return self._order

    @property
    def n_max(self) -> int:
        """Indices are below this."""
        limit = self._handle.size_limit
        return _UNLIMITED if limit == _UNLIMITED - 1 else limit

    @property
    def symmetry(self) -> Literal["cyclic", "dyadic", "dyadic_tree"] | None:
        """The group under which the set is invariant: what a kernel must share for fast linear algebra."""
        return self._handle.symmetry

    # ---- points

    def points(self, n: int | None = None, last: int | None = None, *, first: int | None = None,
               dtype: DTypeLike = np.float64, out: NDArray | None = None,
               endpoint: Literal["half_open", "open"] = "half_open") -> NDArray:
        """Points 0 .. n - 1, or first .. last - 1, as ``points(n)`` or ``points(first, last)``.

        Parameters
        ----------
        n, last, first : int
            The range: 0 <= first <= last <= ``n_max``.
        dtype : float64 or float32
            With w the 64-bit word of a coordinate: (w >> 11) 2^-53, or (w >> 40) 2^-24; never 1.
        out : array, optional
            Filled and returned instead of a new one. Exactly the shape and dtype asked for, writeable, C-contiguous or
            dimension-major (each coordinate's values consecutive).
        endpoint : "half_open" or "open"
            Open gives ((w >> 12) + 1/2) 2^-52, or ((w >> 41) + 1/2) 2^-23: never 0 or 1, what measures receive.

        Returns
        -------
        (n, d) array, or (R, n, d) for a set with ``replications=R``.

        Raises
        ------
        ValueError, TypeError
            A range reversed or past ``n_max``; another dtype; an ``out`` that breaks a rule.
        MemoryError
            The array would not fit into memory; nothing is allocated.
        """
        try:
            kind = np.dtype(dtype)
        except TypeError:
            kind = None
        if kind not in (np.float64, np.float32):
            raise TypeError(f"dtype: must be float64 or float32 (integers() gives words); got {dtype!r}")
        return self._filled(self._range(n, last, first), kind, out, endpoint)

    def integers(self, n: int | None = None, last: int | None = None, *, first: int | None = None,
                 out: NDArray[np.uint64] | None = None) -> NDArray[np.uint64]:
        """The same points as 64-bit words w, the fractions w 2^-64; ranges, shapes and ``out`` as ``points``."""
        return self._filled(self._range(n, last, first), np.dtype(np.uint64), out, "half_open")

    def at(self, indices: ArrayLike, *, dtype: DTypeLike = np.float64, out: NDArray | None = None,
           endpoint: Literal["half_open", "open"] = "half_open") -> NDArray:
        """Points at scattered indices, in any order, repeats allowed.

        Parameters
        ----------
        indices : (k,) integers below ``n_max``
        dtype, out, endpoint
            As ``points``; dtype uint64 gives words.

        Returns
        -------
        (k, d) array, or (R, k, d) for a set with ``replications=R``.
        """
        try:
            kind = np.dtype(dtype)
        except TypeError:
            kind = None
        if kind not in (np.float64, np.float32, np.uint64):
            raise TypeError(f"dtype: must be float64, float32 or uint64; got {dtype!r}")
        where = np.asarray(indices)
        if where.ndim != 1:
            raise ValueError(f"indices: must have one axis; got shape {where.shape}")
        if where.dtype.kind not in "iub" and isinstance(indices, (list, tuple)):  # empty, or ints past int64
            where = np.array([integer(i, "indices", 0, self.n_max - 1) for i in indices], dtype=np.int64)
        if where.dtype.kind not in "iu":
            raise TypeError(f"indices: must be integers; got dtype {where.dtype}")
        if where.size:
            for extreme in (where.min(), where.max()):
                integer(extreme, "indices", 0, self.n_max - 1)
        where = np.ascontiguousarray(where, dtype=np.int64)
        if out is not None and isinstance(out, np.ndarray) and np.may_share_memory(where, out):
            raise ValueError("out: must not overlap indices; got arrays that share memory")
        return self._each_replicate(
            (where.size, self.d), kind, out, endpoint,
            lambda handle, rows, is_open: handle.fill_at(where, rows, is_open))

    def blocks(self, n: int, size: int = 2**16, *, dtype: DTypeLike = np.float64,
               endpoint: Literal["half_open", "open"] = "half_open") -> Iterator[NDArray]:
        """The first n points as an iterator over consecutive blocks of ``size`` points (the last may be smaller).

        Each block is a new array as ``points`` gives it; only one is in memory at a time.
        """
        n = integer(n, "n", 0, self.n_max)
        size = integer(size, "size", 1, _UNLIMITED)
        self.points(0, 0, dtype=dtype, endpoint=endpoint)  # refuses bad arguments now, not at the first block
        return (self.points(first, min(first + size, n), dtype=dtype, endpoint=endpoint)
                for first in range(0, n, size))

    # ---- other sets

    def replicate(self, r: int) -> PointSet:
        """Replicate r alone, counted from 0: its ``points(n)`` are ``points(n)[r]`` of this set.

        A randomized set without ``replications`` gives any replicate: replicate r is the same whatever R.

        Raises
        ------
        ValueError
            r is not below R; or the set is plain and has no replicates.
        """
        if self._randomize is None and self._replications is None:
            raise ValueError(f"replicate: must be asked of a randomized set, a plain one has no replicates; got {r!r}")
        limit = self._replications if self._replications is not None else _MAX_REPLICATIONS
        other = self._copy()
        other._replicate = integer(r, "r", 0, limit - 1)
        other._handle = self._handle.replicate(other._replicate)
        other._replications = None
        return other

    def randomized(self, how: str, *, seed: Any = None, replications: int | None = None) -> PointSet:
        """A new set under the randomization ``how``; an earlier one is replaced. This set is unchanged.

        Parameters
        ----------
        how : str
            One of the family's randomizations.
        seed, replications
            As in the constructor; without a seed, fresh entropy.
        """
        choice(how, "randomize", self._known)
        other = self._copy()
        other._set_randomization(how, seed_word(seed), replications)
        return other

    # ---- values

    def __repr__(self) -> str:
        shown = self._shown_arguments()
        if self._randomize is not None:
            shown += [f"randomize={self._randomize!r}", f"seed={self._seed}"]
        if self._replications is not None:
            shown.append(f"replications={self._replications}")
        text = f"{type(self).__name__}({', '.join(shown)})"
        return text + (f".replicate({self._replicate})" if self._is_one_of_many() else "")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PointSet):
            return NotImplemented
        return type(self) is type(other) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((type(self), self._key()))

    def __copy__(self) -> PointSet:
        return self

    def __deepcopy__(self, memo: dict) -> PointSet:
        return self

    def __reduce__(self) -> tuple:
        replicate = self._replicate if self._is_one_of_many() else None
        return _rebuild, (type(self), self._constructor_arguments(), replicate)

    def _is_one_of_many(self) -> bool:
        """Whether ``replicate`` must be named to make this set from its arguments."""
        return self._replicate > 0

    def _shown_arguments(self) -> list[str]:
        return [str(self.d), *(f"{k}={v!r}" for k, v in self._arguments.items() if k != "d")]

    def _constructor_arguments(self) -> dict[str, Any]:
        return {**self._arguments, "randomize": self._randomize, "seed": self._seed,
                "replications": self._replications}

    def _key(self) -> tuple:
        values = tuple(v.tobytes() + str(v.shape).encode() if isinstance(v, np.ndarray) else v
                       for v in self._arguments.values())
        return (*values, self._randomize, self._seed, self._replications, self._replicate)

    # ---- filling

    def _range(self, n: Any, last: Any, first: Any) -> tuple[int, int]:
        if first is not None and n is not None:
            raise TypeError("first: must not be given together with n; use points(n) or points(first, last)")
        if n is None and last is None:
            raise TypeError("n: must be given; use points(n) or points(first, last)")
        if last is None and first is None:
            return 0, integer(n, "n", 0, self.n_max)
        begin = integer(n if first is None else first, "first", 0, self.n_max) if (n, first) != (None, None) else 0
        end = integer(last, "last", 0, self.n_max)
        if begin > end:
            raise ValueError(f"last: must not be below first ({begin}); got {end}")
        return begin, end

    def _filled(self, span: tuple[int, int], kind: np.dtype, out: NDArray | None, endpoint: str) -> NDArray:
        first, last = span

        def fill(handle: Any, rows: NDArray, is_open: bool) -> None:
            if last < _UNLIMITED:
                handle.fill(first, last, rows, is_open)
            elif last > first:  # the end is no int64: the last index by itself
                handle.fill(first, last - 1, rows[:-1], is_open)
                handle.fill_at(np.array([last - 1], dtype=np.int64), rows[-1:], is_open)

        return self._each_replicate((last - first, self.d), kind, out, endpoint, fill)

    def _each_replicate(self, shape: tuple[int, int], kind: np.dtype, out: NDArray | None, endpoint: str,
                        fill: Any) -> NDArray:
        is_open = choice(endpoint, "endpoint", ("half_open", "open")) == "open"
        full = shape if self._replications is None else (self._replications, *shape)
        array = empty(full, kind, "points") if out is None else check_out(out, full, kind)
        if self._replications is None:
            fill(self._handle, array, is_open)
        else:
            for r in range(self._replications):
                fill(self._handle.replicate(r), array[r], is_open)
        return array


class Lattice(PointSet):
    __slots__ = ()
    __doc__ = f"""Rank-1 lattice {{z v(i) + shift}}, v(i) the base-2 radical inverse of i.

    Parameters
    ----------
    d : int
        Dimension; at most 250 with the default generating vector.
{_SHARED_PARAMETERS.format(first='"shift"', names='``"shift"``, uniform mod 1')}
    order : str
        ``"radical_inverse"``: extensible, the first 2^m points are the lattice of 2^m points; ``"gray"``: i replaced by
        i ^ (i >> 1), no fast transform; ``"linear"``: {{z i / n}}, needs n.
    generating_vector : (>= d,) integers, optional
        Own components, of which the first d are used; odd unless the order is linear. Default: a vector made for
        n = 2^10 .. 2^20.
    n : int, optional
        The number of points: any in linear order, else a power of two.

    ``symmetry`` is ``"cyclic"``. ``n_max`` is 2^63 for own vectors, 2^20 for the default one, or n.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> Lattice(2, generating_vector=[1, 3]).points(4)
    array([[0.  , 0.  ],
           [0.5 , 0.5 ],
           [0.25, 0.75],
           [0.75, 0.25]])
    """

    _known: ClassVar[tuple[str, ...]] = ("shift",)

    def __init__(self, d: int, *, randomize: str | None = "auto", seed: Any = None, replications: int | None = None,
                 order: Literal["radical_inverse", "gray", "linear"] = "radical_inverse",
                 generating_vector: ArrayLike | None = None, n: int | None = None) -> None:
        d = integer(d, "d", 1, 2**63 - 1)
        choice(order, "order", ("radical_inverse", "gray", "linear"))
        arguments: dict[str, Any] = {"d": d, "order": order}
        vector: list[int] = []
        if generating_vector is not None:
            vector = _integers_of(generating_vector, "generating_vector")
            if len(vector) < d:
                raise ValueError(f"generating_vector: must have at least d = {d} components; got {len(vector)}")
            vector = vector[:d]
            arguments["generating_vector"] = vector
        if n is not None:
            n = integer(n, "n", 1, 2**63 - 1)
            arguments["n"] = n
        self._begin(_core.Lattice(d, order, vector, n), arguments, order)
        self._randomize_by_arguments(randomize, seed, replications)

    @property
    def generating_vector(self) -> NDArray[np.uint64]:
        """(d,) components."""
        return self._handle.generating_vector

    @property
    def n(self) -> int | None:
        """The number of points the set was limited to; None where it was not."""
        return self._arguments.get("n")

    @property
    def n_max(self) -> int:
        """Indices are below this."""
        return super().n_max if self.n is None else self.n

    def _shown_arguments(self) -> list[str]:
        shown = [str(self.d)]
        if self._order != "radical_inverse":
            shown.append(f"order={self._order!r}")
        vector = self._arguments.get("generating_vector")
        if vector is not None:
            text = ", ".join(str(z) for z in vector[:8]) + (", ..." if len(vector) > 8 else "")
            shown.append(f"generating_vector=[{text}]")
        return shown + ([f"n={self.n}"] if self.n is not None else [])

    def _key(self) -> tuple:
        vector = self._arguments.get("generating_vector")
        return (self.d, self._order, None if vector is None else tuple(vector), self.n, self._randomize, self._seed,
                self._replications, self._replicate)


_NET_RANDOMIZATIONS = ('``"lms_shift"``, a linear matrix scramble, then a digital shift; ``"lms"``, the scramble '
                       'alone, which keeps the origin; ``"shift"``, a digital shift')


class DigitalNet(PointSet):
    __slots__ = ()
    __doc__ = f"""Digital net in base 2 with own matrices: x_ij is the xor of columns k of C_j over the set bits k of i.

    Parameters
    ----------
    matrices : (d, m) or (R, d, m) uint64
        Columns as words, 1 <= m <= 64. (R, d, m) are R replicates with matrices of their own.
{_SHARED_PARAMETERS.format(first='"lms_shift"', names=_NET_RANDOMIZATIONS)}
        With (R, d, m) matrices it is R, given or not.
    order : "natural" or "gray"
        Gray: i replaced by i ^ (i >> 1).
    msb_first : bool
        True: bit 63 of a column is the first digit, of weight 1/2. False: bit 0 is, bit 1 the second, ...

    ``symmetry`` is ``"dyadic"``; ``n_max`` is min(2^m, 2^63).

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> DigitalNet(np.array([[1, 2], [2, 1]], dtype=np.uint64), msb_first=False).points(4)
    array([[0.  , 0.  ],
           [0.5 , 0.25],
           [0.25, 0.5 ],
           [0.75, 0.75]])
    """

    _known: ClassVar[tuple[str, ...]] = ("lms_shift", "lms", "shift")

    def __init__(self, matrices: ArrayLike, *, randomize: str | None = "auto", seed: Any = None,
                 replications: int | None = None, order: Literal["natural", "gray"] = "natural",
                 msb_first: bool = True) -> None:
        choice(order, "order", ("natural", "gray"))
        if not isinstance(msb_first, (bool, np.bool_)):
            raise TypeError(f"msb_first: must be True or False; got {msb_first!r}")
        words = _words_of(matrices)
        handle = _core.DigitalNet(words.reshape(-1, *words.shape[-2:]), order, bool(msb_first))
        if words.ndim == 2:
            kept = handle.matrices
        else:
            kept = np.stack([handle.replicate(r).matrices for r in range(words.shape[0])])
        kept.setflags(write=False)
        self._begin(handle, {"matrices": kept, "order": order}, order)
        self._randomize_by_arguments(randomize, seed, replications)

    @property
    def matrices(self) -> NDArray[np.uint64]:
        """The columns as given, before randomization: (d, m) or (R, d, m) words, most significant bit first."""
        kept = self._arguments["matrices"]
        return kept[self._replicate] if kept.ndim == 3 and self._replications is None else kept

    def _set_plain_replications(self, replications: int | None) -> None:
        if self._arguments["matrices"].ndim == 3:
            self._replications = self._own_replications(replications)
        else:
            super()._set_plain_replications(replications)

    def _set_randomization(self, how: str, seed: int | None, replications: int | None) -> None:
        if self._arguments["matrices"].ndim == 3:
            replications = self._own_replications(replications)
        super()._set_randomization(how, seed, replications)

    def _is_one_of_many(self) -> bool:
        return self._replicate > 0 or (self._arguments["matrices"].ndim == 3 and self._replications is None)

    def _own_replications(self, replications: int | None) -> int:
        own = self._arguments["matrices"].shape[0]
        return own if replications is None else integer(replications, "replications", own, own)

    def _shown_arguments(self) -> list[str]:
        order = [f"order={self._order!r}"] if self._order != "natural" else []
        return [f"<matrices of shape {self._arguments['matrices'].shape}>", *order]


class Sobol(PointSet):
    __slots__ = ()
    __doc__ = f"""Sobol' sequence with the direction numbers D6 of Joe and Kuo (2008), 64 digits.

    Parameters
    ----------
    d : int
        Dimension, 1 <= d <= 21201.
{_SHARED_PARAMETERS.format(first='"lms_shift"', names=_NET_RANDOMIZATIONS)}
    order : "natural" or "gray"
        Natural: x_i is the xor of columns k over the set bits k of i. Gray: i replaced by i ^ (i >> 1).

    ``symmetry`` is ``"dyadic"``; ``n_max`` is 2^63. Point 0 of the plain sequence is the origin and is not dropped.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> Sobol(2).points(4)
    array([[0.  , 0.  ],
           [0.5 , 0.5 ],
           [0.25, 0.75],
           [0.75, 0.25]])
    >>> Sobol(3, seed=7, replications=16).points(1024).shape
    (16, 1024, 3)
    """

    _known: ClassVar[tuple[str, ...]] = ("lms_shift", "lms", "shift")

    def __init__(self, d: int, *, randomize: str | None = "auto", seed: Any = None, replications: int | None = None,
                 order: Literal["natural", "gray"] = "natural") -> None:
        d = integer(d, "d", 1, 2**63 - 1)
        choice(order, "order", ("natural", "gray"))
        self._begin(_core.sobol(d, order), {"d": d, "order": order}, order)
        self._randomize_by_arguments(randomize, seed, replications)

    def _shown_arguments(self) -> list[str]:
        return [str(self.d)] + ([f"order={self._order!r}"] if self._order != "natural" else [])


class IID(PointSet):
    """Independent uniform points, for comparison: plain Monte Carlo. Always random.

    Parameters
    ----------
    d : int
        Dimension.
    seed : int, Generator, SeedSequence, or anything numpy.random.default_rng takes
        Without one, fresh entropy, which ``p.seed`` and ``repr(p)`` show.
    replications : int, optional
        R independent sets: ``points(n)`` then has shape (R, n, d).

    ``symmetry`` is None; ``n_max`` is 2^63.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.
    """

    __slots__ = ()

    def __init__(self, d: int, *, seed: Any = None, replications: int | None = None) -> None:
        d = integer(d, "d", 1, 2**63 - 1)
        word = seed_word(seed)
        if replications is not None:
            replications = integer(replications, "replications", 1, _MAX_REPLICATIONS)
        word = fresh_seed() if word is None else word
        self._begin(_core.IID(d, word), {"d": d}, "natural")
        self._randomize = "independent"
        self._seed = word
        self._replications = replications

    def randomized(self, how: str, *, seed: Any = None, replications: int | None = None) -> PointSet:
        """Independent points have no randomization: always a ValueError."""
        raise ValueError(f"randomize: must not be asked of IID, which is random itself; got {how!r}")

    def _shown_arguments(self) -> list[str]:
        return [str(self.d), f"seed={self._seed}"]

    def __repr__(self) -> str:
        text = f"IID({self.d}, seed={self._seed}"
        text += ")" if self._replications is None else f", replications={self._replications})"
        return text + (f".replicate({self._replicate})" if self._replicate else "")

    def _constructor_arguments(self) -> dict[str, Any]:
        return {**self._arguments, "seed": self._seed, "replications": self._replications}


def _integers_of(values: ArrayLike, name: str) -> list[int]:
    """A one-axis sequence of integers in [1, 2^64)."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name}: must have one axis; got shape {array.shape}")
    return [integer(value, name, 1, 2**64 - 1) for value in (values if isinstance(values, (list, tuple)) else array)]


def _words_of(matrices: ArrayLike) -> NDArray[np.uint64]:
    """Generating matrices as a C-contiguous (d, m) or (R, d, m) array of words."""
    try:
        array = np.asarray(matrices)
    except ValueError:
        raise ValueError("matrices: must be (d, m) or (R, d, m); got rows of different lengths") from None
    if array.dtype.kind not in "iu":
        raise TypeError(f"matrices: must be unsigned integers; got dtype {array.dtype}")
    if array.ndim not in (2, 3) or array.size == 0:
        raise ValueError(f"matrices: must be (d, m) or (R, d, m), none empty; got shape {array.shape}")
    if array.dtype.kind == "i" and array.min() < 0:
        raise ValueError(f"matrices: must not be negative; got {array.min()}")
    return np.ascontiguousarray(array, dtype=np.uint64)
