#!/usr/bin/env python3
"""Checks every #include against the layer table of docs/architecture.md.

Usage: check_layers.py [root].  Prints one line per violation and exits 1 if there is any. The rules:
- a layer includes itself and the layers its row of LAYERS names, in headers and in sources;
- a public header includes the standard library and korobov headers, nothing else (eigen/ bridges: Eigen too);
- Eigen, FFTW, Boost and Highway appear only in the sources of the layers that LIBRARIES names;
- korobov.hpp includes every public header but the eigen/ bridges, and no file of the library includes it.
"""

import re
import sys
from pathlib import Path

BELOW_GP = {"core", "generators", "transforms", "kernels", "construct", "quality", "measures", "integrands", "gram"}
LAYERS = {
    "core": set(),
    "generators": {"core"},
    "transforms": {"core"},
    "kernels": {"core"},
    "construct": {"core", "generators", "transforms", "kernels"},
    "quality": {"core", "generators", "transforms", "kernels"},
    "measures": {"core"},
    "integrands": {"core", "measures"},
    "gram": {"core", "generators", "transforms", "kernels", "measures"},
    "gp": BELOW_GP,
    "cubature": BELOW_GP | {"gp"},
    "information": BELOW_GP,
    "sequences": {"core", "gram"},
    "eigen": {"core"},
}
LIBRARIES = {  # first part of the include path, lower case -> layers whose sources may use it
    "hwy": set(LAYERS),
    "fftw3.h": {"transforms"},
    "nlopt.h": {"gp"},
    "spectra": {"gram"},
    "boost": set(LAYERS) - {"core", "transforms"},
    "eigen": set(LAYERS) - {"core", "generators", "transforms", "kernels"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
SUFFIXES = {".hpp", ".cpp"}


def is_standard(name: str) -> bool:
    return re.fullmatch(r"[a-z_0-9]+", name) is not None


def layer_of_include(quote: str, name: str) -> str | None:
    """The layer a korobov header belongs to: <korobov/layer/x.hpp> or, in sources, "layer/x.hpp"; else None."""
    parts = name.split("/")
    if parts[0] == "korobov":
        return parts[1]
    return parts[0] if quote == '"' and len(parts) > 1 else None


def violations_of_file(file: Path, layer: str, public: bool):
    if layer not in LAYERS:
        yield f"'{layer}' is not a layer of the table"
        return
    for quote, name in INCLUDE.findall(file.read_text(encoding="utf-8")):
        if name == "korobov/korobov.hpp":
            yield "includes the umbrella header, which is for users"
            continue
        other = layer_of_include(quote, name)
        library = name.split("/")[0].lower()
        if other is not None:
            if public and quote == '"':
                yield f'"{name}": public headers include korobov headers as <korobov/...>'
            if other != layer and other not in LAYERS[layer]:
                yield f"layer {layer} may not include layer {other} ({name})"
        elif public:
            if not is_standard(name) and not (layer == "eigen" and library == "eigen"):
                yield f"<{name}>: a public header includes only the standard library and korobov"
        elif library in LIBRARIES and layer not in LIBRARIES[library]:
            yield f"<{name}>: not allowed in the sources of layer {layer}"


def umbrella_violations(root: Path):
    include = root / "include"
    umbrella = include / "korobov" / "korobov.hpp"
    headers = {str(h.relative_to(include)) for h in include.glob("korobov/*/**/*.hpp")}
    headers -= {h for h in headers if h.startswith("korobov/eigen/")}
    listed = {name for _, name in INCLUDE.findall(umbrella.read_text(encoding="utf-8"))} if umbrella.exists() else set()
    for missing in sorted(headers - listed):
        yield f"{umbrella.relative_to(root)}: does not include <{missing}>"
    for extra in sorted(listed - headers):
        yield f"{umbrella.relative_to(root)}: includes <{extra}>, which is not a public header of the library"


def violations(root: Path) -> list[str]:
    found = []
    for top, public in ((root / "include" / "korobov", True), (root / "src", False)):
        for file in sorted(f for f in top.glob("*/**/*") if f.suffix in SUFFIXES):
            layer = file.relative_to(top).parts[0]
            found += [f"{file.relative_to(root)}: {text}" for text in violations_of_file(file, layer, public)]
    return found + list(umbrella_violations(root))


if __name__ == "__main__":
    problems = violations(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    print("\n".join(problems) or "layers: ok")
    sys.exit(bool(problems))
