"""fftbr, ifftbr (bit_reversed_fft) and fwht against NumPy's FFT after a bit reversal, and against Hadamard matrices."""

import numpy as np
import pytest

import korobov as kb

rng = np.random.default_rng(2024)


def bit_reversal(n):
    m = n.bit_length() - 1
    return np.array([int(format(i, f"0{m}b")[::-1], 2) if m else 0 for i in range(n)])


def hadamard(n):
    h = np.ones((1, 1))
    while len(h) < n:
        h = np.block([[h, h], [h, -h]]) / np.sqrt(2)
    return h


def values(shape, dtype):
    if np.dtype(dtype).kind == "c":
        return (rng.normal(size=shape) + 1j * rng.normal(size=shape)).astype(dtype)
    return (rng.normal(size=shape) * 100).astype(dtype)


def relative_error(a, b):
    return np.linalg.norm(np.ravel(a - b)) / max(np.linalg.norm(np.ravel(b)), 1e-300)


@pytest.mark.parametrize("m", range(13))
@pytest.mark.parametrize("dtype", [np.float64, np.complex128, np.int32, np.float32])
def test_fftbr_is_the_unitary_fft_of_the_reversed_input(m, dtype):
    n = 2**m
    y = values((3, n), dtype)
    bound = 16 * 2.0**-53 * (m + 1)  # ours and NumPy's, each 8 u (m + 1)
    z = kb.fftbr(y)
    assert z.dtype == np.complex128 and z.shape == y.shape
    expected = np.fft.fft(y.astype(np.complex128)[:, bit_reversal(n)], norm="ortho")
    assert relative_error(z, expected) <= bound
    back = kb.ifftbr(z)
    assert back.dtype == np.complex128
    assert relative_error(back, y.astype(np.complex128)) <= bound
    assert relative_error(kb.ifftbr(y), np.fft.ifft(y.astype(np.complex128), norm="ortho")[:, bit_reversal(n)]) <= bound


@pytest.mark.parametrize("m", range(11))
@pytest.mark.parametrize("dtype, result, unit", [
    (np.float64, np.float64, 2.0**-53), (np.float32, np.float32, 2.0**-24), (np.int64, np.float64, 2.0**-53),
    (np.uint8, np.float64, 2.0**-53), (bool, np.float64, 2.0**-53), (np.complex128, np.complex128, 2.0**-53),
    (np.complex64, np.complex64, 2.0**-24)], ids=str)
def test_fwht_is_the_hadamard_matrix(m, dtype, result, unit):
    n = 2**m
    y = values((2, n), dtype)
    z = kb.fwht(y)
    assert z.dtype == result and z.shape == y.shape
    exact = y.astype(np.result_type(result, np.float64)) @ hadamard(n)
    assert relative_error(z, exact) <= (m + 2) * unit + n * 2.0**-53  # ours, and that of the product
    assert relative_error(kb.fwht(z), y.astype(result)) <= 2 * (m + 2) * unit


@pytest.mark.parametrize("transform", [kb.fftbr, kb.ifftbr, kb.fwht])
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
def test_any_axis(transform, axis, dtype):
    y = values((4, 8, 2), dtype)
    before = y.copy()
    expected = np.apply_along_axis(transform, axis, y)
    np.testing.assert_array_equal(transform(y, axis), expected)
    np.testing.assert_array_equal(transform(np.asfortranarray(y), axis=axis), expected)
    np.testing.assert_array_equal(transform(y[::-1], axis), np.apply_along_axis(transform, axis, y[::-1]))
    np.testing.assert_array_equal(y, before)


def test_lists_and_empty_batches():
    np.testing.assert_allclose(kb.fwht([1, 1, -1, -1]), [0, 0, 2, 0])
    np.testing.assert_allclose(kb.fftbr([[1, 1], [1, -1]]), np.sqrt(2) * np.eye(2))
    assert kb.fwht(np.zeros((0, 4))).shape == (0, 4)
    assert kb.fftbr(np.zeros((0, 4))).shape == (0, 4)


@pytest.mark.parametrize("transform", [kb.fftbr, kb.ifftbr, kb.fwht])
@pytest.mark.parametrize("y, axis, error, message", [
    (np.ones(3), -1, ValueError, "power of two along axis -1; got 3"),
    (np.ones((4, 6)), 1, ValueError, "power of two along axis 1; got 6"),
    (np.ones((6, 4)), 0, ValueError, "power of two along axis 0; got 6"),
    (np.ones(0), -1, ValueError, "power of two along axis -1; got 0"),
    (1.0, -1, ValueError, "at least one axis"),
    (np.ones(4), 1, ValueError, "axis 1 is out of bounds"),
    (np.ones(4), -2, ValueError, "axis -2 is out of bounds"),
    (np.array(["a", "b"]), -1, TypeError, "must hold real or complex numbers"),
    (np.array([None, 1]), -1, TypeError, "must hold real or complex numbers"),
    (np.ones(4, np.longdouble), -1, TypeError, "at most double precision"),
    ([[1, 2], [1]], -1, ValueError, "equal lengths"),
], ids=str)
def test_bad_input(transform, y, axis, error, message):
    with pytest.raises(error, match=message):
        transform(y, axis=axis)


def test_lattice_gram_matrix_is_diagonal():
    """K = (F P)^H diag(lambda) (F P) for a shift-invariant kernel on a lattice in radical-inverse order."""
    x = kb.Lattice(2, seed=1).points(32)
    gram = np.prod(1 + 0.3 * np.cos(2 * np.pi * (x[:, None] - x[None])), axis=-1)
    diagonal = kb.fftbr(kb.fftbr(gram, axis=0).conj(), axis=1)
    assert np.abs(diagonal - np.diag(np.diag(diagonal))).max() < 32 * 2.0**-50


@pytest.mark.parametrize("order", ["natural", "gray"])
def test_net_gram_matrix_is_diagonal(order):
    """K = H diag(lambda) H for a kernel of x ^ z on a net; here the first digit of the exclusive or."""
    w = kb.Sobol(2, seed=1, order=order).integers(32)
    gram = np.prod(1 + 0.5 * (1.0 - 2.0 * ((w[:, None] ^ w[None]) >> np.uint64(62) & np.uint64(1))), axis=-1)
    diagonal = kb.fwht(kb.fwht(gram, axis=0), axis=1)
    assert np.abs(diagonal - np.diag(np.diag(diagonal))).max() < 32 * 2.0**-50
