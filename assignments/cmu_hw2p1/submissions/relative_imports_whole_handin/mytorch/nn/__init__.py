from .activation import *
from .linear import *
from .loss import *
from .Conv1d import *
from .Conv2d import *
from .pool import *
from .resampling import *
