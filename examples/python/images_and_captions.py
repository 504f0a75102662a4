"""What do images show beyond their captions? Schur-complement entropy of images given captions, and its removal.

Data: Xiao, Rasul and Vollgraf (2017), Debian package dataset-fashion-mnist. Captions are made by a template from class
and brightness ("a dark coat"), and counted word by word. Images are averaged over 4 x 4 squares and mapped to random
features of a Gaussian kernel at the median distance. PromptRemoval learns on 4000 pairs what of an image's features its
caption tells, and takes it out of 2000 others: what a linear classifier told the classes by is gone. That is all that
is promised: each class is moved by a vector of its own, and neighbours still see which was moved where.
"""

import gzip
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LinearRegression, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier

import korobov as kb

FOLDER = Path("/usr/share/datasets/fashion-mnist")
NAMES = ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"]
SKIPPED = 77  # the exit status that test drivers take for "skipped"
LEARN = 4000  # pairs to learn from; the others are for testing

if not FOLDER.exists():
    print("skipped: Fashion-MNIST is not here; on Debian, apt-get install dataset-fashion-mnist", file=sys.stderr)
    sys.exit(SKIPPED)

with gzip.open(FOLDER / "t10k-images-idx3-ubyte.gz") as file:
    images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)[:6000]
with gzip.open(FOLDER / "t10k-labels-idx1-ubyte.gz") as file:
    labels = np.frombuffer(file.read(), np.uint8, offset=8)[:6000]
X = images.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(-1, 49) / 255
brightness = X.mean(axis=1)
levels = np.digitize(brightness, np.quantile(brightness, [1 / 3, 2 / 3]))


def word_counts(captions):
    """(n, words): how often each word of the vocabulary is in a caption."""
    words = sorted({word for caption in captions for word in caption.split()})
    return np.array([[caption.split().count(word) for word in words] for caption in captions], dtype=float)


adjectives = ["dark", "plain", "bright"]
captions = {
    "class and brightness": [f"a {adjectives[level]} {NAMES[label]}" for level, label in zip(levels, labels)],
    "class": [f"a {NAMES[label]}" for label in labels],
    "brightness": [f"a {adjectives[level]} thing" for level in levels],
}
captions["of another image"] = list(np.random.default_rng(7).permutation(captions["class and brightness"]))
print("captions such as", ", ".join(repr(c) for c in captions["class and brightness"][:3]))

some = X[:1000]
median = np.median(np.sqrt(np.sum((some[:, None] - some) ** 2, axis=2)[np.triu_indices(1000, 1)]))
phi = kb.RandomFourierFeatures(400, kernel=kb.GaussianKernel(median), random_state=7).fit_transform(X)
phi -= phi[:LEARN].mean(axis=0)  # the mean is no variety

rest = {}
for name, text in captions.items():
    given = word_counts(text)
    s = kb.schur_complement_entropy(phi, given)
    total = s.trace + s.given_trace
    rest[name] = s
    print(f"given captions {name:20}: {s.given_trace / total:5.1%} of the variance explained, {s.dof:4.1f} directions; "
          f"left: trace {s.trace:.3f}, entropy {s.entropy:.2f}, value {s.value:.3f}")

learn, test = slice(0, LEARN), slice(LEARN, None)
given = word_counts(captions["class and brightness"])
removal = kb.PromptRemoval(ridge=1e-5).fit(phi[learn], given[learn])
left = removal.transform(phi, given)


def between_classes(features):
    """The share of the variance of the test part that is one of class means."""
    z, of = features[test] - features[test].mean(axis=0), labels[test]
    means = np.array([z[of == label].mean(axis=0) for label in range(10)])
    return np.sum(means[of] ** 2) / np.sum(z**2)


def accuracy(classifier, features):
    return classifier.fit(features[learn], labels[learn]).score(features[test], labels[test])


def of_brightness(features):
    """The share of the variance of brightness that is a linear function of the features, on the test part."""
    return LinearRegression().fit(features[learn], brightness[learn]).score(features[test], brightness[test])


share = [between_classes(features) for features in (phi, left)]
linear = [accuracy(RidgeClassifier(), features) for features in (phi, left)]
near = [accuracy(KNeighborsClassifier(5), features) for features in (phi, left)]
light = [of_brightness(features) for features in (phi, left)]
print(f"removed: between classes {share[0]:.1%} -> {share[1]:.1%} of the variance; class by a linear classifier "
      f"{linear[0]:.2f} -> {linear[1]:.2f}; brightness {light[0]:.2f} -> {light[1]:.2f} of its variance")
print(f"class by five neighbours {near[0]:.2f} -> {near[1]:.2f}")

assert rest["class and brightness"].value < rest["class"].value < rest["of another image"].value
assert rest["class and brightness"].value < rest["brightness"].value < rest["of another image"].value
whole = kb.schur_complement_entropy(phi[learn], given[learn], ridge=1e-5)
kept = np.mean(np.sum(left[learn] ** 2, axis=1))  # the trace left, but for the ridge's part
assert np.isclose(kept, whole.trace - whole.ridge * np.sum(removal.map_**2), rtol=1e-9)
assert share[0] > 0.3 and share[1] < 0.02
assert linear[0] > 0.75 and linear[1] < 0.25
assert light[0] > 0.9 and light[1] < 0.5
assert near[1] > 0.5
