"""Every notebook runs to its end in a fresh kernel; what it claims it asserts.

A notebook whose metadata names a path of data (korobov: {data: ...}) is skipped where that is missing; CI has all data.
"""

import os
from pathlib import Path

import nbclient
import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "examples" / "notebooks").glob("*.ipynb"))


@pytest.mark.filterwarnings("ignore")  # the kernel client's own; the notebook's warnings are the kernel's affair
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_notebook(notebook, tmp_path):
    content = nbformat.read(notebook, as_version=4)
    nbformat.validate(content)
    data = content.metadata.get("korobov", {}).get("data")
    if data and not Path(data).exists() and "CI" not in os.environ:
        pytest.skip(f"{data} is missing")
    assert all(not cell.outputs for cell in content.cells if cell.cell_type == "code"), "commit it without outputs"
    nbclient.NotebookClient(content, timeout=300, kernel_name="python3",
                            resources={"metadata": {"path": str(tmp_path)}}).execute()
    plots = [output for cell in content.cells if cell.cell_type == "code" for output in cell.outputs
             if "image/png" in output.get("data", {})]
    assert plots


def test_there_are_notebooks():
    assert NOTEBOOKS
