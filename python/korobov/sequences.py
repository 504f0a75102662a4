"""Aligned sequences: FASTA files, evolutionary distances with a named rule for gaps, match kernels.

Letters are compared without case and cut into bit planes, so 64 sites are compared at a time.

>>> seqs = ["ACGTACGT", "ACGTACGA", "TCGAACG-"]
>>> sequence_distances(seqs, "p")
array([[0.        , 0.125     , 0.28571429],
       [0.125     , 0.        , 0.28571429],
       [0.28571429, 0.28571429, 0.        ]])
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from . import _core
from ._arguments import choice, empty, file_bytes, integer, positive

__all__ = ["match_kernel", "read_fasta", "sequence_distances"]

_MODELS = ("p", "poisson", "gamma", "kimura", "jc69")
_GAPS = ("pairwise", "complete", "state")
_ALPHABETS = ("any", "dna", "protein")


def read_fasta(path: str | os.PathLike) -> tuple[list[str], list[str]]:
    """Names and sequences of a FASTA file.

    Parameters
    ----------
    path : str or PathLike
        Records of a line ``>name`` and one or more lines of letters. Letters are A-Z, a-z and the marks ``-.?*``; blanks
        in them are skipped. ``.`` stands for different things in different programs, so ``sequence_distances`` takes it
        in an alphabet of your own only.

    Returns
    -------
    names : list of str
        The whole line after ``>``, without blanks at its ends. UTF-8; a byte that is not (older files are in Latin-1)
        becomes the four characters of its escape, ``\\xe9``.
    sequences : list of str
        As many; letters as they are in the file, upper or lower case. Lengths may differ.

    Raises
    ------
    DataError
        The file is empty or malformed: letters before the first name, a record without name or letters (as at the end of
        a file cut short), a name that comes twice, another character. It names file and line.
    OSError
        The file cannot be read.

    Examples
    --------
    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "two.fasta")
    ...     with open(path, "w") as file:
    ...         _ = file.write(">first\\nACGT\\nAC\\n>second\\nACGTTT\\n")
    ...     read_fasta(path)
    (['first', 'second'], ['ACGTAC', 'ACGTTT'])
    """
    return _core.parse_fasta(*file_bytes(path))


def sequence_distances(seqs: Iterable[str], model: Literal["p", "poisson", "gamma", "kimura", "jc69"] = "p", *,
                       gaps: Literal["pairwise", "complete", "state"] = "pairwise", a: float = 2.25,
                       alphabet: str | None = None) -> NDArray[np.float64]:
    """Evolutionary distances of aligned sequences, from the share p of sites in which two differ.

    Parameters
    ----------
    seqs : n sequences of one length
    model : str
        ``"p"``: p; ``"poisson"``: -ln(1 - p); ``"gamma"``: a ((1 - p)^(-1/a) - 1); ``"kimura"``: -ln(1 - p - p^2/5), for
        proteins; ``"jc69"``: -(3/4) ln(1 - (4/3) p), for nucleotides.
    gaps : str
        Which sites count; a site is missing where a sequence has ``-``, ``?`` or an ambiguity code of the alphabet.
        ``"pairwise"``: of two sequences, the sites missing in neither; ``"complete"``: the sites missing in none of all;
        ``"state"``: all, with a gap, ``?`` or code as one more letter that equals itself only.
    a : float
        Shape of the rates of ``"gamma"``; positive.
    alphabet : str, optional
        ``"any"``: A to Z and ``*``, each a letter of its own; ``"dna"``: ACGT, U is T, other IUPAC codes missing;
        ``"protein"``: the 20 amino acids, U, O, ``*``; X, B, Z, J missing; or letters of your own, at most 30. None:
        ``"dna"`` for ``"jc69"``, else ``"any"``. Upper and lower case are the same.

    Returns
    -------
    (n, n) array, symmetric with zero diagonal; inf at and past a model's singularity.

    Raises
    ------
    ValueError
        Unequal lengths, a letter outside the alphabet (with its place), sequences without a common site.

    References
    ----------
    M. Nei, S. Kumar, Molecular Evolution and Phylogenetics (2000), chapters 2 and 3; T. H. Jukes, C. R. Cantor (1969);
    M. Kimura (1983).

    Examples
    --------
    >>> float(sequence_distances(["AAAA", "AAAC"], "poisson")[0, 1])
    0.2876820724517809
    """
    choice(model, "model", _MODELS)
    choice(gaps, "gaps", _GAPS)
    shape = positive(a, "a")
    sequences = _list_of(seqs)
    out = empty((len(sequences), len(sequences)), np.dtype(np.float64), "seqs")
    _core.sequence_distances(sequences, model, gaps, shape, _alphabet(alphabet), out)
    return out


def match_kernel(seqs: Iterable[str], k: int, *, gaps: Literal["pairwise", "complete", "state"] = "state",
                 alphabet: str | None = None) -> NDArray[np.float64]:
    """The kernel (1 - p)^k of aligned sequences: exp(-k d) with the Poisson distance d.

    Positive semidefinite for every whole k, because all pairs are compared on the same sites.

    Parameters
    ----------
    seqs, alphabet
        As in ``sequence_distances``.
    k : int
        At least 1.
    gaps : str
        As in ``sequence_distances``; ``"pairwise"`` is refused where a site is missing, the matrix may be indefinite.

    Returns
    -------
    (n, n) array with ones on the diagonal.

    Examples
    --------
    >>> match_kernel(["AAAA", "AAAC"], 2)
    array([[1.    , 0.5625],
           [0.5625, 1.    ]])
    """
    choice(gaps, "gaps", _GAPS)
    power = integer(k, "k", 1, 2**31)
    sequences = _list_of(seqs)
    out = empty((len(sequences), len(sequences)), np.dtype(np.float64), "seqs")
    _core.match_kernel(sequences, power, gaps, _alphabet(alphabet), out)
    return out


def _list_of(seqs: Any) -> list[str]:
    if isinstance(seqs, (str, bytes)):
        raise TypeError(f"seqs: must be a sequence of strings, not one string; got {type(seqs).__name__}")
    try:
        sequences = list(seqs)
    except TypeError:
        raise TypeError(f"seqs: must be a sequence of strings; got {type(seqs).__name__}") from None
    for i, sequence in enumerate(sequences):
        if not isinstance(sequence, str):
            raise TypeError(f"seqs: must hold strings; got {type(sequence).__name__}")
        if not sequence.isascii():
            site = next(site for site, letter in enumerate(sequence) if not letter.isascii())
            raise ValueError("seqs: must hold letters of the alphabet, - and ? only; got "
                             f"{ascii(sequence[site])} at site {site} of sequence {i}")
    return [str(sequence) for sequence in sequences]


def _alphabet(alphabet: Any) -> str | None:
    if alphabet is None or (isinstance(alphabet, str) and alphabet and alphabet.isascii()):
        return alphabet
    known = ", ".join(repr(name) for name in _ALPHABETS)
    if isinstance(alphabet, str):
        raise ValueError(f"alphabet: must be one of {known}, or printable ASCII letters; got {alphabet!a}")
    raise TypeError(f"alphabet: must be one of {known}, or letters; got {type(alphabet).__name__}")
