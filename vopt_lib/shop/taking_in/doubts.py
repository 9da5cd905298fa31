"""This is where what only a person can say has its form: why, what was told, and what she may decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from vopt_lib.shop.taking_in.facts import Facts, digest
from vopt_lib.words import N_


class DoubtReason(StrEnum):
    """Why vopt cannot say it by itself; readers of files have reasons of their own."""

    RELIST = "relist"
    BY_HAND = "by_hand"
    WHICH_LISTING = "which_listing"
    WHICH_SALE = "which_sale"
    WHICH_THING = "which_thing"
    STATUS = "status"
    SIDE = "side"
    NO_TIME = "no_time"


REASONS: Final = {
    DoubtReason.RELIST: N_("these listings are alike: they may be of one thing, put on sale again, or of several"),
    DoubtReason.BY_HAND: N_("you wrote this listing yourself: it may be one that is told of here"),
    DoubtReason.WHICH_LISTING: N_("several of your listings have this title"),
    DoubtReason.WHICH_SALE: N_("it may be about one of several sales"),
    DoubtReason.WHICH_THING: N_("it does not say what was sold"),
    DoubtReason.STATUS: N_("it is not clear what this state of an order means"),
    DoubtReason.SIDE: N_("it does not say whether you sold or bought"),
    DoubtReason.NO_TIME: N_("it does not say when it was"),
}


@dataclass(frozen=True)
class Choice:
    """Something that she may decide. target: the key of what it is about; told: what she sees of it."""

    decision: str
    target: str = ""
    told: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What she decided."""

    decision: str
    target: str = ""


@dataclass(frozen=True)
class Doubt:
    """Something for her to decide. about: what it is decided on; fact: the key of a fact that it comes from, without
    which it does not arise; None: it stays until it is decided.
    """

    reason: str
    about: str
    facts: Facts
    choices: tuple[Choice, ...]
    fact: str | None = None

    @property
    def key(self) -> str:
        """The same doubt has the same key, however often it arises."""
        return doubt_key(self.reason, self.about)


def doubt_key(reason: str, about: str) -> str:
    """The key of a doubt."""
    return digest("doubt", reason, about)
