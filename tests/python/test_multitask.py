"""Multitask kernels by NumPy."""

import copy
import pickle

import numpy as np
import pytest

import korobov as kb

F, V = np.array([[1.0, 0.5], [-0.25, 2.0], [0.0, 1.5]]), np.array([0.5, 0.0, 0.25])
X, Z = np.random.default_rng(3).random((2, 5, 2))


@pytest.mark.parametrize("base", [kb.GaussianKernel(0.5), kb.ShiftInvariantKernel(2, alpha=1)], ids=repr)
def test_values(base):
    k = kb.MultitaskKernel(base, F, V)
    T = F @ F.T + np.diag(V)
    np.testing.assert_allclose(k.task_covariance, T, rtol=1e-15)
    s, t = np.array([0, 2, 1, 1, 0]), np.array([2, 2, 1, 0, 1])
    np.testing.assert_allclose(k(X, s, Z, t), T[np.ix_(s, t)] * base(X, Z), rtol=1e-14)
    np.testing.assert_allclose(k(X, 1), T[1, 1] * base(X), rtol=1e-14)
    np.testing.assert_allclose(k(X, 1, Z, 2), T[1, 2] * base(X, Z), rtol=1e-14)
    assert np.linalg.eigvalsh(k(np.concatenate([X, X]), [0] * 5 + [1] * 5)).min() > -1e-12
    for twin in (pickle.loads(pickle.dumps(k)), copy.deepcopy(k), k.with_parameters(k.parameters)):
        np.testing.assert_array_equal(twin(X, s), k(X, s))
        assert repr(twin)[:15] == "MultitaskKernel"
    assert pickle.loads(pickle.dumps(k)) == k and hash(copy.copy(k)) == hash(k) and k != 3
    assert k.parameter_names[-4:] == ["factor[2,1]", "diagonal[0]", "diagonal[1]", "diagonal[2]"]
    np.testing.assert_array_equal(k.parameters[-3:], V)
    assert k.kernel == base and k.factor.shape == (3, 2) and k.diagonal.tolist() == V.tolist()


def test_refused():
    base = kb.GaussianKernel()
    with pytest.raises(ValueError, match="must make factor"):
        kb.MultitaskKernel(base, [[1.0], [1.0]], [0.0, 0.0])
    with pytest.raises(ValueError, match="diagonal: must be finite and not negative; got -1"):
        kb.MultitaskKernel(base, [[1.0], [1.0]], [1.0, -1.0])
    with pytest.raises(ValueError, match="factor: must have one row per task"):
        kb.MultitaskKernel(base, [[1.0]], [1.0, 1.0])
    with pytest.raises(ValueError, match="factor: must have shape"):
        kb.MultitaskKernel(base, [1.0, 1.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="diagonal: must have one entry"):
        kb.MultitaskKernel(base, [[1.0]], [[1.0]])
    with pytest.raises(TypeError, match="kernel: must be a kernel"):
        kb.MultitaskKernel(3, [[1.0]], [1.0])
    k = kb.MultitaskKernel(base, F, V)
    with pytest.raises(ValueError, match=r"s: must be in"):
        k(X, 3)
    with pytest.raises(ValueError, match=r"s: must be in 0..2; got 3"):
        k(X, [0, 1, 2, 3, 0])
    with pytest.raises(ValueError, match="s: must have one task per point"):
        k(X, [0, 1])
    with pytest.raises(TypeError, match="s: must be a task"):
        k(X, [0.5] * 5)
    with pytest.raises(ValueError, match="parameters: must have shape"):
        k.with_parameters([1.0])
