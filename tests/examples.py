"""This is where a property gets its examples: a few for every change, many in the slow suite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

Test = Callable[[int], None]


def examples(few: int, many: int, **wild: SearchStrategy[Any]) -> Callable[[Callable[..., None]], Test]:
    """Make a test of a property: called with these wild arguments, it holds."""

    def as_test(holds: Callable[..., None]) -> Test:
        @pytest.mark.parametrize("count", [few, pytest.param(many, marks=pytest.mark.slow)])
        def test(count: int) -> None:
            settings(max_examples=count)(given(**wild)(holds))()

        return test

    return as_test
