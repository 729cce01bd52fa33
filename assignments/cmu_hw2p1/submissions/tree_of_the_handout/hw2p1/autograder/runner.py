import sys
sys.path.append("mytorch")
from Conv1d import *
