"""Point sets, plain or randomized: one module per family.

A set is an immutable value. Point i is a pure function of (set, i): any range costs the same, in any order, in any
process, and coordinate j is the same in every dimension above j. Points are rows.
"""

from . import halton, iid, kronecker, latin_hypercube, lattice, nets
from ._base import PointSet
from .halton import *
from .iid import *
from .kronecker import *
from .latin_hypercube import *
from .lattice import *
from .nets import *

__all__ = [
    "PointSet",
    *halton.__all__,
    *iid.__all__,
    *kronecker.__all__,
    *latin_hypercube.__all__,
    *lattice.__all__,
    *nets.__all__,
]
