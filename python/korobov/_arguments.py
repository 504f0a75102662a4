"""Checks of arguments that several modules share. Every error names parameter, rule and value received."""

from __future__ import annotations

import math
import operator
import os
import stat
from collections.abc import Iterable
from typing import Any

import numpy as np

from . import _core

_MEMORY_FLOOR = 2**26  # requests below this many bytes are not compared with the machine's memory


def integer(value: Any, name: str, low: int, high: int) -> int:
    """``value`` as an int in [low, high]; TypeError for what is no integer, ValueError outside."""
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name}: must be an integer; got {value!r}")
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name}: must be an integer; got {value!r}") from None
    if not low <= number <= high:
        raise ValueError(f"{name}: must be in [{low}, {high}]; got {number}")
    return number


def real(value: Any, name: str) -> float:
    """``value`` as a float; TypeError for what is no real number."""
    if isinstance(value, (str, bytes, bool, np.bool_)):
        raise TypeError(f"{name}: must be a real number; got {value!r}")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name}: must be a real number; got {value!r}") from None


def positive(value: Any, name: str) -> float:
    """``value`` as a float that is positive and finite."""
    number = real(value, name)
    if not (number > 0 and math.isfinite(number)):
        raise ValueError(f"{name}: must be positive and finite; got {number}")
    return number


def real_array(value: Any, name: str) -> np.ndarray:
    """``value`` as a C-contiguous float64 array; TypeError for what holds no real numbers."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: rows must have equal lengths; got {value!r}") from None
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name}: must hold real numbers; got dtype {array.dtype}")
    return np.asarray(array, dtype=np.float64, order="C")


def choice(value: Any, name: str, known: Iterable[str]) -> str:
    """``value`` if it is one of ``known``; else a ValueError that lists them."""
    known = list(known)
    if not isinstance(value, str) or value not in known:
        listed = ", ".join(repr(k) for k in known)
        raise ValueError(f"{name}: must be one of {listed}; got {value!r}")
    return value


def seed_word(seed: Any) -> int | None:
    """An int in [0, 2^64) from whatever users give as ``seed``; None stays None.

    An int is taken as it is. A Generator, BitGenerator or RandomState is drawn from (and advanced); a SeedSequence, or
    a sequence of ints that makes one, gives the first word of its state.
    """
    if seed is None:
        return None
    if isinstance(seed, np.random.SeedSequence):
        return int(seed.generate_state(1, np.uint64)[0])
    if isinstance(seed, np.random.RandomState):
        seed = seed._bit_generator
    if isinstance(seed, np.random.BitGenerator):
        seed = np.random.Generator(seed)
    if isinstance(seed, np.random.Generator):
        return int(seed.integers(0, 2**64, dtype=np.uint64))
    if isinstance(seed, (list, tuple)) or (isinstance(seed, np.ndarray) and seed.ndim > 0):
        try:
            return int(np.random.SeedSequence([integer(s, "seed", 0, 2**128 - 1) for s in seed])
                       .generate_state(1, np.uint64)[0])
        except TypeError:
            raise TypeError(f"seed: a sequence must hold integers; got {seed!r}") from None
    try:
        return integer(seed, "seed", 0, 2**64 - 1)
    except TypeError:
        raise TypeError("seed: must be an int, a numpy Generator or SeedSequence, or what default_rng takes; "
                        f"got {seed!r}") from None


def fresh_seed() -> int:
    """A seed from the operating system's entropy source."""
    return _core.fresh_seed()


def available_memory() -> int:
    """Bytes that can be had without killing something: Linux's own estimate, else the physical memory."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            sizes = {name: int(rest.split()[0]) for name, rest in (line.split(":", 1) for line in lines)}
        return 1024 * (sizes["MemAvailable"] + sizes["SwapFree"])
    except (OSError, KeyError, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def empty(shape: tuple[int, ...], dtype: np.dtype, name: str) -> np.ndarray:
    """A new array; MemoryError, before allocating, where the machine has not that much."""
    require_memory(shape, dtype, name)
    return np.empty(shape, dtype)


def require_memory(shape: tuple[int, ...], dtype: np.dtype, name: str) -> None:
    """MemoryError where the machine has no room for an array of this shape."""
    size = dtype.itemsize
    for axis in shape:
        size *= axis
    if size > _MEMORY_FLOOR:
        limit = available_memory()
        if size > limit:
            raise MemoryError(f"{name}: an array of shape {shape} and dtype {dtype} must fit into memory "
                              f"({limit} bytes available); got {size} bytes")


def check_out(out: Any, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """``out`` if results of this shape and dtype can be written into it, C-contiguous or dimension-major."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out: must be a numpy array; got {type(out).__name__}")
    if out.dtype != dtype:
        raise TypeError(f"out: must have dtype {dtype}; got {out.dtype}")
    if out.shape != shape:
        raise ValueError(f"out: must have shape {shape}; got {out.shape}")
    if not out.flags.writeable:
        raise ValueError("out: must be writeable; got a read-only array")
    if not out.flags.aligned:
        raise ValueError("out: must be aligned to its element size; got an unaligned array")
    layouts = (out, np.swapaxes(out, -1, -2), np.moveaxis(out, -1, 0), out.T)
    if not any(view.flags.c_contiguous for view in layouts):
        raise ValueError(f"out: must be C-contiguous or dimension-major, each element in its own place; "
                         f"got strides {out.strides}")
    return out


def file_bytes(path: str | os.PathLike) -> tuple[bytes, str]:
    """What a regular file holds, and its name for errors."""
    try:
        name = os.fsdecode(path).encode("utf-8", "replace").decode()
    except TypeError:
        raise TypeError(f"path: must be a str or PathLike; got {type(path).__name__}") from None
    with open(path, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise _core.DataError(f"{name}:0: must be a regular file")
        return file.read(), name
