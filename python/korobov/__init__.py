"""Quasi-Monte Carlo: point sets, their fast transforms, and integrals with error bounds.

>>> import numpy as np
>>> import korobov as kb
>>> kb.Sobol(3, seed=7).points(1024).shape
(1024, 3)
>>> r = kb.integrate(lambda x: np.prod(2 * x, axis=1), kb.Sobol(3, seed=7), abs_tol=1e-4)
>>> abs(r.value - 1) < 1e-4
True
"""

from . import (
    configuration,
    construct,
    gaussian_process,
    gram,
    integrands,
    integration,
    kernels,
    measures,
    points,
    result,
    rules,
    stationary,
    tables,
    transforms,
)
from ._core import DataError, NumericalError
from ._core import version as __version__
from .configuration import *
from .construct import *
from .gaussian_process import *
from .gram import *
from .integrands import *
from .integration import *
from .kernels import *
from .measures import *
from .points import *
from .result import *
from .rules import *
from .stationary import *
from .tables import *
from .transforms import *

DataError.__module__ = NumericalError.__module__ = __name__  # where users and pickles find them

__all__ = ["DataError", "NumericalError", "__version__"]
__all__ += configuration.__all__
__all__ += construct.__all__
__all__ += gaussian_process.__all__
__all__ += gram.__all__
__all__ += integrands.__all__
__all__ += integration.__all__
__all__ += kernels.__all__
__all__ += measures.__all__
__all__ += points.__all__
__all__ += result.__all__
__all__ += rules.__all__
__all__ += stationary.__all__
__all__ += tables.__all__
__all__ += transforms.__all__
