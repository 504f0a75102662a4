"""Correlated outputs at the same points: with T = U diag(t) U^T the rotated outputs y U are independent processes.

The covariance of outputs s and t is T_st k(x, z) and the noise is the same for all, so K = T (x) K_x + noise I is block
diagonal after the rotation (the intrinsic coregionalisation model; Bonilla, Chai, Williams 2008): output i of y U is a
process with kernel t_i k, or noise alone where t_i = 0. Same verbs as the compiled process, with a variance per output.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _core
from .kernels import Kernel

Matrix = NDArray[np.float64]


class CorrelatedOutputs:
    def __init__(self, points: Any, kernel: Kernel, noise: float, covariance: Matrix) -> None:
        values, self._rotation = np.linalg.eigh(covariance)
        least = 8 * np.finfo(float).eps * max(len(values), 1) * max(values[-1], 0.0)
        self._values = np.where(values > least, values, 0.0)
        if noise == 0 and not np.all(self._values > 0):
            raise ValueError("task_factor: must give a positive definite covariance of the outputs where there is no noise; "
                             f"got rank {int(np.count_nonzero(self._values))} of {len(values)}")
        self._parts = [_core.GaussianProcess(points, (float(t) * kernel)._handle, noise) if t > 0 else None
                       for t in self._values]
        self._residual = [np.zeros(0)] * len(values)  # of the outputs without a process
        self.outputs = len(values)
        self.noise = noise

    def fit(self, y: Matrix) -> None:
        for i, part in enumerate(self._parts):
            z = np.ascontiguousarray(y @ self._rotation[:, i : i + 1])
            if part is not None:
                part.fit(z, False, "mle", 0, 1)
            else:
                self._residual[i] = z[:, 0]
        self._n = y.shape[0]

    def extend(self, y: Matrix) -> None:
        self._append(y, lambda part, z: part.extend(z))
        self._n *= 2

    def condition(self, x: NDArray[np.uint64], y: Matrix, noise: float) -> None:
        if any(part is None for part in self._parts) and noise != self.noise:
            raise ValueError(f"noise: must be that of the other observations, {self.noise}, where the outputs' covariance is "
                             f"singular; got {noise}")
        self._append(y, lambda part, z: part.condition(x, z, noise))

    def _append(self, y: Matrix, take: Any) -> None:
        for i, part in enumerate(self._parts):
            z = np.ascontiguousarray(y @ self._rotation[:, i : i + 1])
            if part is not None:
                take(part, z)
            else:
                self._residual[i] = np.concatenate([self._residual[i], z[:, 0]])

    @property
    def n(self) -> int:
        return self._n

    @property
    def nugget(self) -> float:
        return max((part.nugget for part in self._parts if part is not None), default=0.0)

    @property
    def log_marginal_likelihood(self) -> float:
        total = 0.0
        for part, z in zip(self._parts, self._residual, strict=True):
            if part is not None:
                total += part.log_marginal_likelihood
            else:
                total -= 0.5 * (len(z) * math.log(2 * math.pi * self.noise) + float(z @ z) / self.noise)
        return total

    def predict(self, x: NDArray[np.uint64], mean: bool, variance: bool) -> tuple[Matrix, Matrix]:
        return self._joined([part and part.predict(x, mean, variance) for part in self._parts], x.shape[0], variance)

    def predict_shifted(self, shift: NDArray[np.uint64], variance: bool) -> tuple[Matrix, Matrix]:
        return self._joined([part and part.predict_shifted(shift, variance) for part in self._parts], self._n, variance)

    def _joined(self, parts: list[Any], rows: int, variance: bool) -> tuple[Matrix, Matrix]:
        means = np.zeros((rows, self.outputs))
        variances = np.zeros((rows, self.outputs))
        for i, part in enumerate(parts):
            if part is None:
                continue
            means[:, i] = part[0][:, 0]
            if variance:
                variances[:, i] = part[1]
        return means @ self._rotation.T, variances @ (self._rotation**2).T

    def covariance(self, x: NDArray[np.uint64]) -> Matrix:
        parts = [np.zeros((x.shape[0],) * 2) if part is None else part.covariance(x) for part in self._parts]
        return np.stack(parts, axis=-1) @ (self._rotation**2).T

    def sample(self, x: NDArray[np.uint64], count: int, seed: int) -> Matrix:
        size = count // self.outputs
        seeds = np.random.SeedSequence(seed).generate_state(self.outputs, np.uint64)
        paths = np.zeros((size, self.outputs, x.shape[0]))
        for i, part in enumerate(self._parts):
            if part is not None:
                paths[:, i] = part.sample(x, size, int(seeds[i]))
        return np.einsum("ti,sim->stm", self._rotation, paths).reshape(count, x.shape[0])

    def integral(self) -> tuple[Matrix, Matrix]:
        parts = [(np.zeros(1), 0.0) if part is None else part.integral() for part in self._parts]
        means = np.array([part[0][0] for part in parts])
        return self._rotation @ means, self._rotation**2 @ np.array([part[1] for part in parts])

    def projected_variance(self, n: int, x: NDArray[np.uint64]) -> Matrix:
        parts = [np.zeros(x.shape[0]) if part is None else part.projected_variance(n, x) for part in self._parts]
        return np.stack(parts, axis=-1) @ (self._rotation**2).T

    def projected_integral_variance(self, n: int) -> Matrix:
        parts = [0.0 if part is None else part.projected_integral_variance(n) for part in self._parts]
        return self._rotation**2 @ np.array(parts)
