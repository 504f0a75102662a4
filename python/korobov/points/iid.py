"""Independent uniform points."""

from __future__ import annotations

from typing import Any, NoReturn

from .. import _core
from .._arguments import fresh_seed, integer, seed_word
from ._base import MAX_REPLICATIONS, PointSet

__all__ = ["IID"]


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
            replications = integer(replications, "replications", 1, MAX_REPLICATIONS)
        word = fresh_seed() if word is None else word
        self._begin(_core.IID(d, word), {"d": d}, "natural")
        self._randomize = "independent"
        self._seed = word
        self._replications = replications

    def randomized(self, how: str, *, seed: Any = None, replications: int | None = None) -> NoReturn:
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
