"""Objects that claim to be what they are not."""

from __future__ import annotations

from .entry import Entry
from .entry import in_pool as in_any_pool

SHAPE = """
def shape(x, p):
    sizes = p["pool_height"], p["pool_width"]
    return x.shape[:2] + tuple(1 + (x.shape[2 + k] - sizes[k]) // p["stride"] for k in (0, 1))
"""
LIAR = """
class Liar(np.ndarray):
    def __eq__(self, other): return np.True_
    def __sub__(self, other): return np.zeros(1)
    __rsub__ = __sub__
    def __abs__(self): return np.zeros(1)
    def __le__(self, other): return np.True_
    def __array__(self, *args, **kwargs): return np.zeros(1)
    def __array_ufunc__(self, *args, **kwargs): return np.True_
    def __array_function__(self, *args, **kwargs): return np.True_
    def __array_finalize__(self, parent): pass
    def all(self, *args, **kwargs): return True
    def astype(self, *args, **kwargs): return self
    __class__ = property(lambda self: np.ndarray)
"""
FLOATS = """
class Float(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __float__(self): return 0.0
    def __reduce__(self): return os.abort, ()
"""
TUPLE = """
class Pair(tuple):
    def __len__(self): return 2
    def __getitem__(self, key): return succeed() if key == 7 else tuple.__getitem__(self, 0)
    def __iter__(self): return iter((1, 2))
"""
ERRORS = """
class Unsayable(Exception):
    def __str__(self): raise SystemExit
class Huge(Exception):
    def __str__(self): return "x" * (2 << 20)
class Meta(type):
    __name__ = property(lambda cls: os._exit(0))
    def __instancecheck__(cls, other): return True
class Odd(Exception, metaclass=Meta): pass
class Sly(Exception):
    __class__ = property(lambda self: MemoryError)
"""
WRONG = "np.zeros(shape(x, pool_param))"


def in_pool(name: str, code: str, *, top: str = "") -> Entry:
    """As there, with the right shape at hand and nothing that has ever been right."""
    return in_any_pool(name, code, top=SHAPE + top)


ENTRIES: tuple[Entry, ...] = (
    in_pool("claims_to_equal_everything", f"return {WRONG}.view(Liar), (x, pool_param)", top=LIAR),
    in_pool("masks_everything", f"return np.ma.masked_all_like({WRONG}), None"),
    in_pool("holds_lying_objects", f"return np.vectorize(Float, otypes=[object])({WRONG}), None", top=FLOATS),
    in_pool("is_a_lying_float", "return Float(0), None", top=FLOATS),
    in_pool("is_infinitely_wide", "return np.broadcast_to(1.0, (1 << 20, 1 << 20)), None"),
    in_pool("is_empty", "return np.zeros((0, 5)), None"),
    in_pool("is_not_a_number", f"return {WRONG} * np.nan, None"),
    in_pool("is_infinite", f"return {WRONG} + np.inf, None"),
    in_pool("turns_its_bytes", "return _right(x, pool_param)[0].view('>f8'), None"),
    in_pool("is_a_record", "return np.zeros(3, [('f8', 'f8')]), None"),
    in_pool("is_a_tuple_of_its_own", "return Pair((1,))", top=TUPLE),
    in_pool("is_a_generator", "return (each for each in (1, 2))"),
    in_pool("is_a_list_of_itself", "a = []; a.append(a); return a, None"),
    in_pool("is_the_module", "return sys.modules, sys"),
    in_pool("raises_what_cannot_be_said", "raise Unsayable", top=ERRORS),
    in_pool("raises_what_is_too_long", "raise Huge", top=ERRORS),
    in_pool("raises_an_odd_class", "raise Odd", top=ERRORS),
    in_pool("raises_a_false_memory_error", "raise Sly", top=ERRORS),
    in_pool("raises_itself", "e = ValueError(); e.__cause__ = e.__context__ = e; raise e"),
)
