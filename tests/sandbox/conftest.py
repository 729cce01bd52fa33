from __future__ import annotations

from collections.abc import Iterator

import pytest

from .stage import ISOLATED, LEVELS, Stage, opened


@pytest.fixture(scope="package")
def stages() -> Iterator[dict[str, Stage]]:
    """Filled as tests ask for levels, so that each level is proven once."""
    made: dict[str, Stage] = {}
    yield made
    for stage in made.values():
        stage.launcher.close()


@pytest.fixture(params=LEVELS)
def stage(request: pytest.FixtureRequest, stages: dict[str, Stage]) -> Stage:
    """Every level that there is."""
    return _stage(request.param, stages)


@pytest.fixture(params=ISOLATED)
def isolated(request: pytest.FixtureRequest, stages: dict[str, Stage]) -> Stage:
    """The levels that promise isolation."""
    return _stage(request.param, stages)


@pytest.fixture
def unprotected(stages: dict[str, Stage]) -> Stage:
    """No isolation at all: where an attack must succeed, or its test shows nothing."""
    return _stage("none", stages)


@pytest.fixture
def one(stages: dict[str, Stage]) -> Stage:
    """The level at which what does not depend on isolation is tested."""
    return _stage("none", stages)


def _stage(level: str, stages: dict[str, Stage]) -> Stage:
    if level not in stages:
        with opened(level) as launcher:
            stages[level] = Stage(launcher, level)
    return stages[level]
