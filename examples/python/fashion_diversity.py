"""How diverse are the classes of Fashion-MNIST? RKE and Vendi scores, numbers of modes, with intervals.

Data: Xiao, Rasul and Vollgraf (2017), Debian package dataset-fashion-mnist. Images are averaged over 4 x 4 squares, 49
numbers each. The kernel is Gaussian. RKE, which needs no eigenvalues, is asked at a lengthscale of 0.3 of the median
distance between images, where a class has up to fifty modes; the Vendi score at the median distance, where few features
hold the spectrum. Two kinds of intervals: by features, for the score of all pairs of these images; by the bootstrap of
300 of them, for that of the distribution they come from, which the score of all 1000 is near.
"""

import gzip
import sys
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

import korobov as kb

FOLDER = Path("/usr/share/datasets/fashion-mnist")
NAMES = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"]
SKIPPED = 77  # the exit status that test drivers take for "skipped"

if not FOLDER.exists():
    print("skipped: Fashion-MNIST is not here; on Debian, apt-get install dataset-fashion-mnist", file=sys.stderr)
    sys.exit(SKIPPED)

threadpool_limits(1)  # matrices are small: threads of a busy machine would wait for one another
with gzip.open(FOLDER / "t10k-images-idx3-ubyte.gz") as file:
    images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
with gzip.open(FOLDER / "t10k-labels-idx1-ubyte.gz") as file:
    labels = np.frombuffer(file.read(), np.uint8, offset=8)
X = images.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49) / 255

some = X[:1000]
median = np.median(np.sqrt(np.sum((some[:, None] - some) ** 2, axis=2)[np.triu_indices(1000, 1)]))
kernel = kb.GaussianKernel(0.3 * median)

exact, estimated = {}, {}
for label, name in enumerate(NAMES):
    rows = X[labels == label]
    exact[name] = kb.rke_score(rows, kernel)
    estimated[name] = kb.rke_score(rows, kernel, features=4096, seed=label)
for name in sorted(NAMES, key=exact.get):
    s = estimated[name]
    print(f"{name:9} RKE {exact[name]:7.2f}, by 4096 frequencies {s:7.2f} in [{s.lower:7.2f}, {s.upper:7.2f}]")

covered = sum(estimated[name].lower <= exact[name] <= estimated[name].upper for name in NAMES)
print(f"{covered} of 10 intervals hold the exact score")
assert covered >= 9
assert min(exact, key=exact.get) == "trouser"  # trousers look alike

wide = kb.GaussianKernel(median)
vendi = {}
covered = near = 0
for label, name in enumerate(NAMES):
    rows = X[labels == label]
    vendi[name] = kb.vendi_score(rows, kernel=wide)
    s = kb.vendi_score(rows, kernel=wide, features=128, seed=label)
    covered += s.lower <= vendi[name] <= s.upper
    entropy = kb.bootstrap_score(kb.von_neumann_entropy, rows[:300], wide, replications=60, seed=label)
    low, high = np.exp([entropy.lower, entropy.upper])
    near += low <= vendi[name] <= high
    print(f"{name:9} Vendi {vendi[name]:5.2f}, by 128 frequencies {s:5.2f} in [{s.lower:5.2f}, {s.upper:5.2f}]; "
          f"from 300 images in [{low:5.2f}, {high:5.2f}]")
print(f"{covered} of 10 intervals by features, {near} of 10 from 300 images hold the score of all")
assert covered >= 9 and near >= 7
assert max(vendi, key=vendi.get) == "bag" and set(sorted(vendi, key=vendi.get)[:2]) == {"trouser", "sneaker"}
