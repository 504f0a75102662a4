"""Quasi-Monte Carlo: point sets, their fast transforms, and integrals with error bounds.

>>> import numpy as np
>>> import korobov as kb
>>> kb.Sobol(3, seed=7).points(1024).shape
(1024, 3)
>>> r = kb.integrate(lambda x: np.prod(2 * x, axis=1), kb.Sobol(3, seed=7), abs_tol=1e-4)
>>> abs(r.value - 1) < 1e-4
True
"""

import typing as _typing
from importlib.util import find_spec as _find_spec

from . import (
    bootstrap,
    configuration,
    construct,
    derivative_gaussian_process,
    gaussian_process,
    gram,
    information,
    integrands,
    integration,
    kernels,
    low_rank,
    measures,
    multitask,
    multitask_gaussian_process,
    multitask_gram,
    points,
    result,
    rke,
    rules,
    sequences,
    stationary,
    tables,
    transforms,
)
from ._core import DataError, NumericalError
from ._core import version as __version__
from .bootstrap import *
from .configuration import *
from .construct import *
from .derivative_gaussian_process import *
from .gaussian_process import *
from .gram import *
from .information import *
from .integrands import *
from .integration import *
from .kernels import *
from .low_rank import *
from .measures import *
from .multitask import *
from .multitask_gaussian_process import *
from .multitask_gram import *
from .points import *
from .result import *
from .rke import *
from .rules import *
from .sequences import *
from .stationary import *
from .tables import *
from .transforms import *

if _typing.TYPE_CHECKING:
    from .estimators import GaussianProcessRegressor as GaussianProcessRegressor
    from .estimators import KernelPCA as KernelPCA
    from .estimators import Nystrom as Nystrom
    from .estimators import PromptRemoval as PromptRemoval
    from .estimators import RandomFourierFeatures as RandomFourierFeatures

DataError.__module__ = NumericalError.__module__ = __name__  # where users and pickles find them

__all__ = ["DataError", "NumericalError", "__version__"]
__all__ += bootstrap.__all__
__all__ += configuration.__all__
__all__ += construct.__all__
__all__ += derivative_gaussian_process.__all__
__all__ += gaussian_process.__all__
__all__ += gram.__all__
__all__ += information.__all__
__all__ += integrands.__all__
__all__ += integration.__all__
__all__ += kernels.__all__
__all__ += low_rank.__all__
__all__ += measures.__all__
__all__ += multitask.__all__
__all__ += multitask_gaussian_process.__all__
__all__ += multitask_gram.__all__
__all__ += points.__all__
__all__ += result.__all__
__all__ += rke.__all__
__all__ += rules.__all__
__all__ += sequences.__all__
__all__ += stationary.__all__
__all__ += tables.__all__
__all__ += transforms.__all__

_ESTIMATORS = ["GaussianProcessRegressor", "KernelPCA", "Nystrom", "PromptRemoval", "RandomFourierFeatures"]
if _find_spec("sklearn"):  # else `from korobov import *` could not give them
    __all__ += _ESTIMATORS

if not _typing.TYPE_CHECKING:  # a type checker would take every name for an attribute

    def __getattr__(name: str) -> _typing.Any:
        """The scikit-learn estimators: scikit-learn is imported when one is first used."""
        if name not in _ESTIMATORS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            from . import estimators
        except ImportError as error:
            raise ImportError(f"korobov.{name} is a scikit-learn estimator: install scikit-learn 1.6 or newer, as "
                              "pip install 'korobov[sklearn]' does") from error
        value = globals()[name] = getattr(estimators, name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
