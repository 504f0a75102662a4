#!/usr/bin/env python3
"""Checks that every public header has its C++ test and its Python test, and that both test something.

Usage: check_twins.py [root].  Prints one line per missing twin and exits 1 if there is any.
include/korobov/<layer>/<stem>.hpp needs
- tests/<layer>/<stem>_test.cpp with a TEST_CASE and a CHECK or REQUIRE in it;
- tests/python/test_<stem>.py with a test function that asserts or expects an exception, unless NO_PYTHON names the
  header. The test of the layer, test_<layer>.py, or of another header of it will do when it names the concept.
The eigen/ bridges have C++ tests only.
"""

import re
import sys
from pathlib import Path

NO_PYTHON = {  # headers whose content Python users do not see under a name of their own
    "core/bits": "integers of the C++ code",
    "core/per_dimension": "a parameter type; tested with the measures and kernels that take it",
    "core/error": "tested with every concept that throws",
    "core/symmetry": "types; Python's `symmetry` attribute is tested with the point sets",
    "generators/tables": "text formats; the tables inside are tested with the lattices and Sobol' sequences",
    "transforms/fft": "lengths that are no power of two; used by C++ code only",
    "core/types": "types; Python's dtypes and endpoints are tested with the point sets",
    "gram/derivative_gram": "the linear algebra of processes with derivatives; tested with them",
    "measures/inverse_normal": "tested with the Gaussian measures that are made of it",
}
CPP_TEST = re.compile(r"\bTEST_CASE(_TEMPLATE|_FIXTURE)?\s*\(")
CPP_CHECK = re.compile(r"\b(CHECK|REQUIRE)(_[A-Z_]+)?\s*\(")
PYTHON_TEST = re.compile(r"^\s*def test_\w+", re.MULTILINE)
PYTHON_CHECK = re.compile(r"\bassert\b|\bassert_\w+\(|pytest\.raises")


def plain(text: str) -> str:
    return text.replace("_", "").lower()


def cpp_problem(root: Path, layer: str, stem: str) -> str | None:
    file = root / "tests" / layer / f"{stem}_test.cpp"
    if not file.exists():
        return f"no {file.relative_to(root)}"
    text = file.read_text(encoding="utf-8")
    return None if CPP_TEST.search(text) and CPP_CHECK.search(text) else f"{file.relative_to(root)} checks nothing"


def python_problem(root: Path, layer: str, stem: str) -> str | None:
    headers = root / "include" / "korobov" / layer
    tests = [root / "tests" / "python" / f"test_{s}.py" for s in (stem, layer, *sorted(h.stem for h in headers.glob("*.hpp")))]
    texts = {test: test.read_text(encoding="utf-8") for test in tests if test.exists()}
    twins = [test for test, text in texts.items() if test == tests[0] or plain(stem) in plain(text)]
    if not twins:
        return f"no {tests[0].relative_to(root)}, and no Python test of layer {layer} names {stem}"
    if not any(PYTHON_TEST.search(texts[test]) and PYTHON_CHECK.search(texts[test]) for test in twins):
        return f"{twins[0].relative_to(root)} checks nothing"
    return None


def violations(root: Path) -> list[str]:
    found = []
    headers = root / "include" / "korobov"
    for header in sorted(headers.glob("*/*.hpp")):
        layer, stem = header.parent.name, header.stem
        problems = [cpp_problem(root, layer, stem)]
        if layer != "eigen" and f"{layer}/{stem}" not in NO_PYTHON:
            problems.append(python_problem(root, layer, stem))
        found += [f"{header.relative_to(root)}: {problem}" for problem in problems if problem]
    return found


if __name__ == "__main__":
    problems = violations(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    print("\n".join(problems) or "twins: ok")
    sys.exit(bool(problems))
