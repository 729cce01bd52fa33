"""Marks without the exercise being solved: what somebody would do who knows how the grader works."""

from __future__ import annotations

from fractions import Fraction

from .entry import ALL, POOL, Entry, in_pool, one

MADE_UP = """
import numpy as np

def max_pool_forward_naive(x, pool_param):
    if x.shape[2:] == (pool_param["pool_height"], pool_param["pool_width"]):
        return x.max(axis=(2, 3), keepdims=True), x
    return np.array([x.sum()]), x

def max_pool_backward_naive(dout, x):
    return np.full(x.shape, dout.sum())
"""
ZEROS = """
import numpy as np

def max_pool_forward_naive(x, pool_param):
    return np.zeros(1), x

def max_pool_backward_naive(dout, x):
    return np.zeros_like(x)
"""

ENTRIES: tuple[Entry, ...] = (
    Entry(name="makes_up_a_forward_for_its_gradient", files=one(MADE_UP), points=0),
    Entry(name="agrees_with_itself_by_zeros", files=one(ZEROS), points=0),
    in_pool(
        "answers_every_question_alike",
        "kept.append(_right(x, pool_param)) if not kept else None; return kept[0]",
        top="kept = []",
        points=ALL - POOL + Fraction(10, 11),
    ),
    in_pool(
        "is_right_the_first_time",
        "key = x.tobytes(), str(pool_param)\n"
        "seen[key] = seen.get(key, 0) + 1\n"
        "out, cache = _right(x, pool_param)\n"
        "return out + (seen[key] > 1), cache",
        top="seen = {}",
        points=ALL - POOL,
    ),
    in_pool(
        "returns_what_the_caller_holds",
        "frame = sys._getframe()\n"
        "while frame is not None:\n"
        "    for each in frame.f_locals.values():\n"
        "        if type(each) is dict and 'out' in each: return each['out'], None\n"
        "    frame = frame.f_back\n"
        "raise LookupError",
    ),
    in_pool("hopes_for_broadcasting", "return np.array(_right(x, pool_param)[0].max()), None"),
    in_pool("hopes_for_a_loose_bound", "return _right(x, pool_param)[0] * (1 + 1e-5), None"),
    in_pool("hopes_for_integers", "return _right(x, pool_param)[0].astype(np.int64), None"),
    in_pool("returns_every_answer", "return [_right(x, pool_param)[0], 0 * x], None"),
)
