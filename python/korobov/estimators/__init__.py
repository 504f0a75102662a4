"""The scikit-learn estimators. This package imports scikit-learn; ``korobov`` imports it when one is first used.

>>> import korobov as kb
>>> kb.RandomFourierFeatures(n_components=4)
RandomFourierFeatures(n_components=4)
"""

from .features import Nystrom, RandomFourierFeatures

__all__ = ["Nystrom", "RandomFourierFeatures"]
