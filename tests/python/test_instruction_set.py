"""KOROBOV_ISA forces narrower vector instructions (instruction_set); the words do not change."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import hashlib, korobov as kb, numpy as np
sets = [kb.Sobol(5), kb.Sobol(5, seed=1), kb.Lattice(5, seed=1), kb.Sobol(3, seed=2, order="gray"), kb.IID(3, seed=4)]
words = b"".join(p.integers(3, 4000).tobytes() + p.points(1000, dtype=np.float32).tobytes() for p in sets)
print(kb.show_config("dicts")["instruction_set"], hashlib.sha256(words).hexdigest())
"""


def run(isa):
    environment = {k: v for k, v in os.environ.items() if k != "KOROBOV_ISA"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment | ({"KOROBOV_ISA": isa} if isa else {}),
                          capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize("isa", ["baseline", "avx2"])
def test_narrower_instructions_give_the_same_words(isa):
    widest, digest = run("")
    used, narrower = run(isa)
    assert narrower == digest
    assert used == isa or widest == "baseline"
