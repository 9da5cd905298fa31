"""This is where she works through what vopt could not say by itself: one question after the other."""

from __future__ import annotations

from typing import Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.imports.archive import REASONS as OF_ARCHIVES
from vopt_lib.imports.mail import REASONS as OF_MAILS
from vopt_lib.schema.own_imports import WaitingReview
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.taking_in import deciding
from vopt_lib.shop.taking_in.doubts import REASONS as OF_FACTS
from vopt_lib.words import N_

REASONS: Final[dict[str, str]] = {**OF_ARCHIVES, **OF_MAILS, **{str(name): why for name, why in OF_FACTS.items()}}
"""{reason of a review: why vopt asks, for a person}."""

CHOICES: Final = {
    "ignore": N_("Leave it out"),
    "new": N_("Take it in as a new listing"),
    "believe": N_("It is from Vinted: take it in"),
    "same": N_("It is one thing, listed again"),
    "apart": N_("They are different"),
    "that": N_("It is this sale"),
    "own": N_("It is a sale of its own"),
    "link": N_("It is this listing"),
    "none": N_("It is none of them"),
    "sale": N_("I sold it"),
    "purchase": N_("I bought it"),
    "reserved": N_("It is not sent yet"),
    "shipped": N_("It is on its way"),
    "completed": N_("It is completed"),
    "cancelled": N_("It was cancelled"),
}
"""{decision: what stands on its button}."""

SHOWN: Final = 50


def waiting_reviews(desk: Desk, member: Member, *, limit: int = SHOWN) -> list[WaitingReview]:
    """The questions that wait for her, the oldest first. Raises: ShopBusy."""
    with shop_of(desk).reading() as session:
        return deciding.waiting(session, member, limit=limit)


def decided_reviews(desk: Desk, member: Member, *, limit: int = SHOWN) -> list[WaitingReview]:
    """Those that she answered, the last one first: each answer can be taken back."""
    with shop_of(desk).reading() as session:
        return deciding.decided(session, member, limit=limit)


def waiting_count(desk: Desk, member: Member) -> int:
    """How many wait for her."""
    with shop_of(desk).reading() as session:
        return deciding.count(session, member)


def decide(desk: Desk, member: Member, review_id: int, decision: str, *, target: str = "") -> None:
    """Answer a question; what follows of it is worked out at once.

    target: of the choice, where several have this decision; "listing:ID" for any listing of hers.

    Raises: UnknownReview; NoSuchChoice; ShopBusy.
    """
    at = desk.clock.now()
    with shop_of(desk).writing(author_of(desk, member, "decide")) as session:
        deciding.decide(session, deciding.review(session, member, review_id), decision, target, at=at)


def take_back(desk: Desk, member: Member, review_id: int) -> None:
    """Take an answer back: what followed of it is undone, and the question waits again.

    Raises: UnknownReview; ShopBusy.
    """
    at = desk.clock.now()
    with shop_of(desk).writing(author_of(desk, member, "take back")) as session:
        deciding.take_back(session, deciding.review(session, member, review_id), at=at)
