"""What fits print while they run, to standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np


@contextmanager
def fit_progress(progress: bool) -> Iterator[Callable[[int, float], None] | None]:
    """None without ``progress``, else what prints the evaluations and the criterion, ten times a second and at the end."""
    if not isinstance(progress, (bool, np.bool_)):
        raise TypeError(f"progress: must be True or False; got {progress!r}")
    if not progress:
        yield None
        return
    line, due = "", 0.0

    def report(evaluations: int, criterion: float) -> None:
        nonlocal line, due
        line = f"\revaluation {evaluations}: criterion {criterion:.10g} "
        if time.monotonic() >= due:
            due = time.monotonic() + 0.1
            print(line, end="", file=sys.stderr, flush=True)

    try:
        yield report
    finally:
        if line:
            print(line, file=sys.stderr, flush=True)
