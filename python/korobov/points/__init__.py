"""Point sets, plain or randomized: one module per family.

A set is an immutable value. Point i is a pure function of (set, i): any range costs the same, in any order, in any
process, and coordinate j is the same in every dimension above j. Points are rows.
"""

from ._base import PointSet
from .any_base import *
from .digits import *
from .halton import *
from .iid import *
from .kronecker import *
from .latin_hypercube import *
from .lattice import *
from .nets import *

# In full, not joined from the modules' own lists: type checkers read no other form.
__all__ = [
    "IID",
    "DigitPoints",
    "DigitalNet",
    "DigitalNetAnyBase",
    "Faure",
    "Halton",
    "Hammersley",
    "Kronecker",
    "LatinHypercube",
    "Lattice",
    "Niederreiter",
    "PointSet",
    "Sobol",
]
