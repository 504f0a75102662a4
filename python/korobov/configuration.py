"""Threads, and what this binary is."""

from __future__ import annotations

from typing import Any, Literal, overload

from . import _core
from ._arguments import choice, integer

__all__ = ["set_num_threads", "show_config"]


def set_num_threads(k: int) -> None:
    """Run long loops of the whole process on k threads from now on.

    The default is the environment variable KOROBOV_NUM_THREADS, else the number of cores. Results do not depend on it.

    Raises
    ------
    ValueError, TypeError
        k is not an integer of at least 1.
    """
    _core.set_num_threads(integer(k, "k", 1, 2**31 - 1))


@overload
def show_config(mode: Literal["stdout"] = "stdout") -> None: ...


@overload
def show_config(mode: Literal["dicts"]) -> dict[str, Any]: ...


def show_config(mode: Literal["stdout", "dicts"] = "stdout") -> dict[str, Any] | None:
    """Print version, vector instructions, threads, FFTW, dense algebra, and the licence that the running binary falls under.

    Parameters
    ----------
    mode : "stdout" or "dicts"
        ``"dicts"`` returns the same as a dict instead of printing it.
    """
    choice(mode, "mode", ("stdout", "dicts"))
    fftw = _core.with_fftw
    config = {
        "version": _core.version,
        "instruction_set": _core.instruction_set(),
        "num_threads": _core.num_threads(),
        "fftw": fftw,
        "dense_algebra": _core.dense_algebra(),
        "licence": "GPL-3.0-or-later (the binary contains FFTW; korobov's own source is Apache-2.0)" if fftw
        else "Apache-2.0 (built without FFTW)",
    }
    if mode == "dicts":
        return config
    print(f"korobov {config['version']}\n"
          f"  instruction set  {config['instruction_set']}\n"
          f"  threads          {config['num_threads']}\n"
          f"  FFTW             {'on' if fftw else 'off: transform lengths are powers of two'}\n"
          f"  dense algebra    {config['dense_algebra']}\n"
          f"  licence          {config['licence']}")
    return None
