"""This is where we say what a price model has to be able to do, whoever writes it, and where ours is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy.typing as npt
import polars as pl

from vopt_lib.schema.pricing import Unlearnt, Worth


class PriceModel(Protocol):
    """What was learnt of prices."""

    def estimates(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`ESTIMATED` of these rows (`PRICED`), in their order."""

    def worth(self, row: pl.DataFrame) -> Worth | Unlearnt:
        """The same of one thing, with its strongest factors."""

    def state(self) -> tuple[Mapping[str, npt.NDArray[Any]], Mapping[str, Any]]:
        """Everything that it is: arrays without objects, and what JSON can hold."""

    @property
    def out_of_fold(self) -> pl.DataFrame | None:
        """After learning only: prices told by models that had not seen the row.

        Columns: id, category, condition, price_eur, middle_eur, low_eur, high_eur.
        """


@dataclass(frozen=True)
class Learner:
    """A way to learn prices from rows (`PRICED`), and to come back from a state."""

    fit: Callable[[pl.DataFrame], PriceModel]
    of_state: Callable[[Mapping[str, npt.NDArray[Any]], Mapping[str, Any]], PriceModel]


def our_learner() -> Learner:
    """Ours: it loads scikit-learn, so it is asked for where it is needed."""
    from vopt_lib.pricing import model

    return Learner(model.fit, model.PriceModel.of_state)
