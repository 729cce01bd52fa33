import numpy as np
import scipy
from scipy.special import erf


class GELU:
    def forward(self, Z):
        return 0.5 * Z * (1 + erf(Z / np.sqrt(2)))
