"""Types: what a user's strict type checker makes of the package, and stubs that match the compiled module."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import korobov as kb

SCRIPT = Path(__file__).parent / "typing" / "user_script.py"
SETTINGS = Path(__file__).resolve().parents[2] / "pyproject.toml"

pytest.importorskip("mypy")

# What stubs of pybind11's classes cannot say: their metaclass, that some have no constructor, the list of names.
ALLOWED = r"""
korobov\._core\.__all__
korobov\._core\.[A-Z]\w*
korobov\._core\.[A-Z]\w*\.__init__
"""


def run(cwd, *arguments):
    """A module's run from a folder in which `korobov` can only be the installed package."""
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=cwd, capture_output=True, text=True,
                          env={**os.environ, "MYPY_CACHE_DIR": str(cwd / "cache")})
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("typing")


def test_users_script_passes_strict(folder):
    status, text = run(folder, "mypy", "--strict", "--config-file=", str(SCRIPT))
    assert status == 0, text


def test_package_passes(folder):
    status, text = run(folder, "mypy", f"--config-file={SETTINGS}", "-p", "korobov")
    assert status == 0, text


def test_stubs_match_the_compiled_module(folder):
    (folder / "allowed").write_text(ALLOWED, encoding="ascii")
    status, text = run(folder, "mypy.stubtest", "--ignore-unused-allowlist", "--allowlist=allowed", "korobov._core")
    assert status == 0, text


def test_users_script_runs():
    done = subprocess.run([sys.executable, "-W", "error", str(SCRIPT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_users_script_names_everything_public():
    nodes = ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8")))
    named = {node.attr for node in nodes
             if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "kb"}
    assert set(kb.__all__) <= named
