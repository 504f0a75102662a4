"""KernelPCA and PromptRemoval: scikit-learn's PCA and KernelPCA, published values, scikit-learn's conventions."""

import pickle

import numpy as np
import pytest

import korobov as kb

pytest.importorskip("sklearn")
from sklearn.base import clone  # noqa: E402
from sklearn.datasets import load_digits, load_iris  # noqa: E402
from sklearn.decomposition import PCA  # noqa: E402
from sklearn.decomposition import KernelPCA as Reference  # noqa: E402
from sklearn.metrics.pairwise import rbf_kernel  # noqa: E402
from sklearn.model_selection import GridSearchCV, cross_val_score  # noqa: E402
from sklearn.neighbors import KNeighborsRegressor  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402
from sklearn.utils.estimator_checks import parametrize_with_checks  # noqa: E402

IRIS = load_iris().data
RBF = kb.GaussianKernel(np.sqrt(2))  # gamma = 1/4


@parametrize_with_checks([kb.KernelPCA(), kb.KernelPCA(kernel=kb.GaussianKernel()),
                          kb.KernelPCA(kernel=kb.GaussianKernel(), solver="nystrom", random_state=1)])
def test_kernel_pca_keeps_scikit_learns_conventions(estimator, check):
    check(estimator)


NEEDS_GIVEN = dict.fromkeys((
    "check_dict_unchanged", "check_dtype_object", "check_estimators_dtypes", "check_estimators_pickle",
    "check_f_contiguous_array_estimator", "check_fit_idempotent", "check_methods_sample_order_invariance",
    "check_methods_subset_invariance", "check_transformer_data_not_an_array", "check_transformer_general",
    "check_transformer_preserve_dtypes"), "without given_columns transform takes a second argument")


@parametrize_with_checks([kb.PromptRemoval(given_columns=[0]), kb.PromptRemoval()],
                         expected_failed_checks=lambda e: {} if e.given_columns else NEEDS_GIVEN)
def test_prompt_removal_keeps_scikit_learns_conventions(estimator, check):
    check(estimator)


def up_to_signs(got, expected, tolerance):
    signs = np.sign((got * expected).sum(axis=0))
    np.testing.assert_allclose(got, expected * signs, atol=tolerance)


def test_published_eigenvalues_of_iris():
    pca = kb.KernelPCA(2, kernel=RBF).fit(IRIS)
    np.testing.assert_allclose(pca.eigenvalues_, [48.1105156395698, 19.094294284190546], rtol=1e-12)
    assert kb.vendi_score(IRIS, kernel=RBF) == pytest.approx(5.214184450417212, rel=1e-12)


@pytest.mark.parametrize("solver", ["dense", "lanczos"])
@pytest.mark.parametrize("X, gamma", [(IRIS, 0.25), (load_digits().data[:300], 1e-3)])
def test_scikit_learns_kernel_pca_up_to_signs(X, gamma, solver):
    expected = Reference(4, kernel="rbf", gamma=gamma, eigen_solver="dense").fit(X)
    pca = kb.KernelPCA(4, kernel=kb.GaussianKernel(np.sqrt(0.5 / gamma)), solver=solver)
    up_to_signs(pca.fit_transform(X), expected.transform(X), 1e-6)
    np.testing.assert_allclose(pca.eigenvalues_, expected.eigenvalues_, rtol=1e-9)
    np.testing.assert_allclose(pca.transform(X), pca.fit_transform(X), atol=1e-6)
    up_to_signs(pca.transform(X[::7] + 0.1), expected.transform(X[::7] + 0.1), 1e-6)
    k = rbf_kernel(X, gamma=gamma)
    centred = k - k.mean(0) - k.mean(1)[:, None] + k.mean()
    np.testing.assert_allclose(pca.explained_variance_ratio_, pca.eigenvalues_ / np.trace(centred), rtol=1e-10)
    given = kb.KernelPCA(4, kernel="precomputed").fit(k)
    np.testing.assert_allclose(given.transform(k), pca.fit_transform(X), atol=1e-6)


def test_landmarks_are_exact_when_all_are_and_bound_the_rest():
    exact = kb.KernelPCA(4, kernel=RBF, solver="dense").fit(IRIS)
    every = kb.KernelPCA(4, kernel=RBF, solver="nystrom", landmarks=150, random_state=1)
    np.testing.assert_allclose(every.fit_transform(IRIS), exact.fit_transform(IRIS), atol=1e-9)
    np.testing.assert_allclose(every.transform(IRIS[::7] + 0.1), exact.transform(IRIS[::7] + 0.1), atol=1e-5)
    np.testing.assert_allclose(every.explained_variance_ratio_, exact.explained_variance_ratio_, rtol=1e-10)
    some = kb.KernelPCA(4, kernel=RBF, solver="nystrom", landmarks=30, random_state=1).fit(IRIS)
    features = kb.Nystrom(30, kernel=RBF, random_state=1)
    reference = PCA(4).fit(features.fit_transform(IRIS))
    assert some.landmark_indices_.tolist() == features.component_indices_.tolist()
    assert some.trace_error_ == pytest.approx(features.trace_error_)
    up_to_signs(some.transform(IRIS + 0.1), reference.transform(features.transform(IRIS + 0.1)), 1e-9)
    assert np.all(some.explained_variance_ratio_ < exact.explained_variance_ratio_)
    assert np.all(some.explained_variance_ratio_ > 0.98 * exact.explained_variance_ratio_)
    assert np.array_equal(pickle.loads(pickle.dumps(some)).transform(IRIS), some.transform(IRIS))
    back = some.inverse_transform(some.transform(IRIS))
    assert np.abs(back - IRIS).mean() < 0.3
    np.testing.assert_allclose(back[some.landmark_indices_], IRIS[some.landmark_indices_], atol=1e-2)  # nearly interpolated
    assert kb.KernelPCA(120, kernel=RBF, solver="nystrom", random_state=1).fit(IRIS).eigenvalues_.size == 120
    for arguments, message in (({"landmarks": 30}, "landmarks: must be left out unless solver='nystrom'; got 30"),
                               ({"solver": "nystrom", "landmarks": 3}, r"landmarks: must be in \[4, 150\]; got 3"),
                               ({"solver": "nystrom", "kernel": None}, "solver: 'nystrom' needs samples and a kernel")):
        with pytest.raises(ValueError, match=message):
            kb.KernelPCA(4, **({"kernel": RBF} | arguments)).fit(IRIS)
    with pytest.raises(ValueError, match="solver: 'nystrom' needs samples and a kernel; got a point set"):
        kb.KernelPCA(2, kernel=kb.ShiftInvariantKernel(2), solver="nystrom").fit(kb.Lattice(2), n=8)


def test_without_a_kernel_it_is_pca():
    pca, reference = kb.KernelPCA(3).fit(IRIS), PCA(3).fit(IRIS)
    up_to_signs(pca.transform(IRIS), reference.transform(IRIS), 1e-12)
    np.testing.assert_allclose(pca.explained_variance_ratio_, reference.explained_variance_ratio_, rtol=1e-12)
    np.testing.assert_allclose(pca.inverse_transform(pca.transform(IRIS)),
                               reference.inverse_transform(reference.transform(IRIS)), atol=1e-7)
    whole = kb.KernelPCA(4).fit(IRIS)
    np.testing.assert_allclose(whole.inverse_transform(whole.transform(IRIS)), IRIS, atol=1e-6)  # the mean is restored


def test_pre_images_come_back():
    X = IRIS[::3]
    pca = kb.KernelPCA(20, kernel=RBF).fit(X)
    scores = pca.transform(X)
    assert np.abs(pca.inverse_transform(scores) - X).max() < 0.05
    fixed = kb.KernelPCA(20, kernel=RBF, preimage="fixed_point").fit(X)
    back = fixed.inverse_transform(scores)
    assert np.abs(fixed.transform(back) - scores).mean() < 0.05
    with pytest.raises(ValueError, match="fixed_point"):
        kb.KernelPCA(2, kernel=kb.LaplaceKernel(), preimage="fixed_point").fit(X).inverse_transform(scores[:, :2])
    with pytest.raises(ValueError, match="precomputed"):
        kb.KernelPCA(2, kernel="precomputed").fit(X @ X.T).inverse_transform(scores[:, :2])


@pytest.mark.parametrize("points, kernel", [
    (kb.Lattice(2, seed=1), kb.ShiftInvariantKernel(2, weights=[1, 0.3])),
    (kb.Sobol(2, seed=1), kb.DigitallyShiftInvariantKernel(2)),
])
def test_points_have_characters(points, kernel):
    pca = kb.KernelPCA(3, kernel=kernel).fit(points, n=128)
    X = points.points(128)
    dense = kb.KernelPCA(3, kernel=kernel, solver="dense").fit(X)
    np.testing.assert_allclose(pca.eigenvalues_, dense.eigenvalues_, rtol=1e-10)
    np.testing.assert_allclose(pca.transform(X), pca.fit_transform(points, n=128), atol=1e-10)
    k = kernel(X)
    centred = k - k.mean(0) - k.mean(1)[:, None] + k.mean()
    np.testing.assert_allclose(centred @ pca.eigenvectors_, pca.eigenvectors_ * pca.eigenvalues_,
                               atol=1e-10 * pca.eigenvalues_[0])


def test_indefinite_matrices_need_a_rule():
    k = -np.abs(np.subtract.outer(IRIS[:30, 0], IRIS[:30, 0])) ** 2.5
    with pytest.raises(ValueError, match="least eigenvalue"):
        kb.KernelPCA(2, kernel="precomputed").fit(k)
    centred = k - k.mean(0) - k.mean(1)[:, None] + k.mean()
    values = np.linalg.eigvalsh(centred)
    clip = kb.KernelPCA(2, kernel="precomputed", indefinite="clip").fit(k)
    np.testing.assert_allclose(clip.eigenvalues_, values[::-1][:2], rtol=1e-10, atol=1e-12)
    assert clip.least_eigenvalue_ == pytest.approx(values[0])
    shift = kb.KernelPCA(2, kernel="precomputed", indefinite="shift").fit(k)
    np.testing.assert_allclose(shift.eigenvalues_, values[::-1][:2] - values[0], rtol=1e-10)
    flip = kb.KernelPCA(2, kernel="precomputed", indefinite="flip").fit(k)
    np.testing.assert_allclose(flip.eigenvalues_, np.sort(np.abs(values))[::-1][:2], rtol=1e-10)


@pytest.mark.parametrize("jitter", [0, 1e-5])
def test_repeated_samples_keep_their_eigenvalues(jitter):
    rng = np.random.default_rng(2)
    X = (20 * rng.normal(size=(5, 3)))[np.arange(420) % 5] + jitter * rng.normal(size=(420, 3))
    lanczos = kb.KernelPCA(2, kernel=kb.GaussianKernel()).fit(X)
    k = kb.GaussianKernel()(X)
    values = np.linalg.eigvalsh(k - k.mean(0) - k.mean(1)[:, None] + k.mean())
    np.testing.assert_allclose(lanczos.eigenvalues_, values[::-1][:2], rtol=1e-9)


def test_scores_of_rounding_are_zero():
    X = np.random.default_rng(0).normal(size=(150, 1))
    pca = kb.KernelPCA(100, kernel=kb.GaussianKernel(), solver="lanczos")
    scores = pca.fit_transform(X)
    assert pca.eigenvalues_[-1] == 0 and not scores[:, -1].any() and not pca.transform(X)[:, -1].any()
    with pytest.raises(ValueError, match="must not be constant"):
        kb.KernelPCA(2).fit(np.full((7, 2), 0.1))


@pytest.mark.parametrize("rule", ["clip", "shift", "flip"])
def test_indefinite_matrices_transform_as_they_fit(rule):
    z = np.random.default_rng(0).normal(size=(420, 6))
    k = z @ z.T - 0.3 * np.eye(420)
    pca = kb.KernelPCA(5, kernel="precomputed", indefinite=rule)
    np.testing.assert_allclose(pca.fit_transform(k), pca.fit(k).transform(k), atol=1e-10)
    assert np.array_equal(pickle.loads(pickle.dumps(pca)).fit_transform(k), pca.fit_transform(k))
    assert pca.least_eigenvalue_ == pytest.approx(-0.3) and pca.explained_variance_ratio_.sum() <= 1
    if rule == "clip":
        with pytest.raises(ValueError, match="solver: must be dense"):
            kb.KernelPCA(5, kernel="precomputed", indefinite=rule, solver="lanczos").fit(k)


def test_fits_travel():
    for pca in (kb.KernelPCA(2, kernel=RBF).fit(IRIS), kb.KernelPCA(2).fit(IRIS)):
        assert np.array_equal(pickle.loads(pickle.dumps(pca)).transform(IRIS), pca.transform(IRIS))
    assert kb.KernelPCA(2).fit(IRIS).get_feature_names_out().tolist() == ["kernelpca0", "kernelpca1"]


def test_prompt_removal():
    rng = np.random.default_rng(3)
    given = rng.random((50, 3))
    X = given @ rng.random((3, 4)) + 0.1 * rng.random((50, 4))
    rest = kb.PromptRemoval(ridge=0).fit(X, given).transform(X, given)
    np.testing.assert_allclose(rest, X - given @ np.linalg.lstsq(given, X, rcond=None)[0], atol=1e-13)
    removal = kb.PromptRemoval().fit(X, given)
    split = kb.schur_complement_entropy(X, given)
    rest = removal.transform(X, given)
    assert (rest**2).sum() / 50 == pytest.approx(split.trace - split.ridge * (removal.map_**2).sum(), rel=1e-12)
    assert removal.fit_transform(X, given).tolist() == rest.tolist()
    assert kb.PromptRemoval().fit(X, given[:, 0]).map_.shape == (1, 4)
    with pytest.raises(ValueError, match="as many samples"):
        removal.transform(X, given[:4])
    with pytest.raises(ValueError, match="ridge"):
        kb.PromptRemoval(ridge=-1).fit(X, given)


@pytest.mark.parametrize("columns", [[4, 1], [-1, 1], np.array([1, 4]), slice(1, 5, 3), [False, True, False, False, True]])
def test_prompt_removal_of_columns(columns):
    X = np.random.default_rng(3).random((50, 5))
    others, given = X[:, [0, 2, 3]], X[:, [1, 4]]
    removal = kb.PromptRemoval(given_columns=columns).fit(X, np.arange(50.0))  # what is predicted has no part in it
    by_hand = kb.PromptRemoval().fit(others, given)
    assert np.array_equal(removal.map_, by_hand.map_) and removal.map_.shape == (2, 3) and removal.n_features_in_ == 5
    rest = removal.transform(X)
    assert np.array_equal(rest, by_hand.transform(others, given))
    assert np.array_equal(rest, clone(removal).fit_transform(X, np.arange(50.0)))
    assert np.array_equal(rest, pickle.loads(pickle.dumps(removal)).transform(X))
    assert removal.get_feature_names_out().tolist() == ["x0", "x2", "x3"]
    assert removal.get_feature_names_out(list("abcde")).tolist() == ["a", "c", "d"]
    assert by_hand.get_feature_names_out().tolist() == ["x0", "x1", "x2"]


def test_prompt_removal_in_a_pipeline():
    """What is predicted is what the other columns hold beyond the first, which hides it."""
    rng = np.random.default_rng(5)
    rest, given = rng.standard_normal((2, 120))
    X = np.column_stack([given, 30 * given + rest, rng.standard_normal(120)])
    model = make_pipeline(kb.PromptRemoval(ridge=0, given_columns=[0]), StandardScaler(), KNeighborsRegressor(3))
    without = make_pipeline(StandardScaler(), KNeighborsRegressor(3))
    assert cross_val_score(model, X, rest, cv=4).min() > 0.5 > cross_val_score(without, X, rest, cv=4).max()
    assert model.fit(X, rest)[:-1].get_feature_names_out().tolist() == ["x1", "x2"]
    grid = GridSearchCV(model, {"promptremoval__given_columns": [[2], [0]]}, cv=4).fit(X, rest)
    assert grid.best_params_ == {"promptremoval__given_columns": [0]}


def test_prompt_removal_of_named_columns():
    pandas = pytest.importorskip("pandas")
    X = pandas.DataFrame(np.random.default_rng(3).random((9, 3)), columns=["a", "b", "c"])
    for columns in ("b", ["b"], [1]):
        removal = kb.PromptRemoval(given_columns=columns).set_output(transform="pandas").fit(X)
        assert removal.transform(X).columns.tolist() == ["a", "c"]
        assert removal.fit_transform(X).index.tolist() == X.index.tolist()
    with pytest.raises(ValueError, match=r"given_columns: must be among X's names of columns, \['a', 'b', 'c'\]; got 'd'"):
        kb.PromptRemoval(given_columns=["d"]).fit(X)


def test_what_is_given_twice_or_never():
    X = np.random.default_rng(3).random((9, 3))
    given = X[:, :1]
    for columns, error, message in (
        ([3], ValueError, "given_columns: must be columns of X, of n_features=3; got 3"),
        ([-4], ValueError, "got -4"),
        ([0, 0], ValueError, "must name a column once"),
        ([2, -1], ValueError, "must name a column once"),
        ([0, 1, 2], ValueError, "must name some columns of X and leave one"),
        ([], ValueError, "must name some"),
        (slice(3, 4), ValueError, "must name some"),
        ([True, False], ValueError, "a mask must have an entry per column of X, 3; got 2"),
        (["a"], ValueError, r"among X's names of columns, \[\]; got 'a'"),
        ([0.0], TypeError, "must be ints, a slice"),
        ([[0]], TypeError, "must be ints, a slice"),
    ):
        with pytest.raises(error, match=message):
            kb.PromptRemoval(given_columns=columns).fit(X)
    removal = kb.PromptRemoval(given_columns=[0]).fit(X)
    for call in (removal.fit, removal.transform, removal.fit_transform):
        with pytest.raises(ValueError, match="given: must be left out with given_columns; got ndarray"):
            call(X, given=given)
    removal = kb.PromptRemoval().fit(X, given)
    for call in (removal.fit, removal.transform, removal.fit_transform):
        with pytest.raises(ValueError, match="given: must be passed unless given_columns names columns of X; got None"):
            call(X)
    # By its name it is given whatever a pipeline predicts.
    named = kb.PromptRemoval().fit_transform(X, np.ones(9), given=given)
    assert np.array_equal(named, removal.fit_transform(X, given))
    assert np.array_equal(named, removal.fit(X, given=given).transform(X, given=given))


def test_bad_arguments():
    for arguments, error, message in (
        ({"n_components": 200}, ValueError, "n_components: must not exceed the number of samples, 150; got 200"),
        ({"n_components": 0}, ValueError, "n_components"),
        ({"kernel": "rbf"}, TypeError, "kernel"),
        ({"solver": "qr"}, ValueError, "solver"),
        ({"indefinite": "drop"}, ValueError, "indefinite"),
        ({"preimage": "none"}, ValueError, "preimage"),
        ({"ridge": 0}, ValueError, "ridge"),
        ({"kernel": "precomputed"}, ValueError, "square"),
        ({"kernel": kb.ShiftInvariantKernel(3)}, ValueError, "dimension|columns"),
    ):
        with pytest.raises(error, match=message):
            kb.KernelPCA(**arguments).fit(IRIS)
    with pytest.raises(TypeError, match="kernel"):
        kb.KernelPCA(kernel=kb.DigitallyShiftInvariantKernel(2)).fit(kb.Lattice(2), n=8)
    with pytest.raises(ValueError, match="n: must be given"):
        kb.KernelPCA(kernel=kb.ShiftInvariantKernel(2)).fit(kb.Lattice(2))
