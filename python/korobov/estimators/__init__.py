"""The scikit-learn estimators. This package imports scikit-learn; ``korobov`` imports it when one is first used.

>>> import korobov as kb
>>> kb.RandomFourierFeatures(n_components=4)
RandomFourierFeatures(n_components=4)
"""

from .features import Nystrom, RandomFourierFeatures
from .gaussian_process import GaussianProcessRegressor

__all__ = ["GaussianProcessRegressor", "Nystrom", "RandomFourierFeatures"]
