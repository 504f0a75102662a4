"""Examples in docstrings run as written; every public function and class has type hints."""

import doctest
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import korobov as kb

MODULES = ["korobov", *(m.name for m in pkgutil.walk_packages(kb.__path__, "korobov.") if "._" not in m.name)]

WITHOUT_EXAMPLES = {"korobov.configuration", "korobov.points", "korobov.points.iid", "korobov.result", "korobov.rules"}


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(name)
    globs = {"np": np, **{public: getattr(kb, public) for public in kb.__all__}}
    with np.printoptions():
        tests = doctest.DocTestFinder().find(module, extraglobs=globs)
        failures = [doctest.DocTestRunner().run(test) for test in tests]
    assert sum(result.failed for result in failures) == 0
    assert sum(result.attempted for result in failures) > 0 or name in WITHOUT_EXAMPLES


@pytest.mark.parametrize("name", [name for name in kb.__all__ if callable(getattr(kb, name))])
def test_type_hints(name):
    value = getattr(kb, name)
    if inspect.isclass(value) and issubclass(value, Exception):
        return
    members = [(name, value)]
    if inspect.isclass(value):
        members = [(k, m.fget if isinstance(m, property) else m) for k, m in vars(value).items()
                   if not k.startswith("_") and (inspect.isfunction(m) or isinstance(m, property))]
        members += [("__init__", vars(value)["__init__"])] if "__init__" in vars(value) else []
    for member, function in members:
        signature = inspect.signature(function)
        missing = [p for p in signature.parameters.values() if p.annotation is p.empty and p.name != "self"]
        assert not missing, f"{name}.{member}: {missing}"
