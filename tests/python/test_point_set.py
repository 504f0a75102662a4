"""What every point set does, whatever its family: ranges, shapes, dtypes, out, replicates, values, bad input."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

import korobov as kb

MATRICES = np.array([[2 ** (63 - k) for k in range(20)], [2**63 | 2**k for k in range(20)]], dtype=np.uint64)
SETS = [
    kb.Lattice(3),
    kb.Lattice(3, seed=5),
    kb.Lattice(3, seed=5, replications=3),
    kb.Lattice(3, seed=5, order="gray"),
    kb.Lattice(3, order="linear", n=2000, generating_vector=[1, 76, 1211]),
    kb.Lattice(3, seed=1, order="linear", n=1999, generating_vector=[1, 76, 1211], replications=2),
    kb.Sobol(3),
    kb.Sobol(3, order="gray"),
    kb.Sobol(3, seed=5),
    kb.Sobol(3, seed=5, replications=1),
    kb.Sobol(3, randomize="lms", seed=2**64 - 1, replications=4, order="gray"),
    kb.Sobol(3, randomize="shift", seed=0),
    kb.DigitalNet(MATRICES),
    kb.DigitalNet(MATRICES, seed=5, replications=2, msb_first=False),
    kb.DigitalNet(np.stack([MATRICES, MATRICES[::-1]])),
    kb.DigitalNet(np.stack([MATRICES, MATRICES[::-1]]), seed=3),
    kb.Kronecker(3),
    kb.Kronecker(3, seed=5, vector="r_sequence"),
    kb.Kronecker(3, seed=5, vector=np.array([1, 2**63, 2**64 - 1], dtype=np.uint64), replications=2),
    kb.LatinHypercube(3, 1000, seed=5),
    kb.LatinHypercube(3, 10**6, seed=5, replications=2),
    kb.IID(3, seed=5),
    kb.IID(3, seed=5, replications=3),
]
every_set = pytest.mark.parametrize("p", SETS, ids=repr)
families = pytest.mark.parametrize("family", [kb.Lattice, kb.Sobol, kb.Kronecker, kb.IID], ids=lambda f: f.__name__)


def rows(p, array):
    """The axis of points first."""
    return array if p.replications is None else np.moveaxis(array, 1, 0)


@every_set
def test_ranges_are_parts_of_one_sequence(p):
    whole = p.points(700)
    assert whole.dtype == np.float64
    assert whole.flags.c_contiguous
    assert whole.shape == ((700, p.d) if p.replications is None else (p.replications, 700, p.d))
    for first, last in [(0, 0), (0, 1), (3, 4), (255, 257), (1, 700), (512, 640), (700, 700)]:
        np.testing.assert_array_equal(rows(p, p.points(first, last)), rows(p, whole)[first:last])
    np.testing.assert_array_equal(p.points(n=33), p.points(first=0, last=33))


@every_set
def test_dtypes_and_endpoints_come_from_the_words(p):
    words = p.integers(300)
    assert words.dtype == np.uint64
    np.testing.assert_array_equal(p.points(300), (words >> 11) * 2.0**-53)
    np.testing.assert_array_equal(p.points(300, dtype=np.float32),
                                  (words >> 40).astype(np.float32) * np.float32(2**-24))
    np.testing.assert_array_equal(p.points(300, endpoint="open"), ((words >> 12) + 0.5) * 2.0**-52)
    single = p.points(300, endpoint="open", dtype="float32")
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single, ((words >> 41).astype(np.float32) + np.float32(0.5)) * np.float32(2**-23))
    assert p.points(300, endpoint="open").min() > 0 and p.points(300, endpoint="open").max() < 1


@every_set
def test_scattered_indices(p):
    indices = [5, 0, 699, 5, 255, 256]
    np.testing.assert_array_equal(rows(p, p.at(indices)), rows(p, p.points(700))[indices])
    small = np.array([3, 1, 3], dtype=np.uint8)
    np.testing.assert_array_equal(p.at(small, dtype=np.uint64), p.at((3, 1, 3), dtype="u8"))
    assert rows(p, p.at([])).shape[0] == 0


@every_set
def test_blocks(p):
    blocks = list(p.blocks(700, size=256))
    assert [rows(p, b).shape[0] for b in blocks] == [256, 256, 188]
    np.testing.assert_array_equal(np.concatenate([rows(p, b) for b in blocks]), rows(p, p.points(700)))
    assert list(p.blocks(0)) == []
    assert next(p.blocks(2, dtype=np.float32, endpoint="open")).dtype == np.float32


@every_set
def test_replicates(p):
    if p.randomize is None and p.replications is None:
        with pytest.raises(ValueError, match="replicate: .*plain"):
            p.replicate(0)
        return
    for r in range(p.replications or 3):
        one = p.replicate(r)
        assert one.replications is None and one.seed == p.seed and one.randomize == p.randomize
        assert one.points(64).shape == (64, p.d)
        if p.replications is not None:
            np.testing.assert_array_equal(one.points(64), p.points(64)[r])
        assert one == p.replicate(r) and (one == p.replicate(0)) == (r == 0)
    if p.replications is None:
        np.testing.assert_array_equal(p.replicate(0).points(64), p.points(64))
    else:
        for r in (-1, p.replications):
            with pytest.raises(ValueError, match=r"^r: "):
                p.replicate(r)


@families
def test_replicate_r_is_the_same_whatever_the_number(family):
    few, many = family(2, seed=9, replications=2), family(2, seed=9, replications=7)
    np.testing.assert_array_equal(few.points(100), many.points(100)[:2])
    single = family(2, seed=9)
    np.testing.assert_array_equal(single.points(100), many.points(100)[0])
    np.testing.assert_array_equal(family(2, seed=9, replications=1).points(100), many.points(100)[:1])
    np.testing.assert_array_equal(single.replicate(6).points(100), many.points(100)[6])
    assert len(np.unique(many.integers(100), axis=0)) == 7


@families
def test_coordinates_do_not_depend_on_the_dimension(family):
    np.testing.assert_array_equal(family(2, seed=3, replications=2).integers(300),
                                  family(9, seed=3, replications=2).integers(300)[..., :2])


@every_set
def test_pickle_copy_equality(p):
    for twin in (pickle.loads(pickle.dumps(p)), copy.copy(p), copy.deepcopy(p)):
        assert twin == p and hash(twin) == hash(p) and repr(twin) == repr(p)
        np.testing.assert_array_equal(twin.integers(50), p.integers(50))
    if p.replications is not None:
        one = p.replicate(p.replications - 1)
        twin = pickle.loads(pickle.dumps(one))
        assert twin == one
        np.testing.assert_array_equal(twin.integers(50), one.integers(50))
    assert p != "a string"
    assert sum(p == other for other in SETS) == 1


@every_set
def test_repr_is_the_constructor(p):
    if type(p) is not kb.DigitalNet:
        assert eval("kb." + repr(p)) == p
    if p.seed is not None:
        assert str(p.seed) in repr(p)


@every_set
def test_randomized_leaves_the_set_alone(p):
    if isinstance(p, (kb.IID, kb.LatinHypercube)):
        with pytest.raises(ValueError, match="randomize: .*random itself"):
            p.randomized("shift", seed=1)
        return
    before = repr(p), p.integers(64)
    q = p.randomized("shift", seed=21)
    assert (repr(p), q.randomize, q.seed) == (before[0], "shift", 21)
    np.testing.assert_array_equal(p.integers(64), before[1])
    np.testing.assert_array_equal(q.randomized("shift", seed=4).integers(64),
                                  p.randomized("shift", seed=4).integers(64))
    fresh = p.randomized("shift")
    np.testing.assert_array_equal(p.randomized("shift", seed=fresh.seed).integers(64), fresh.integers(64))
    with pytest.raises(ValueError, match="randomize: must be one of .*'shift'"):
        p.randomized("nonsense")


# ---- out=

@every_set
def test_out(p):
    shape = p.points(10).shape
    for method, dtype in [(p.points, np.float64), (p.integers, np.uint64)]:
        expected = method(10)
        layouts = [np.zeros(shape, dtype), np.zeros(shape, dtype, order="F"),
                   np.zeros((*shape[:-2], shape[-1], shape[-2]), dtype).swapaxes(-1, -2),
                   np.moveaxis(np.zeros((shape[-1], *shape[:-1]), dtype), 0, -1)]
        for out in layouts:
            assert method(10, out=out) is out
            np.testing.assert_array_equal(out, expected)
    single = np.zeros(shape, np.float32)
    assert p.points(10, dtype=np.float32, out=single) is single
    np.testing.assert_array_equal(p.at([3, 1], out=np.zeros(p.points(2).shape)), p.at([3, 1]))


def read_only(array):
    array.setflags(write=False)
    return array


def unaligned(shape):
    return np.zeros(8 * int(np.prod(shape)) + 1, np.uint8)[1:].view(np.float64).reshape(shape)


@pytest.mark.parametrize("make, error, rule", [
    (lambda: [[0.0] * 3] * 10, TypeError, "numpy array"),
    (lambda: np.zeros((10, 3), np.float32), TypeError, "dtype float64; got float32"),
    (lambda: np.zeros((10, 3), np.int64), TypeError, "dtype float64; got int64"),
    (lambda: np.zeros((10, 3), ">f8"), TypeError, "dtype float64; got >f8"),
    (lambda: np.zeros((9, 3)), ValueError, r"shape \(10, 3\); got \(9, 3\)"),
    (lambda: np.zeros((3, 10)), ValueError, r"shape \(10, 3\); got \(3, 10\)"),
    (lambda: np.zeros((1, 10, 3)), ValueError, r"shape \(10, 3\); got \(1, 10, 3\)"),
    (lambda: np.zeros(30), ValueError, r"shape \(10, 3\); got \(30,\)"),
    (lambda: np.zeros((20, 3))[::2], ValueError, "contiguous"),
    (lambda: np.zeros((10, 6))[:, ::2], ValueError, "contiguous"),
    (lambda: np.zeros((10, 3))[::-1], ValueError, "contiguous"),
    (lambda: read_only(np.zeros((10, 3))), ValueError, "read-only"),
    (lambda: np.broadcast_to(np.zeros(3), (10, 3)), ValueError, "read-only"),
    (lambda: np.lib.stride_tricks.as_strided(np.zeros(12), (10, 3), (8, 8)), ValueError, "own place"),
    (lambda: np.lib.stride_tricks.as_strided(np.zeros(12), (10, 3), (0, 8)), ValueError, "own place"),
    (lambda: unaligned((10, 3)), ValueError, "aligned"),
])
def test_bad_out(make, error, rule):
    p = kb.Sobol(3, seed=1)
    with pytest.raises(error, match="^out: .*" + rule):
        p.points(10, out=make())
    assert p.points(10).shape == (10, 3)


def test_out_must_not_overlap_the_indices():
    memory = np.zeros(30)
    with pytest.raises(ValueError, match="^out: must not overlap"):
        kb.Sobol(3).at(memory.view(np.int64)[:10], out=memory.reshape(10, 3))


# ---- bad input

@every_set
@pytest.mark.parametrize("arguments, error, parameter", [
    ((-1,), ValueError, "n"),
    ((2**64,), ValueError, "n"),
    ((5, 4), ValueError, "last"),
    ((-1, 4), ValueError, "first"),
    ((0, -1), ValueError, "last"),
    ((4.0,), TypeError, "n"),
    (("4",), TypeError, "n"),
    ((True,), TypeError, "n"),
    ((None,), TypeError, "n"),
    ((0, 4.0), TypeError, "last"),
], ids=str)
def test_bad_ranges(p, arguments, error, parameter):
    for method in (p.points, p.integers):
        with pytest.raises(error, match=f"^{parameter}: must"):
            method(*arguments)
    assert p.points(2).shape[-1] == p.d


@every_set
def test_past_the_end(p):
    for arguments in [(p.n_max + 1,), (p.n_max, p.n_max + 1)]:
        with pytest.raises(ValueError, match="must be in"):
            p.points(*arguments)
    with pytest.raises(ValueError, match="^indices: must be in"):
        p.at([0, p.n_max])
    with pytest.raises(ValueError, match="^indices: must be in"):
        p.at([-1])
    last = p.n_max - 1
    np.testing.assert_array_equal(p.points(last - 1, last + 1), p.at([last - 1, last]))
    assert rows(p, p.points(p.n_max, p.n_max)).shape[0] == 0


@pytest.mark.parametrize("call, error, message", [
    (lambda p: p.points(4, dtype=np.int32), TypeError, "dtype: must be float64 or float32"),
    (lambda p: p.points(4, dtype=np.float16), TypeError, "dtype: must be float64 or float32"),
    (lambda p: p.points(4, dtype="nonsense"), TypeError, "dtype: must be float64 or float32"),
    (lambda p: p.points(4, dtype=">f8"), TypeError, "dtype: must be float64 or float32"),
    (lambda p: p.points(4, endpoint="closed"), ValueError, "endpoint: must be one of 'half_open', 'open'; got"),
    (lambda p: p.points(4, 5, first=3), TypeError, "first: "),
    (lambda p: p.at([0.5]), TypeError, "indices: must be an integer"),
    (lambda p: p.at(np.ones(2)), TypeError, "indices: must be integers"),
    (lambda p: p.at([True]), TypeError, "indices: must be integers"),
    (lambda p: p.at(3), ValueError, "indices: must have one axis"),
    (lambda p: p.at([[3]]), ValueError, "indices: must have one axis"),
    (lambda p: p.at([3], dtype=np.int64), TypeError, "dtype: must be"),
    (lambda p: p.blocks(-1), ValueError, "n: must be in"),
    (lambda p: p.blocks(8, size=0), ValueError, "size: must be in"),
    (lambda p: p.blocks(8, size=2.0), TypeError, "size: must be an integer"),
    (lambda p: p.blocks(8, endpoint="x"), ValueError, "endpoint: "),
    (lambda p: p.replicate(1.5), TypeError, "r: must be an integer"),
    (lambda p: p.replicate(-1), ValueError, "r: must be in"),
    (lambda p: p.randomized(None), ValueError, "randomize: must be one of"),
    (lambda p: p.randomized("shift", seed=-1), ValueError, "seed: must be in"),
    (lambda p: p.randomized("shift", seed=1, replications=0), ValueError, "replications: must be in"),
])
def test_bad_arguments(call, error, message):
    p = kb.Sobol(3, seed=1)
    with pytest.raises(error, match="^" + message):
        call(p)
    assert p.points(2).shape == (2, 3)


@pytest.mark.parametrize("make", [lambda **k: kb.Lattice(2, **k), lambda **k: kb.Sobol(2, **k),
                                  lambda **k: kb.DigitalNet(MATRICES, **k), lambda **k: kb.Kronecker(2, **k)],
                         ids=["Lattice", "Sobol", "DigitalNet", "Kronecker"])
@pytest.mark.parametrize("arguments, error, message", [
    ({"randomize": "nonsense"}, ValueError, "randomize: must be one of 'auto', .*'shift'.*; got 'nonsense'"),
    ({"randomize": "nonsense", "seed": 1}, ValueError, "randomize: must be one of"),
    ({"randomize": 3}, ValueError, "randomize: must be one of"),
    ({"randomize": None, "seed": 1}, ValueError, "seed: must be None with randomize=None"),
    ({"replications": 4}, ValueError, "replications: must be None for a plain"),
    ({"randomize": None, "replications": 4}, ValueError, "replications: must be None for a plain"),
    ({"seed": 1, "replications": 0}, ValueError, "replications: must be in"),
    ({"seed": 1, "replications": -3}, ValueError, "replications: must be in"),
    ({"seed": 1, "replications": 2**40}, ValueError, "replications: must be in"),
    ({"seed": 1, "replications": 2.0}, TypeError, "replications: must be an integer"),
    ({"seed": -1}, ValueError, "seed: must be in"),
    ({"seed": 2**64}, ValueError, "seed: must be in"),
    ({"seed": 1.0}, TypeError, "seed: must be"),
    ({"seed": "1"}, TypeError, "seed: must be"),
    ({"seed": True}, TypeError, "seed: must be"),
    ({"order": "nonsense"}, ValueError, "order: must be one of"),
], ids=str)
def test_bad_constructor_arguments(make, arguments, error, message):
    if "order" in arguments and type(make()) is kb.Kronecker:
        error, message = TypeError, ".*order"  # Kronecker sequences have one order
    with pytest.raises(error, match="^" + message):
        make(**arguments)


@families
@pytest.mark.parametrize("d, error", [(0, ValueError), (-1, ValueError), (2**64, ValueError), (2.0, TypeError),
                                      ("2", TypeError), (None, TypeError), (True, TypeError)], ids=str)
def test_bad_dimensions(family, d, error):
    with pytest.raises(error, match="^d: must be"):
        family(d)


@families
def test_everything_after_the_dimension_is_keyword_only(family):
    with pytest.raises(TypeError, match="positional"):
        family(2, 7)


@pytest.mark.parametrize("ask", [
    lambda: kb.Sobol(3).points(2**62),
    lambda: kb.Sobol(3).points(2**63),
    lambda: kb.Sobol(3).integers(0, 2**62),
    lambda: kb.IID(2**31, seed=1).points(2**60),
    lambda: kb.Sobol(3, seed=1, replications=2**32).points(2**20),
    lambda: kb.Lattice(3, generating_vector=[1, 3, 5]).points(2**45, dtype=np.float32),
    lambda: next(kb.Sobol(3).blocks(2**62, size=2**62)),
], ids=range(7))
def test_requests_past_memory(ask):
    with pytest.raises(MemoryError, match="^points: an array of shape .* must fit into memory"):
        ask()


def test_public_names_are_documented():
    for name in kb.__all__:
        value = getattr(kb, name)
        assert name == "__version__" or value.__doc__, name
        if isinstance(value, type):
            slots = vars(value).get("__slots__")
            documented = {**dict.fromkeys(vars(value)), **(slots if isinstance(slots, dict) else {})}
            for attribute, text in documented.items():
                if not attribute.startswith("_"):
                    # a dataclass documents its fields as the parameters they are
                    assert text or getattr(value, attribute).__doc__ or f"    {attribute} : " in value.__doc__, \
                        f"{name}.{attribute}"


def test_import_is_silent_and_light():
    code = "import sys, korobov; assert not {'scipy', 'sklearn', 'matplotlib', 'pandas'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
