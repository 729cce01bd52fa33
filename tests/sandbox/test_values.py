"""From what a function returned to plain numbers, or to a word for what it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.sandbox.guest.values import TooLargeError, kind_of, plain

LIMIT = 1 << 20


class Sub(np.ndarray[Any, Any]):
    pass


class Number(float):
    def __float__(self) -> float:
        return 42.0


@pytest.mark.parametrize(
    ("value", "code", "dims"),
    [
        (np.ones((2, 3)), "f8", [2, 3]),
        (np.ones((2, 3)).T, "f8", [3, 2]),
        (np.ones(2).view(Sub), "f8", [2]),
        (np.ma.masked_array([1.0, 2.0], [True, False]), "f8", [2]),
        (np.ones(2, ">f4"), "f4", [2]),
        (np.ones(2, np.longdouble), "f8", [2]),
        (np.ones((0, 3), np.float16), "f2", [0, 3]),
        (np.array(True), "b1", []),
        (np.float32(1), "f4", []),
        (np.bool_(True), "b1", []),
        (1j, "c16", []),
        (True, "b1", []),
        (7, "i8", []),
        (1.5, "f8", []),
        ([[1, 2], [3, 4]], "i8", [2, 2]),
        ([1, 2.5], "f8", [2]),
        ([np.ones(2), [1, 2]], "f8", [2, 2]),
    ],
)
def test_numbers(value: object, code: str, dims: list[int]) -> None:
    described, data = plain(value, limit=LIMIT)
    assert described == [code, dims]
    got = np.frombuffer(data, code).reshape(dims)
    assert np.array_equal(got, np.asarray(value if not isinstance(value, np.ma.MaskedArray) else value.data))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "None"),
        (NotImplemented, "NotImplemented"),
        ("text", "a str"),
        ((1, 2), "a tuple of 2"),
        ([], "a list of 0"),
        ({}, "a dict of 0"),
        (object(), "an object"),
        (len, "a builtin_function_or_method"),
        (np.array([None]), "an array of objects"),
        (np.array(["a"]), "an array of <U1"),
        (np.array([1], "M8[s]"), "an array of datetime64[s]"),
        (1 << 70, "an int of more than 64 bits"),
        ([[1], [1, 2]], "a list of uneven lengths"),
        ([1, "a"], "a list with a str"),
        ([None], "a list with None"),
    ],
)
def test_other_things(value: object, kind: str) -> None:
    assert plain(value, limit=LIMIT) == (kind, b"")


def test_a_list_that_holds_itself() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert plain(endless, limit=LIMIT) == ("a list too large to compare", b"")


def test_a_number_of_a_class_of_its_own_is_what_it_holds() -> None:
    assert plain(Number(1.5), limit=LIMIT)[1] == np.float64(1.5).tobytes()


def test_a_size_that_is_only_claimed_counts() -> None:
    with pytest.raises(TooLargeError, match="an array of 8000000 bytes; at most 1048576 may be returned"):
        plain(np.broadcast_to(1.0, 1_000_000), limit=LIMIT)


@pytest.mark.parametrize(
    ("value", "kind"), [(np.ones((2, 3)), "an array of shape (2, 3)"), ((1,), "a tuple of 1"), (1, "an int")]
)
def test_kinds(value: object, kind: str) -> None:
    assert kind_of(value) == kind
