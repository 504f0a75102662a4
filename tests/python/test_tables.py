"""Files of vectors and matrices: round trips, the oddities of real files, every malformed one a DataError."""

import io
import os
import re
from pathlib import Path

import numpy as np
import pytest

import korobov as kb

CORPUS = Path(__file__).resolve().parents[1] / "fuzz" / "corpus" / "tables"
rng = np.random.default_rng(11)


def written(tmp_path, content, name="file.txt"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("ending", [".txt", ".npy", ""])
@pytest.mark.parametrize("lattice", [kb.Lattice(5), kb.Lattice(2, generating_vector=[1, 2**63 + 1]),
                                     kb.Lattice(2, generating_vector=[1, 5], n=64)], ids=repr)
def test_lattices_are_read_as_written(tmp_path, lattice, ending):
    path = tmp_path / f"z{ending}"
    kb.write_lattice(path, lattice)
    again = kb.read_lattice(str(path))
    n = min(lattice.n_max, 500)
    np.testing.assert_array_equal(again.integers(n), lattice.integers(n))
    assert again.order == "radical_inverse"
    if ending != ".npy":
        assert again.n_max == lattice.n_max
    else:
        np.testing.assert_array_equal(np.load(path), lattice.generating_vector)


def test_a_lattice_in_linear_order(tmp_path):
    lattice = kb.Lattice(3, order="linear", n=127)
    kb.write_lattice(tmp_path / "z", lattice)
    again = kb.read_lattice(tmp_path / "z")
    assert (again.order, again.n) == ("linear", 127)
    np.testing.assert_array_equal(again.integers(127), lattice.integers(127))
    with pytest.raises(ValueError, match=r"^path: must not end in \.npy"):
        kb.write_lattice(tmp_path / "z.npy", lattice)


def test_the_order_is_chosen_by_the_file_or_the_caller(tmp_path):
    power = written(tmp_path, "# lattice\n2\n64\n1\n5\n")
    assert kb.read_lattice(power).order == "radical_inverse"
    assert kb.read_lattice(power, order="linear").order == "linear"
    assert kb.read_lattice(power, order="gray").n == 64
    even = written(tmp_path, "# lattice\n2\n64\n1\n6\n")
    assert kb.read_lattice(even).order == "linear"
    with pytest.raises(ValueError, match="odd components"):
        kb.read_lattice(even, order="gray")


def random_net(d, m, **options):
    return kb.DigitalNet(rng.integers(0, 2**64, (d, m), dtype=np.uint64), **options)


@pytest.mark.parametrize("ending", [".txt", ".npy"])
@pytest.mark.parametrize("net", [kb.Sobol(4), random_net(3, 12), random_net(2, 64), kb.Sobol(3, alpha=2),
                                 random_net(6, 64, alpha=3)], ids=repr)
def test_nets_are_read_as_written(tmp_path, net, ending):
    path = tmp_path / f"c{ending}"
    kb.write_net(path, net)
    again = kb.read_net(path, alpha=None if ending == ".txt" else net.alpha)
    n = min(net.n_max, 500)
    assert (again.d, again.alpha, again.n_max) == (net.d, net.alpha, net.n_max)
    np.testing.assert_array_equal(again.integers(n), net.integers(n))
    for how in ("lms_shift", "lms"):
        np.testing.assert_array_equal(again.randomized(how, seed=5).integers(n),
                                      net.randomized(how, seed=5).integers(n))
    np.testing.assert_array_equal(kb.read_net(path, alpha=1).integers(n), net.integers(n))
    gray = kb.read_net(path, order="gray", alpha=net.alpha)
    i = np.arange(n // 2)
    np.testing.assert_array_equal(gray.integers(n // 2), net.at(i ^ (i >> 1), dtype=np.uint64))


def test_a_net_that_is_written_and_read_is_equal(tmp_path):
    net = random_net(3, 20)
    kb.write_net(tmp_path / "c", net)
    assert kb.read_net(tmp_path / "c") == net


def test_replicates_of_matrices(tmp_path):
    both = rng.integers(0, 2**64, (2, 3, 10), dtype=np.uint64)
    both[1] &= np.uint64(2**64 - 2**20)  # fewer digits than the first
    net = kb.DigitalNet(both)
    kb.write_net(tmp_path / "c.npy", net)
    np.testing.assert_array_equal(np.load(tmp_path / "c.npy"), both)
    assert kb.read_net(tmp_path / "c.npy") == net
    with pytest.raises(ValueError, match="^replicates: must be 1 in text"):
        kb.write_net(tmp_path / "c.txt", net)
    kb.write_net(tmp_path / "c.txt", net.replicate(1))
    np.testing.assert_array_equal(kb.read_net(tmp_path / "c.txt").matrices, both[1])


@pytest.mark.parametrize("dtype", ["<u8", ">u8", "<i8", "<u4", ">i2", "u1", "i1"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_that_numpy_saved(tmp_path, dtype, order):
    for shape in ((4,), (3, 5), (2, 3, 4)):
        array = np.array(rng.integers(0, 60, shape) * 2 + 1, dtype=dtype, order=order)
        file = io.BytesIO()
        np.save(file, array)
        path = written(tmp_path, file.getvalue(), "a")
        if array.ndim == 1:
            np.testing.assert_array_equal(kb.read_lattice(path).generating_vector, array)
        else:
            np.testing.assert_array_equal(kb.read_net(path).matrices, array.astype(np.uint64))


@pytest.mark.parametrize("array", [np.ones(3), np.array([1, -3]), np.array([1, 2]), np.ones((2, 2), np.int64),
                                   np.array([], np.int64), np.array(3), np.array(["a"]), np.array([None])], ids=repr)
def test_arrays_that_are_no_vectors(tmp_path, array):
    np.save(tmp_path / "z.npy", array, allow_pickle=True)
    with pytest.raises(kb.DataError, match=r"z\.npy:1: expected"):
        kb.read_lattice(tmp_path / "z.npy")


def test_files_as_they_are_in_the_world(tmp_path):
    """As in LDData: sizes with comments, 2^m points for the columns, CRLF, trailing blanks, blank lines at the end."""
    text = "# dnet \r\n# From x\r\n2 # base\r\n2 # dimensions \r\n8 # supports 2^3 points\r\n4 # bits \r\n" \
           "# The columns:\r\n8 4 2 \r\n8 12  14\r\n\r\n"
    net = kb.read_net(written(tmp_path, text))
    expected = kb.DigitalNet(np.array([[8, 4, 2], [8, 12, 14]], np.uint64) << np.uint64(60))
    assert net == expected
    rows = "d       s       a       m_i     \n2       1       0       1 \n3       2       1       1 3 \n"
    np.testing.assert_array_equal(kb.read_net(written(tmp_path, rows)).integers(999), kb.Sobol(3).integers(999))
    up = kb.read_net(written(tmp_path, "# dnetup\n2\n2\n3\n4\n1 2 4\n1 3 7\n"))
    assert up == expected


@pytest.mark.parametrize("net", [kb.Faure(4), kb.Faure(2, alpha=3, base=7), kb.Niederreiter(3, base=3),
                                 kb.DigitalNetAnyBase(rng.integers(0, 10, (2, 5, 6)), base=10)], ids=repr)
def test_nets_in_any_base_are_read_as_written(tmp_path, net):
    kb.write_net(tmp_path / "c", net)
    again = kb.read_net(tmp_path / "c")
    assert isinstance(again, kb.DigitalNetAnyBase)
    assert (again.base, again.alpha, again.d, again.n_max) == (net.base, net.alpha, net.d, net.n_max)
    for how in ("lms", "nus"):
        np.testing.assert_array_equal(again.randomized(how, seed=4).integers(60), net.randomized(how, seed=4).integers(60))
    np.testing.assert_array_equal(kb.read_net(tmp_path / "c", alpha=1).integers(60), net.integers(60))
    with pytest.raises(ValueError, match="^order: must be 'natural' for a net in base"):
        kb.read_net(tmp_path / "c", order="gray")
    with pytest.raises(ValueError, match=r"^base: must be 2 in \.npy"):
        kb.write_net(tmp_path / "c.npy", net)
    with pytest.raises(ValueError, match="^net: must be plain"):
        kb.write_net(tmp_path / "c", net.randomized("lms", seed=1))


def test_a_file_in_base_3(tmp_path):
    """9 = 1 0 0 in base 3, the first digit first; 26 = 2 2 2; point 5 = 2 + 1 * 3."""
    net = kb.read_net(written(tmp_path, "# dnet\n3 # base\n2\n9 # points\n3\n9 3\n9 26\n"))
    np.testing.assert_array_equal(net.digits(5, 6)[0, :, :4], [[2, 1, 0, 0], [1, 2, 2, 0]])
    assert net == kb.DigitalNetAnyBase([[[1, 0], [0, 1], [0, 0]], [[1, 2], [0, 2], [0, 2]]], base=3)


MALFORMED = ["# dnet\n3\n1\n2\n41\n1 2\n", "# dnet\n3\n1\n2\n2\n1 9\n", "# dnet\n2097153\n1\n1\n1\n1\n",
             "", "x", "# lattice", "# lattice\n", "# lattice\n2\n8\n1\n", "# lattice\n1\n8\n-1\n",
             "# lattice\n1\n8\n1e3\n", f"# lattice\n1\n8\n{2**64}\n", f"# lattice\n{2**62}\n8\n1\n",
             "# dnet\n2\n1\n3\n4\n1 2\n", "# dnet\n2\n1\n2\n4\n1 99\n", "# dnet\n2\n1\n2\n65\n1 2\n",
             f"# dnet\n2\n{2**63}\n2\n4\n1 2\n", f"# dnet\n{2**64}\n1\n1\n1\n1\n", "d s a m_i\n2 1 0 2\n",
             b"\x93NUMPY", b"\x93NUMPY\x01\x00\xff\xff{", b"\xff\xfe\x00\n" * 50, "# lattice\n\u00e9\n"]


@pytest.mark.parametrize("content", MALFORMED, ids=repr)
def test_malformed_files(tmp_path, content):
    path = written(tmp_path, content, "b\u00e9d")
    for read in (kb.read_lattice, kb.read_net):
        with pytest.raises(kb.DataError, match=re.escape(str(path)) + r":\d+: expected"):
            read(path)


def test_the_fuzz_corpus():
    files = sorted(CORPUS.iterdir())
    assert len(files) > 10
    for path in files:
        for read in (kb.read_lattice, kb.read_net):
            try:
                points = read(path)
            except kb.DataError as error:
                assert str(path) in str(error)
            else:
                assert points.points(1).shape[-1] == points.d


def test_what_is_no_file_or_no_set(tmp_path):
    with pytest.raises(FileNotFoundError):
        kb.read_net(tmp_path / "missing")
    with pytest.raises(IsADirectoryError):
        kb.read_lattice(tmp_path)
    with pytest.raises(kb.DataError, match="must be a regular file"):
        kb.read_lattice(os.devnull)
    with pytest.raises(FileNotFoundError):
        kb.write_net(tmp_path / "missing" / "c", kb.Sobol(1))
    for wrong in (kb.Sobol(2), 3, None):
        with pytest.raises(TypeError, match="^lattice: must be a Lattice"):
            kb.write_lattice(tmp_path / "z", wrong)
    for wrong in (kb.Lattice(2), "net"):
        with pytest.raises(TypeError, match="^net: must be a"):
            kb.write_net(tmp_path / "z", wrong)
    with pytest.raises(ValueError, match="^net: must be plain"):
        kb.write_net(tmp_path / "z", kb.Sobol(2, seed=1))
    with pytest.raises(ValueError, match="^lattice: must be plain"):
        kb.write_lattice(tmp_path / "z", kb.Lattice(2, seed=1))
    assert not (tmp_path / "z").exists()
    with pytest.raises(TypeError):
        kb.read_net(3.5)
    with pytest.raises(ValueError, match="^order: must be one of"):
        kb.read_net(tmp_path / "z", order="linear")
    with pytest.raises(ValueError, match="^alpha: must be in"):
        kb.read_net(tmp_path / "z", alpha=6)
