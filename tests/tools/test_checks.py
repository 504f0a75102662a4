"""The scripts of tools/ accept a good tree and name what is wrong in a bad one."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(root, files):
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


GOOD_LAYERS = {
    "include/korobov/korobov.hpp": "#include <korobov/core/a.hpp>\n#include <korobov/transforms/t.hpp>\n",
    "include/korobov/core/a.hpp": "#include <vector>\n",
    "include/korobov/transforms/t.hpp": "#include <korobov/core/a.hpp>\n",
    "include/korobov/eigen/e.hpp": "#include <Eigen/Core>\n#include <korobov/core/a.hpp>\n",
    "src/transforms/t.cpp": '#include <fftw3.h>\n#include <hwy/highway.h>\n#include "core/dispatch.hpp"\n',
}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({}, None),
        ({"include/korobov/core/a.hpp": "#include <korobov/transforms/t.hpp>\n"}, "core may not include layer transforms"),
        ({"include/korobov/core/a.hpp": "#include <Eigen/Core>\n"}, "only the standard library"),
        ({"include/korobov/core/a.hpp": "#include <fftw3.h>\n"}, "only the standard library"),
        ({"include/korobov/core/a.hpp": "#include <korobov/korobov.hpp>\n"}, "umbrella"),
        ({"src/core/a.cpp": "#include <boost/math/constants/constants.hpp>\n"}, "not allowed in the sources of layer core"),
        ({"src/generators/g.cpp": "#include <fftw3.h>\n"}, "not allowed in the sources of layer generators"),
        ({"src/kernels/k.cpp": '#include "generators/g.hpp"\n'}, "kernels may not include layer generators"),
        ({"src/odd/o.cpp": "#include <vector>\n"}, "not a layer"),
        ({"include/korobov/core/b.hpp": "#include <vector>\n"}, "does not include <korobov/core/b.hpp>"),
    ],
)
def test_check_layers(tmp_path, change, complaint):
    found = tool("check_layers").violations(write(tmp_path, GOOD_LAYERS | change))
    assert len(found) == (0 if complaint is None else 1), found
    assert complaint is None or complaint in found[0]


GOOD_TWINS = {
    "include/korobov/measures/box.hpp": "",
    "tests/measures/box_test.cpp": 'TEST_CASE("box") { CHECK(1 == 1); }\n',
    "tests/python/test_box.py": "def test_box():\n    assert 1 == 1\n",
}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({}, None),
        ({"include/korobov/core/bits.hpp": "", "tests/core/bits_test.cpp": GOOD_TWINS["tests/measures/box_test.cpp"]}, None),
        ({"include/korobov/core/bits.hpp": ""}, "no tests/core/bits_test.cpp"),
        ({"tests/measures/box_test.cpp": 'TEST_CASE("box") {}\n'}, "checks nothing"),
        ({"tests/python/test_box.py": "import korobov\n"}, "checks nothing"),
        (
            {"include/korobov/measures/ball.hpp": "", "tests/measures/ball_test.cpp": GOOD_TWINS["tests/measures/box_test.cpp"]},
            "no tests/python/test_ball.py",
        ),
        (
            {
                "include/korobov/measures/ball.hpp": "",
                "tests/measures/ball_test.cpp": GOOD_TWINS["tests/measures/box_test.cpp"],
                "tests/python/test_box.py": GOOD_TWINS["tests/python/test_box.py"] + "Ball = 1\n",
            },
            None,
        ),
    ],
)
def test_check_twins(tmp_path, change, complaint):
    found = tool("check_twins").violations(write(tmp_path, GOOD_TWINS | change))
    assert len(found) == (0 if complaint is None else 1), found
    assert complaint is None or complaint in found[0]


GOOD_DOCS = {
    "README.md": "# A\n```cpp\nint a = 1;\n\nint b = 2;\n```\n[a](docs/a.md)\n",
    "docs/a.md": "text\n",
    "examples/cpp/a.cpp": "int main() {\n  int a = 1;\n  int b = 2;\n}\n",
}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({}, None),
        ({"examples/cpp/a.cpp": "int a = 1;\nint c = 3;\nint b = 2;\n"}, "README.md:2: cpp block stands in no example"),
        ({"docs/a.md": "```python\nprint(1)\n```\n"}, "docs/a.md:1: python block stands in no example"),
        ({"docs/a.md": "[b](b.md)\n"}, "link to b.md leads nowhere"),
    ],
)
def test_check_docs(tmp_path, change, complaint):
    found = tool("check_docs").violations(write(tmp_path, GOOD_DOCS | change))
    assert len(found) == (0 if complaint is None else 1), found
    assert complaint is None or complaint in found[0]
