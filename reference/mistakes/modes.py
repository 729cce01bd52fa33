"""Mistakes of a pool that has two modes, made of those of the two pools.

Whoever has the loops wrong is wrong in both modes; whoever has a formula wrong, in one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from reference.mistakes.mistake import Function, Mistake

__all__ = ["Choice", "Signed", "in_both_modes", "in_one_mode", "without"]

Choice = Callable[[str, Function], Function]
"""(mode, the version to build on) -> what is done in that mode, without the parameter `mode`."""

Signed = Callable[[Choice], Function]
"""Gives a choice the signature of the operation that has modes."""


def in_both_modes(
    op: str, pairs: Mapping[str, str], largest: Iterable[Mistake], mean: Iterable[Mistake], signed: Signed
) -> Iterator[Mistake]:
    """Make the same mistake in either mode, for each pair.

    Args:
        op: the operation that has modes.
        pairs: names of mistakes of max pooling, and of the same in average pooling.
        largest: mistakes of max pooling.
        mean: mistakes of average pooling.
        signed: see `Signed`.
    """
    of_max, of_mean = _by_name(largest), _by_name(mean)
    for name, other in pairs.items():
        one, two = of_max[name], of_mean[other]
        text = two if "max" in f"{one.sentence} {one.hint}" else one
        sentence, hint = (_of_either(part) for part in (text.sentence, text.hint))
        yield Mistake(id=f"{op}.{name}", sentence=sentence, hint=hint, function=signed(_either(one, two)))


def _of_either(text: str) -> str:
    """What is said of a mean holds of a maximum, too."""
    return text.replace("is the mean of", "is taken from").replace("not of its own", "not from its own")


def _either(one: Mistake, two: Mistake) -> Choice:
    return lambda mode, of: _made(one if mode == "max" else two, partial(of, mode=mode))


def in_one_mode(op: str, mode: str, mistakes: Iterable[Mistake], signed: Signed) -> Iterator[Mistake]:
    """Make each mistake in one mode, and none in the other."""
    for mistake in mistakes:
        sentence = mistake.sentence[0].lower() + mistake.sentence[1:]
        yield Mistake(
            id=f"{op}.{mistake.id.partition('.')[2]}_in_{mode}_mode",
            sentence=f"In {mode} mode, {sentence}",
            hint=mistake.hint,
            function=signed(_only(mistake, mode)),
        )


def _only(mistake: Mistake, mode: str) -> Choice:
    def choose(asked: str, of: Function) -> Function:
        below = partial(of, mode=asked)
        return _made(mistake, below) if asked == mode else below

    return choose


def _made(mistake: Mistake, below: Function) -> Function:
    return mistake.fresh(below if mistake.composes else None)


def _by_name(mistakes: Iterable[Mistake]) -> dict[str, Mistake]:
    return {mistake.id.partition(".")[2]: mistake for mistake in mistakes}


def without(mistakes: Iterable[Mistake], *names: str) -> list[Mistake]:
    """Leave out what has a name of its own where there are modes."""
    return [mistake for name, mistake in _by_name(mistakes).items() if name not in names]
