"""The scikit-learn estimators. This package imports scikit-learn; ``korobov`` imports it when one is first used.

>>> import korobov as kb
>>> kb.RandomFourierFeatures(n_components=4)
RandomFourierFeatures(n_components=4)
"""

from .features import Nystrom, RandomFourierFeatures
from .gaussian_process import GaussianProcessRegressor
from .kernel_information import KernelPCA, PromptRemoval

__all__ = ["GaussianProcessRegressor", "KernelPCA", "Nystrom", "PromptRemoval", "RandomFourierFeatures"]
