"""FASTA files, distances and match kernels (headers fasta, distances, match_kernel): by letters, SciPy and closed forms."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform

import korobov as kb

CORPUS = Path(__file__).resolve().parents[1] / "fuzz" / "corpus" / "fasta"
MODELS = {
    "p": lambda p: p,
    "poisson": lambda p: -np.log(1 - p),
    "gamma": lambda p: 2.25 * ((1 - p) ** (-1 / 2.25) - 1),
    "kimura": lambda p: -np.log(1 - p - p**2 / 5),
    "jc69": lambda p: -0.75 * np.log(1 - 4 * p / 3),
}


def random_sequences(n, length, letters, seed):
    return ["".join(row) for row in np.random.default_rng(seed).choice(list(letters), (n, length))]


def write(tmp_path, data):
    path = tmp_path / "file.fasta"
    path.write_bytes(data)
    return path


def test_read_fasta(tmp_path):
    path = write(tmp_path, b"> a | first\r\nAC gt\r\n\r\nA-\r\n>b\nNN\n>caf\xe9\nA\n")
    assert kb.read_fasta(path) == (["a | first", "b", "caf\\xe9"], ["ACgtA-", "NN", "A"])
    assert kb.read_fasta(str(path)) == kb.read_fasta(path)


@pytest.mark.parametrize("data, message", [
    (b"", ":1: expected a record"),
    (b"ACGT\n", ":1: expected > before the first name, got 'A'"),
    (b">a\nAC\n>b", ":3: expected letters after the name"),
    (b">a\nAC\n>b\nA1\n", ":4: expected a letter or one of -.?*, got '1'"),
    (b">a\nAC\n>a\nAC\n", ":3: expected a new name, got that of line 1"),
])
def test_malformed_files_name_file_and_line(tmp_path, data, message):
    path = write(tmp_path, data)
    with pytest.raises(kb.DataError, match=re.escape(message)) as error:
        kb.read_fasta(path)
    assert str(path) in str(error.value)
    assert isinstance(error.value, ValueError)


def test_the_fuzz_corpus():
    files = sorted(CORPUS.iterdir())
    records = 0
    for path in files:
        try:
            names, sequences = kb.read_fasta(path)
        except kb.DataError as error:
            assert re.match(re.escape(str(path)) + r":\d+: expected", str(error))
        else:
            assert len(names) == len(sequences) and all(names) and all(sequences)
            records += len(names)
    assert len(files) > 10 and records > 10


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(FileNotFoundError):
        kb.read_fasta(tmp_path / "none.fasta")
    with pytest.raises(OSError):
        kb.read_fasta(tmp_path)


@pytest.mark.parametrize("model", MODELS)
def test_distances_are_functions_of_scipys_shares(model):
    seqs = random_sequences(40, 300, "ACGT", 1)
    seqs[1] = seqs[0][:290] + seqs[1][290:]
    shares = squareform(pdist(np.array([list(s.encode()) for s in seqs]), "hamming"))
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = MODELS[model](shares)
    expected[~np.isfinite(expected)] = np.inf
    got = kb.sequence_distances(seqs, model)
    np.testing.assert_allclose(got, expected, rtol=2e-13)
    assert (got == got.T).all() and (np.diag(got) == 0).all()
    assert np.isinf(got).any() == (model in ("jc69", "kimura") and bool(np.isinf(expected).any()))


def test_known_values_and_singularities():
    assert kb.sequence_distances(["AAAA", "AAAC"], "poisson")[0, 1] == pytest.approx(0.2876820724517809, rel=4e-16)
    assert kb.sequence_distances(["AAAA", "AAAC"])[0, 1] == 0.25
    assert kb.sequence_distances(["AAAA", "ACCC"], "jc69")[0, 1] == np.inf
    assert kb.sequence_distances(["AAAA", "CCCC"], "poisson")[0, 1] == np.inf
    assert kb.sequence_distances(["AAAA", "AACC"], "gamma", a=1)[0, 1] == pytest.approx(1)


def test_gap_rules_and_alphabets():
    seqs = ["AC-GT", "AA-GT", "ACTG-"]
    assert kb.sequence_distances(seqs)[0, 1] == 0.25
    assert kb.sequence_distances(seqs, gaps="complete")[0, 1] == pytest.approx(1 / 3)
    assert kb.sequence_distances(seqs, gaps="state")[0].tolist() == [0, 0.2, 0.4]
    assert kb.sequence_distances(["ACNU", "acgt"], alphabet="dna")[0, 1] == 0
    assert kb.sequence_distances(["ACNU", "acgt"])[0, 1] == 0.5
    assert kb.sequence_distances(["0110", "0111"], alphabet="01")[0, 1] == 0.25


def test_match_kernel():
    seqs = random_sequences(25, 90, "ACGT-", 2)
    d = kb.sequence_distances(seqs, "poisson", gaps="state")
    for k in (1, 3, 20):
        m = kb.match_kernel(seqs, k)
        np.testing.assert_allclose(m, np.exp(-k * d), rtol=1e-12)
        assert np.linalg.eigvalsh(m).min() > -1e-13
    with pytest.raises(ValueError, match="gaps: must be state or complete"):
        kb.match_kernel(seqs, 1, gaps="pairwise")
    assert kb.match_kernel(np.array(["AC", "AT"]), 1, gaps="complete")[0, 1] == 0.5


def test_bad_arguments():
    with pytest.raises(ValueError, match=r"seqs: must hold letters .*got '\\xe9' at site 1 of sequence 1"):
        kb.sequence_distances(["AC", "A\xe9"])
    with pytest.raises(ValueError, match=r"at site 1 of sequence 0"):
        kb.sequence_distances(["A\ud800"])
    with pytest.raises(ValueError, match="alphabet: must be one of"):
        kb.sequence_distances(["AC"], alphabet="A\xe9")
    with pytest.raises(TypeError, match="path: must be a str or PathLike; got NoneType"):
        kb.read_fasta(None)
    with pytest.raises(ValueError, match=r"seqs: must have equal lengths \(4.*got 3 for sequence 1"):
        kb.sequence_distances(["ACGT", "ACG"])
    with pytest.raises(ValueError, match="got 'Z' at site 1 of sequence 0"):
        kb.sequence_distances(["AZ", "AC"], "jc69")
    with pytest.raises(ValueError, match="got '1' at site 1"):
        kb.match_kernel(["A1", "AC"], 2)
    with pytest.raises(ValueError, match="must be one of 'p', 'poisson'"):
        kb.sequence_distances(["A"], "hamming")
    with pytest.raises(ValueError, match="gaps: must be one of"):
        kb.sequence_distances(["A"], gaps="ignore")
    with pytest.raises(ValueError, match="alphabet: must have four letters for jc69; got 23"):
        kb.sequence_distances(["A"], "jc69", alphabet="protein")
    with pytest.raises(ValueError, match="alphabet"):
        kb.sequence_distances(["A"], alphabet="")
    with pytest.raises(TypeError, match="alphabet"):
        kb.sequence_distances(["A"], alphabet=4)
    with pytest.raises(ValueError, match="a: must be positive"):
        kb.sequence_distances(["A"], "gamma", a=-1)
    with pytest.raises(ValueError, match="must hold at least one"):
        kb.sequence_distances([])
    with pytest.raises(TypeError, match="not one string"):
        kb.sequence_distances("ACGT")
    with pytest.raises(TypeError, match="must hold strings; got int"):
        kb.sequence_distances([1, 2])
    with pytest.raises(TypeError, match="must be a sequence of strings"):
        kb.sequence_distances(3)
    with pytest.raises(ValueError, match="k: must be in"):
        kb.match_kernel(["A"], 0)
    with pytest.raises(TypeError, match="k: must be an integer"):
        kb.match_kernel(["A"], 0.5)
