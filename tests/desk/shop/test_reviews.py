"""What vopt cannot say by itself waits for her; what she decides counts, stays, and can be taken back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.desk.shop.takings import Home, completed, home, label, listing, order, sold
from tests.desk.shop.test_importing import luca
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.reviews import (
    CHOICES,
    REASONS,
    decide,
    decided_reviews,
    take_back,
    waiting_count,
    waiting_reviews,
)
from vopt_lib.errors import NoSuchChoice, UnknownReview
from vopt_lib.schema.own_imports import WaitingReview
from vopt_lib.shop.tables import Listing
from vopt_lib.shop.taking_in.doubts import DoubtReason


@pytest.fixture
def anna(tmp_path: Path) -> Home:
    """Anna's vopt, empty."""
    return home(tmp_path)


def only(of: Home, reason: str) -> WaitingReview:
    (found,) = [review for review in waiting_reviews(of.desk, of.anna) if review.reason == reason]
    assert found.reason in REASONS
    assert {choice.decision for choice in found.choices} <= set(CHOICES)
    return found


def answer(of: Home, reason: str, decision: str, *, target: str | None = None) -> WaitingReview:
    """Answer the only question of a reason, with the first choice of this decision."""
    review = only(of, reason)
    first = next(choice for choice in review.choices if choice.decision == decision)
    decide(of.desk, of.anna, review.id, decision, target=first.target if target is None else target)
    return review


def states(of: Home) -> list[tuple[str, str, Decimal | None]]:
    return [(found["kind"], found["state"], found["received"]) for found, *_ in of.said()["orders"]]


def back_and_again(of: Home, review: WaitingReview, before: dict[str, Any]) -> None:
    """The answer is taken back: as before; and given again."""
    take_back(of.desk, of.anna, review.id)
    assert of.said() == before


def test_an_ambiguous_relist_is_decided_and_taken_back(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001), listing(1000000002), day=10))
    anna.take(anna.archive(listing(1000000009), day=12))
    before = anna.said()
    review = answer(anna, DoubtReason.RELIST, "same")
    assert [row["sku"] for row in anna.said()["items"]] == ["V-1000000001"]
    back_and_again(anna, review, before)
    answer(anna, DoubtReason.RELIST, "apart")
    assert len(anna.said()["items"]) == 3


def test_a_decision_survives_what_is_taken_in_later(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001), listing(1000000002), day=10))
    anna.take(anna.archive(listing(1000000009), day=12))
    answer(anna, DoubtReason.RELIST, "same")
    anna.take(anna.archive(listing(1000000009, order_value="8.0 EUR"), day=14))
    assert (len(anna.said()["items"]), waiting_count(anna.desk, anna.anna)) == (1, 0)


def test_which_listing_was_sold_is_said_and_taken_back(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001), listing(1000000002), day=5))
    anna.take(anna.mail(*sold()))
    before = anna.said()
    review = answer(anna, DoubtReason.WHICH_LISTING, "link")
    ((_, lines, _),) = anna.said()["orders"]
    chosen = next(choice.told["number"] for choice in review.choices if choice.decision == "link")
    assert lines[0][2] == chosen
    assert {row["external_id"]: row["state"] for row in anna.said()["listings"]}[chosen] == "reserved"
    back_and_again(anna, review, before)


def test_which_sale_a_mail_is_about_is_said(anna: Home) -> None:
    anna.take(anna.mail(*sold("Borsa", buyer="a"), sent="05"))
    anna.take(anna.mail(*sold("Borsa", buyer="b"), sent="06"))
    anna.take(anna.mail(*label("Borsa"), sent="07"))
    first, _ = waiting_reviews(anna.desk, anna.anna)
    assert len(anna.said()["orders"]) == 1
    before = anna.said()
    decide(anna.desk, anna.anna, first.id, "that", target=first.choices[0].target)
    assert [found["external_id"] for found, *_ in anna.said()["orders"]] == ["16606466410", None]
    assert waiting_count(anna.desk, anna.anna) == 0
    back_and_again(anna, first, before)


def test_a_sale_without_a_title_gets_the_listing_that_she_names(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001), day=5))
    anna.take(anna.mail(*sold()))
    anna.take(anna.mail(*completed(), sent="14"))
    assert len(anna.said()["orders"]) == 2
    with shop_of(anna.desk).reading() as session:
        number = session.scalars(select(Listing.id)).one()
    answer(anna, DoubtReason.WHICH_THING, "link", target=f"listing:{number}")
    assert states(anna) == [("sale", "completed", Decimal("24.00"))]
    assert anna.said()["listings"][0]["state"] == "sold"


def test_what_a_status_means_is_asked_once_for_all_orders(anna: Home) -> None:
    told = {"seller": "anna_r", "status": "Ordine completato!", "wallet_amount": "9.00 EUR"}
    cells = [order(title=title, last_updated="2026-11-09 10:00:00 +0000", **told) for title in ("Jeans", "Gonna")]
    anna.take(anna.archive(*cells))
    assert states(anna) == [("sale", "reserved", None)] * 2
    before = anna.said()
    review = answer(anna, DoubtReason.STATUS, "completed")
    assert states(anna) == [("sale", "completed", Decimal("9.00"))] * 2
    back_and_again(anna, review, before)


def test_whether_she_sold_or_bought_is_said(anna: Home) -> None:
    anna.take(anna.archive(order(title="Jeans", buyer="No data", status="Order completed!")))
    answer(anna, DoubtReason.SIDE, "purchase")
    assert [kind for kind, *_ in states(anna)] == ["purchase"]


def test_a_mail_that_nobody_proved_is_believed_by_her_word_alone(anna: Home) -> None:
    anna.take(anna.mail(*sold(), results="none"))
    before = anna.said()
    assert before["orders"] == []
    review = answer(anna, "not_proven", "believe")
    assert states(anna) == [("sale", "reserved", None)]
    take_back(anna.desk, anna.anna, review.id)
    assert states(anna) == []
    answer(anna, "not_proven", "believe")
    assert states(anna) == [("sale", "reserved", None)]


def test_a_mail_that_is_proved_later_waits_no_more(anna: Home) -> None:
    subject, text = sold()
    unproved = anna.mail(subject, text, results="none")
    anna.take(unproved)
    proved = anna.folder / "proved.eml"
    proved.write_bytes(unproved.read_bytes().replace(b": none", b": mx.example.it; dkim=pass header.d=vinted.it"))
    anna.take(proved)
    assert (waiting_count(anna.desk, anna.anna), len(states(anna))) == (0, 1)
    anna.take(unproved)
    assert waiting_count(anna.desk, anna.anna) == 0


def test_a_row_that_cannot_be_read_is_taken_in_as_far_as_it_is_sure(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001, order_value="dodici")))
    review = answer(anna, "bad_price", "new")
    (found,) = anna.said()["listings"]
    assert (found["title"], found["asked"]) == ("Abito Zara nero", None)
    take_back(anna.desk, anna.anna, review.id)
    assert (anna.said()["listings"], anna.said()["items"]) == ([], [])
    answer(anna, "bad_price", "ignore")
    assert waiting_count(anna.desk, anna.anna) == 0


def test_a_mail_s_words_are_kept_only_until_she_decided(anna: Home) -> None:
    anna.take(anna.mail("Novità per te", "Ciao luisa88"))
    answer(anna, "unknown", "ignore")
    (found,) = decided_reviews(anna.desk, anna.anna)
    assert (found.decision, found.told["subject"], found.told["text"]) == ("ignore", "Novità per te", "")


def test_an_answer_that_there_is_not_and_one_to_nothing_are_refused(anna: Home) -> None:
    anna.take(anna.archive(listing(1000000001), listing(1000000002), day=5))
    anna.take(anna.mail(*sold()))
    review = only(anna, DoubtReason.WHICH_LISTING)
    with pytest.raises(NoSuchChoice, match=r"“burn” is no answer to this. Possible ones: link, none"):
        decide(anna.desk, anna.anna, review.id, "burn")
    with pytest.raises(NoSuchChoice):
        decide(anna.desk, anna.anna, review.id, "link", target="somebody else's")
    with pytest.raises(UnknownReview):
        take_back(anna.desk, anna.anna, review.id)
    with pytest.raises(UnknownReview):
        decide(anna.desk, anna.anna, 99, "none")
    decide(anna.desk, anna.anna, review.id, "none")
    with pytest.raises(UnknownReview):
        decide(anna.desk, anna.anna, review.id, "none")


def test_questions_on_another_s_files_are_not_hers(anna: Home) -> None:
    anna.take(anna.mail("Novità per te", "Ciao"))
    other = luca(anna)
    assert waiting_reviews(anna.desk, other) == []
    with pytest.raises(UnknownReview):
        decide(anna.desk, other, only(anna, "unknown").id, "ignore")
