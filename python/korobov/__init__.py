"""Quasi-Monte Carlo: point sets, their fast transforms, and integrals with error bounds.

>>> import numpy as np
>>> import korobov as kb
>>> kb.Sobol(3, seed=7).points(1024).shape
(1024, 3)
"""

from . import configuration, points, transforms
from ._core import DataError, NumericalError
from ._core import version as __version__
from .configuration import *
from .points import *
from .transforms import *

__all__ = [
    "DataError",
    "NumericalError",
    "__version__",
    *configuration.__all__,
    *points.__all__,
    *transforms.__all__,
]
