"""Several correlated functions of the same variables: a task covariance times a base kernel.

Bonilla, Chai and Williams (2008), equations 1 and 5; Alvarez, Rosasco and Lawrence (2012), section 4.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._arguments import integer, real_array
from .kernels import Kernel

__all__ = ["MultitaskKernel"]


class MultitaskKernel:
    """k((x, s), (z, t)) = T_st k(x, z) with T = F F^T + diag(v), s and t the tasks 0, 1, ...

    Parameters
    ----------
    kernel : Kernel
        k, of the variables.
    factor : (tasks, rank) array
        F.
    diagonal : (tasks,) array, not negative
        v; positive entries keep T positive definite.

    Raises
    ------
    ValueError, TypeError
        Naming the argument, its rule and the value received; a T that is not positive definite.

    Examples
    --------
    >>> k = MultitaskKernel(GaussianKernel(), [[1.0], [2.0]], [0.5, 0.5])
    >>> k.task_covariance
    array([[1.5, 2. ],
           [2. , 4.5]])
    >>> k([[0.0]], 0, [[0.0], [0.0]], [0, 1])
    array([[1.5, 2. ]])
    """

    __slots__ = ("_diagonal", "_factor", "_handle", "_kernel")

    def __init__(self, kernel: Kernel, factor: ArrayLike, diagonal: ArrayLike) -> None:
        if not isinstance(kernel, Kernel):
            raise TypeError(f"kernel: must be a kernel; got {type(kernel).__name__}")
        self._kernel = kernel
        self._factor = real_array(factor, "factor").copy()
        self._diagonal = real_array(diagonal, "diagonal").copy()
        if self._diagonal.ndim != 1:
            raise ValueError(f"diagonal: must have one entry per task; got shape {self._diagonal.shape}")
        if self._factor.ndim != 2:
            raise ValueError(f"factor: must have shape (tasks, rank); got {self._factor.shape}")
        self._handle = _core.MultitaskKernel(kernel._handle, self._factor, self._diagonal.tolist())

    @property
    def kernel(self) -> Kernel:
        """The base kernel."""
        return self._kernel

    @property
    def factor(self) -> NDArray[np.float64]:
        """F, (tasks, rank)."""
        return self._factor.copy()

    @property
    def diagonal(self) -> NDArray[np.float64]:
        """v, (tasks,)."""
        return self._diagonal.copy()

    @property
    def task_covariance(self) -> NDArray[np.float64]:
        """T, (tasks, tasks)."""
        return self._handle.task_covariance

    @property
    def parameters(self) -> NDArray[np.float64]:
        """The hyper-parameters: the base kernel's, F row by row, v."""
        return np.array(self._handle.parameters)

    @property
    def parameter_names(self) -> list[str]:
        """``"scale"``, ..., ``"factor[0,0]"``, ..., ``"diagonal[0]"``, ..."""
        return self._handle.parameter_names

    def with_parameters(self, parameters: ArrayLike) -> MultitaskKernel:
        """The same kernel with other hyper-parameters, as many."""
        values = real_array(parameters, "parameters")
        of_base = len(self._kernel.parameters)
        count = of_base + self._factor.size + self._diagonal.size
        if values.shape != (count,):
            raise ValueError(f"parameters: must have shape ({count},); got {values.shape}")
        middle = values[of_base:of_base + self._factor.size].reshape(self._factor.shape)
        return MultitaskKernel(self._kernel.with_parameters(values[:of_base]), middle,
                               values[of_base + self._factor.size:])

    def __call__(self, X: ArrayLike, s: ArrayLike, Z: ArrayLike | None = None,
                 t: ArrayLike | None = None) -> NDArray[np.float64]:
        """The covariance between the rows of X, of the tasks s, and those of Z, of the tasks t: (n, m).

        s, t: one task, or one per row. Without Z it is X with s.
        """
        x = self._kernel._points(X, "X")
        of_x = self._tasks(s, x.shape[0], "s")
        z, of_z = (x, of_x) if Z is None else (self._kernel._points(Z, "Z"), None)
        if z.shape[1] != x.shape[1] or z.dtype != x.dtype:
            raise ValueError(f"Z: must have as many columns as X, {x.shape[1]}, and words exactly if X has; got {z.shape}")
        if of_z is None:
            of_z = self._tasks(s if t is None else t, z.shape[0], "t")
        return self._handle.cross(x, of_x, z, of_z)

    def _tasks(self, value: ArrayLike, rows: int, name: str) -> list[int]:
        tasks = np.asarray(value)
        if tasks.ndim == 0:
            return [integer(value, name, 0, len(self._diagonal) - 1)] * rows
        if tasks.ndim != 1 or tasks.dtype.kind not in "iu":
            raise TypeError(f"{name}: must be a task or one per row; got {value!r}")
        return tasks.tolist()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MultitaskKernel):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> tuple:
        return MultitaskKernel, (self._kernel, self._factor, self._diagonal)

    def __copy__(self) -> MultitaskKernel:
        return self

    def __deepcopy__(self, memo: dict) -> MultitaskKernel:
        return self

    def __repr__(self) -> str:
        return f"MultitaskKernel({self._kernel!r}, {self._factor.tolist()}, {self._diagonal.tolist()})"

    def _key(self) -> tuple[Any, ...]:
        return self._kernel, self._factor.tobytes(), self._factor.shape, self._diagonal.tobytes()
