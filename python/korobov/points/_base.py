"""What all point sets have in common.

A set is an immutable value. Point i is a pure function of (set, i): any range costs the same, in any order, in any
process, and coordinate j is the same in every dimension above j. Points are rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from .._arguments import check_out, choice, empty, fresh_seed, integer, seed_word

__all__ = ["PointSet"]

_Set = TypeVar("_Set", bound="PointSet")

UNLIMITED = 2**63  # indices are int64
MAX_REPLICATIONS = 2**32

SHARED_PARAMETERS = """\
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
            replications = integer(replications, "replications", 1, MAX_REPLICATIONS)
        self._seed = fresh_seed() if seed is None else seed
        self._handle = self._handle.randomized(how, self._seed)
        self._randomize = how
        self._replications = replications
        self._replicate = 0

    def _copy(self: _Set) -> _Set:
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
        return UNLIMITED if limit == UNLIMITED - 1 else limit

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
        size = integer(size, "size", 1, UNLIMITED)
        self.points(0, 0, dtype=dtype, endpoint=endpoint)  # refuses bad arguments now, not at the first block
        return (self.points(first, min(first + size, n), dtype=dtype, endpoint=endpoint)
                for first in range(0, n, size))

    # ---- other sets

    def replicate(self: _Set, r: int) -> _Set:
        """Replicate r alone, counted from 0: its ``points(n)`` are ``points(n)[r]`` of this set.

        A randomized set without ``replications`` gives any replicate: replicate r is the same whatever R.

        Raises
        ------
        ValueError
            r is not below R; or the set is plain and has no replicates.
        """
        if self._randomize is None and self._replications is None:
            raise ValueError(f"replicate: must be asked of a randomized set, a plain one has no replicates; got {r!r}")
        limit = self._replications if self._replications is not None else MAX_REPLICATIONS
        other = self._copy()
        other._replicate = integer(r, "r", 0, limit - 1)
        other._handle = self._handle.replicate(other._replicate)
        other._replications = None
        return other

    def randomized(self: _Set, how: str, *, seed: Any = None, replications: int | None = None) -> _Set:
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

    def __copy__(self: _Set) -> _Set:
        return self

    def __deepcopy__(self: _Set, memo: dict) -> _Set:
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
            if last < UNLIMITED:
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
