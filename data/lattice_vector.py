"""Makes and checks the default generating vector of Lattice and its criterion values.

    python data/lattice_vector.py make      writes both files (minutes)
    python data/lattice_vector.py check     recomputes the criterion by direct sums over all points, which share nothing with
                                            the search (a minute or more), and looks at form and short dual vectors
    python data/lattice_vector.py check 50  the first 50 dimensions

Needs the korobov package. The search is construct_lattice, embedded 2^10 .. 2^20, each step going on from the components of
the one before:

    components    criterion    product weights
    1, 2          P_2          1 and 144967 are given: of the second components that searches with other weights found, the
                               one of the least errors measured in two dimensions
    3 .. 5        P_2          0.1 j^-0.4
    6 .. 3600     P_4          0.0102 j^-1

P_4 is the criterion of lattices under the baker's transformation. In two to four dimensions it is below the rounding of
double arithmetic at 2^20 points, where P_2 is not. Weights were chosen by measurement (docs/lattice_vectors.md).
"""

import pathlib
import sys

import numpy as np

import korobov as kb

EXPONENTS = (10, 20)
DIMENSION = 3600
GIVEN = [1, 144967]
STEPS = [(5, "p2", 0.1, 0.4), (DIMENSION, "p4", 0.0102, 1.0)]     # last component, criterion, scale and decay of weights
FOLDER = pathlib.Path(__file__).resolve().parent
VECTOR = "lattice_embedded_2p10_2p20_d3600.txt"
ERRORS = "lattice_embedded_2p10_2p20_d3600_errors.txt"


def weights(scale, decay, d):
    return scale * np.arange(1, d + 1, dtype=float) ** -decay


def is_shown(s):
    """Dimensions whose errors are listed for each number of points; of the others, for 2^20 alone."""
    return s <= 100 or s % 100 == 0


def make(folder=FOLDER):
    z = GIVEN
    errors = []     # of the dimensions: criterion, (11) e^2
    for d, kernel, scale, decay in STEPS:
        found = kb.construct_lattice(d, embedded=EXPONENTS, weights=weights(scale, decay, d), kernel=kernel, given=z)
        errors += [(kernel, column) for column in found.level_squared_error[:, len(errors):].T]
        z = found.generating_vector
    with open(folder / VECTOR, "w", encoding="utf-8") as file:
        file.write("# lattice\n"
                   "# made by korobov's component-by-component search, embedded n = 2^10 .. 2^20 (data/lattice_vector.py says how)\n"
                   "# components 3 to 5: P_2, product weights 0.1 j^-0.4; 6 to 3600: P_4, product weights 0.0102 j^-1\n"
                   "# licence: Apache-2.0, as the project\n"
                   f"{DIMENSION} # dimensions\n{2**EXPONENTS[1]} # points\n")
        file.writelines(f"{component}\n" for component in z)
    with open(folder / ERRORS, "w", encoding="utf-8") as file:
        file.write(f"# Squared worst-case errors of {VECTOR}, by the criterion of the step that chose the component.\n"
                   "# dimension criterion e^2 at 2^20 points, then in some dimensions at 2^10, ..., 2^19\n")
        for s, (kernel, column) in enumerate(errors, 1):
            shown = [column[-1], *(column[:-1] if is_shown(s) else [])]
            file.write(f"{s} {kernel} " + " ".join(f"{error:.6e}" for error in shown) + "\n")


def read_vector():
    lines = [line.split("#")[0] for line in (FOLDER / VECTOR).read_text(encoding="utf-8").splitlines()]
    d, n, *z = [int(line) for line in lines if line.strip()]
    assert (d, n) == (len(z), 2**EXPONENTS[1])
    return np.array(z, dtype=np.uint64)


def read_errors():
    """[(criterion, [e^2 at 2^20, e^2 at 2^10, ..., 2^19])], by dimension."""
    lines = [line.split() for line in (FOLDER / ERRORS).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert [int(line[0]) for line in lines] == list(range(1, DIMENSION + 1))
    return [(kernel, [float(value) for value in values]) for _, kernel, *values in lines]


def check_form(z):
    """Odd, and different up to sign at 2^20 points."""
    assert z[:2].tolist() == GIVEN and np.all(z % 2 == 1)
    assert len(np.unique(np.minimum(z, 2**EXPONENTS[1] - z))) == len(z)


def check_errors(z, exponents=range(EXPONENTS[0], EXPONENTS[1] + 1)):
    """The listed errors of z's dimensions against direct sums; the largest relative difference. Seven digits are listed, and
    sums of terms of 1e-4 over many points are known to 1e-21."""
    listed = read_errors()
    worst = 0.0
    for m in exponents:
        column = 0 if m == EXPONENTS[1] else 1 + m - EXPONENTS[0]
        first = 0
        for last, kernel, scale, decay in STEPS:
            d = min(last, len(z))
            direct = kb.lattice_squared_error(z[:d], 2**m, weights=weights(scale, decay, d), kernel=kernel)
            for s in range(first, d):
                assert listed[s][0] == kernel
                if column < len(listed[s][1]):
                    difference = abs(listed[s][1][column] - direct[s])
                    assert difference <= 1e-6 * direct[s] + 1e-21, (m, s + 1, listed[s][1][column], direct[s])
                    worst = max(worst, difference / direct[s])
            first = d
            if d == len(z):
                break
    return worst


def shortest_dual(z, m, radius):
    """The least length of h != 0 with h . z = 0 mod 2^m and |h_j| <= radius; infinity if there is none."""
    axis = np.arange(-radius, radius + 1)
    sums, squares = np.zeros(1, dtype=np.int64), np.zeros(1)
    for component in z.astype(np.int64):
        sums = (sums[:, None] + axis * component).ravel() % 2**m
        squares = (squares[:, None] + axis**2).ravel()
    found = squares[(sums == 0) & (squares > 0)]
    return float(np.sqrt(found.min())) if found.size else np.inf


def check_dual(z):
    """Of the first s = 2, 3, 4 components: the shortest dual vector's length over n^(1/s), least over the numbers of points."""
    least = {}
    for s, radius in ((2, 700), (3, 60), (4, 18)):
        least[s] = min((min(shortest_dual(z[:s], m, radius), radius) / 2 ** (m / s), m)
                       for m in range(EXPONENTS[0], EXPONENTS[1] + 1))
    return least


if __name__ == "__main__":
    if sys.argv[1:] == ["make"]:
        make()
    elif sys.argv[1:2] == ["check"]:
        vector = read_vector()
        check_form(vector)
        for s, (ratio, m) in check_dual(vector).items():
            print(f"first {s} components: shortest dual vector at least {ratio:.2f} n^(1/{s}) for all n, least at 2^{m}")
        worst = check_errors(vector[: int(sys.argv[2]) if len(sys.argv) > 2 else None])
        print(f"errors equal direct sums; largest relative difference {worst:.1e}")
    else:
        sys.exit(__doc__)
