"""The named faults apply to the sources as they are; that the tests kill them is shown by tests/mutants/run."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def faults():
    spec = importlib.util.spec_from_file_location("faults", ROOT / "tests" / "mutants" / "faults.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FAULTS


@pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.name)
def test_the_replaced_text_is_there_once(fault):
    text = (ROOT / fault.file).read_text(encoding="utf-8")
    assert text.count(fault.old) == 1
    assert fault.new != fault.old
    assert all((ROOT / "tests" / layer).is_dir() for layer in fault.layers)


def test_names_are_different():
    names = [fault.name for fault in faults()]
    assert len(names) == len(set(names)) >= 25
