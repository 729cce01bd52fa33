from .nn import *
from .flatten import *
