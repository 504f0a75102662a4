#!/usr/bin/env python3
"""Checks that C++ and Python code blocks of the documents stand in an example, line for line.

Usage: check_docs.py [root].  A block is found when its lines, blank lines apart and without common indentation, occur
in this order and without a gap in one file of examples/cpp or examples/python; the examples run as tests. Relative
links must lead to files.
"""

import re
import sys
import textwrap
from pathlib import Path

BLOCK = re.compile(r"^```(cpp|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANY_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def solid_lines(text: str) -> list[str]:
    return [line.rstrip() for line in textwrap.dedent(text).splitlines() if line.strip()]


def stands_in(block: list[str], example: list[str]) -> bool:
    for start in range(len(example) - len(block) + 1):
        window = example[start : start + len(block)]
        if solid_lines("\n".join(window)) == block:
            return True
    return False


def documents(root: Path):
    return sorted([*root.glob("*.md"), *(root / "docs").glob("**/*.md")])


def violations(root: Path) -> list[str]:
    found = []
    examples = {
        language: [solid_lines(f.read_text(encoding="utf-8")) for f in sorted((root / "examples" / language).glob("*.*"))]
        for language in ("cpp", "python")
    }
    for document in documents(root):
        text = document.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            block = solid_lines(match.group(2))
            if not any(stands_in(block, example) for example in examples[match.group(1)]):
                line = text.count("\n", 0, match.start()) + 1
                found.append(f"{document.relative_to(root)}:{line}: {match.group(1)} block stands in no example")
        for target in LINK.findall(ANY_BLOCK.sub("", text)):
            if not (document.parent / target).exists():
                found.append(f"{document.relative_to(root)}: link to {target} leads nowhere")
    return found


if __name__ == "__main__":
    problems = violations(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    print("\n".join(problems) or "docs: ok")
    sys.exit(bool(problems))
