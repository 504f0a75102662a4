"""Which bat carried a rabies virus? Distances of 372 sequences, kernel PCA, a classifier of the host.

Data: nucleoprotein genes of Streicker et al. (2010) as in Faria et al. (2013), 17 host species, Debian package
beast-mcmc-examples (LGPL-3+). Many sequences are fragments, so sites are compared where both have a letter; the kernel
exp(-10 d) of Poisson distances d is then slightly indefinite, and its negative eigenvalues are cut off by name.

A host that is told right may be told by a near copy in the training part. So there are three ways of folding: at random;
with near copies, sequences joined by steps of at most 0.5 % of the sites, in one fold; with all of a state's in one.
"""

import gzip
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

import korobov as kb

FOLDER = Path("/usr/share/doc/beast-mcmc/examples/DiscreteTraits/phylogeneticGLM")
SKIPPED = 77  # the exit status that test drivers take for "skipped"
COMPONENTS, FOLDS, REPEATS = 10, 5, 3

if not FOLDER.exists():
    print("skipped: the rabies sequences are not here; on Debian, apt-get install beast-mcmc-examples (small container "
          "images leave /usr/share/doc out)", file=sys.stderr)
    sys.exit(SKIPPED)

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "batRABV.fas"
    path.write_bytes(gzip.decompress((FOLDER / "batRABV.fas.gz").read_bytes()))
    names, sequences = kb.read_fasta(path)
with gzip.open(FOLDER / "batRABV_hostLocation.txt.gz", "rt") as file:
    table = {name: (host, state) for name, host, state in (line.split("\t") for line in file.read().splitlines()[1:])}
hosts, states = np.array([table[name] for name in names]).T

counts = Counter(hosts)
known = np.array([host != "?" and counts[host] >= FOLDS for host in hosts])
distances = kb.sequence_distances(sequences, "poisson", gaps="pairwise", alphabet="dna")
K = np.exp(-10 * distances)
try:
    kb.KernelPCA(COMPONENTS, kernel="precomputed").fit(K)
except ValueError as error:
    print(f"refused without a rule: {error}")
pca = kb.KernelPCA(COMPONENTS, kernel="precomputed", indefinite="clip").fit(K)
print(f"{len(names)} sequences of {len(sequences[0])} sites: {COMPONENTS} components hold "
      f"{pca.explained_variance_ratio_.sum():.0%} of the variance; least eigenvalue {pca.least_eigenvalue_:.2f}, largest "
      f"{pca.eigenvalues_[0]:.1f}")

# In every fold components come from the training part alone: the pipeline hands on the rows and columns of K.
K, distances, hosts, states = K[np.ix_(known, known)], distances[np.ix_(known, known)], hosts[known], states[known]
pipeline = make_pipeline(kb.KernelPCA(COMPONENTS, kernel="precomputed", indefinite="clip"), KNeighborsClassifier(3))
near_copies = fcluster(linkage(squareform(distances), "single"), 0.005, "distance")
accuracy = {}
for name, groups in (("random", None), ("near copies together", near_copies), ("states apart", states)):
    folds = StratifiedKFold if groups is None else StratifiedGroupKFold
    accuracy[name] = [score for seed in range(REPEATS) for score in
                      cross_val_score(pipeline, K, hosts, groups=groups, cv=folds(FOLDS, shuffle=True, random_state=seed))]
share = max(Counter(hosts).values()) / len(hosts)
print(f"{len(hosts)} sequences of {len(set(hosts))} hosts, {near_copies.max()} groups of near copies, "
      f"{len(set(states))} states; always the most frequent host: {share:.2f}")
for name, scores in accuracy.items():
    print(f"folds {name:20}: accuracy {np.mean(scores):.2f}, of single folds {min(scores):.2f} to {max(scores):.2f}")

assert len(names) == 372 and share < 0.35
assert np.mean(accuracy["random"]) > 0.78
assert np.mean(accuracy["near copies together"]) > 0.75
assert np.mean(accuracy["states apart"]) > 0.7
