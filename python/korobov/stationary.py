"""Stationary kernels: functions of the scaled difference of two points of R^d, for points of any kind.

The formulas are those of Rasmussen and Williams (2006), section 4.2.1, with scikit-learn's meaning of a lengthscale.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import positive, real
from .kernels import Kernel, _Leaf, _parameter

__all__ = ["CauchyKernel", "GaussianKernel", "LaplaceKernel", "MaternKernel", "RationalQuadraticKernel"]


class _Stationary(_Leaf):
    __slots__ = ()

    def _make(self, family: str, shape: float, arguments: dict[str, Any]) -> None:
        arguments["lengthscale"] = _parameter(arguments["lengthscale"], "lengthscale")
        arguments["scale"] = positive(arguments["scale"], "scale")
        self._begin(_core.stationary_kernel(family, shape, arguments["lengthscale"], arguments["scale"]), arguments)

    @property
    def lengthscale(self) -> float | NDArray[np.float64]:
        """One number for any dimension, or one per dimension."""
        return self._value("lengthscale")

    def _replaced(self, parameters: NDArray[np.float64]) -> Kernel:
        shape = self._arguments["lengthscale"].shape
        count = shape[0] if shape else 1
        return self._changed(scale=float(parameters[0]), lengthscale=parameters[1:1 + count].reshape(shape))


class GaussianKernel(_Stationary):
    """The Gaussian kernel scale exp(-r^2 / 2), r^2 = sum_j ((x_j - z_j) / l_j)^2.

    Parameters
    ----------
    lengthscale : float or (d,) array, positive
        l_j; one number fits any dimension.
    scale : float, positive
        k(x, x).

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> GaussianKernel(0.5)([[0.0, 0.0]], [[0.0, 0.0], [0.5, 0.0]]).round(6)
    array([[1.      , 0.606531]])
    """

    __slots__ = ()

    def __init__(self, lengthscale: ArrayLike = 1.0, scale: float = 1.0) -> None:
        self._make("gaussian", 0.0, {"lengthscale": lengthscale, "scale": scale})


class MaternKernel(_Stationary):
    """The Matern kernel scale 2^(1-nu) / Gamma(nu) s^nu K_nu(s), s = sqrt(2 nu) r, r^2 = sum_j ((x_j - z_j) / l_j)^2.

    nu = 1/2 gives exp(-s), 3/2 (1 + s) exp(-s), 5/2 (1 + s + s^2/3) exp(-s), infinity the Gaussian kernel; another nu
    costs a Bessel function per value.

    Parameters
    ----------
    nu : float, positive, at most 100 or infinity
        Smoothness: the paths have derivatives of any order below nu. It is not a hyper-parameter.
    lengthscale : float or (d,) array, positive
        l_j; one number fits any dimension.
    scale : float, positive
        k(x, x).

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> MaternKernel(1.5)([[0.0]], [[1.0]]).round(6)
    array([[0.483358]])
    """

    __slots__ = ()

    def __init__(self, nu: float = 2.5, lengthscale: ArrayLike = 1.0, scale: float = 1.0) -> None:
        nu = real(nu, "nu")
        self._make("matern", nu, {"nu": nu, "lengthscale": lengthscale, "scale": scale})

    @property
    def nu(self) -> float:
        """Smoothness."""
        return self._arguments["nu"]


class RationalQuadraticKernel(_Stationary):
    """The rational quadratic kernel scale (1 + r^2 / (2 alpha))^(-alpha), r^2 = sum_j ((x_j - z_j) / l_j)^2.

    It is a mixture of Gaussian kernels of different lengthscales, one of them as alpha grows.

    Parameters
    ----------
    lengthscale : float or (d,) array, positive
        l_j; one number fits any dimension.
    alpha : float, positive
        Shape of the mixture, a hyper-parameter.
    scale : float, positive
        k(x, x).

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> RationalQuadraticKernel(1.0, alpha=0.5)([[0.0]], [[1.0]]).round(6)
    array([[0.707107]])
    """

    __slots__ = ()

    def __init__(self, lengthscale: ArrayLike = 1.0, alpha: float = 1.0, scale: float = 1.0) -> None:
        alpha = positive(alpha, "alpha")
        self._make("rational_quadratic", alpha, {"lengthscale": lengthscale, "alpha": alpha, "scale": scale})

    @property
    def alpha(self) -> float:
        """Shape of the mixture."""
        return self._arguments["alpha"]

    def _replaced(self, parameters: NDArray[np.float64]) -> Kernel:
        return super()._replaced(parameters)._changed(alpha=float(parameters[-1]))


class LaplaceKernel(_Stationary):
    """The Laplace kernel scale exp(-sum_j |x_j - z_j| / l_j).

    Parameters
    ----------
    lengthscale : float or (d,) array, positive
        l_j; one number fits any dimension.
    scale : float, positive
        k(x, x).

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> LaplaceKernel([1.0, 0.5])([[0.0, 0.0]], [[1.0, 0.5]]).round(6)
    array([[0.135335]])
    """

    __slots__ = ()

    def __init__(self, lengthscale: ArrayLike = 1.0, scale: float = 1.0) -> None:
        self._make("laplace", 0.0, {"lengthscale": lengthscale, "scale": scale})


class CauchyKernel(_Stationary):
    """The Cauchy kernel scale / (1 + r^2), r^2 = sum_j ((x_j - z_j) / l_j)^2.

    Parameters
    ----------
    lengthscale : float or (d,) array, positive
        l_j; one number fits any dimension.
    scale : float, positive
        k(x, x).

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received.

    Examples
    --------
    >>> CauchyKernel(2.0)([[0.0]], [[2.0]])
    array([[0.5]])
    """

    __slots__ = ()

    def __init__(self, lengthscale: ArrayLike = 1.0, scale: float = 1.0) -> None:
        self._make("cauchy", 0.0, {"lengthscale": lengthscale, "scale": scale})
