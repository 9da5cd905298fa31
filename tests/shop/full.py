"""This is where tests get a household in which everybody has something in every table."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tests.shop.people import FAMILY, NOW, author
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import (
    Alert,
    AlertSeen,
    AssistantUse,
    ChannelAccount,
    Credential,
    DeletedPhoto,
    DuplicateDecision,
    Evidence,
    Expense,
    Import,
    Item,
    Listing,
    ListingPrice,
    ListingStatDay,
    Note,
    Order,
    OrderLine,
    Person,
    Photo,
    Review,
    Shipment,
    SignInAddress,
    SignInLink,
    SignInTry,
    StudioDraft,
    WebSession,
)

ANNA = Member(FAMILY, 1, "Anna", "admin")
BEN = Member(FAMILY, 2, "Ben", "member")

ACCOUNTS = {1: "anna_r", 2: "ben_b"}
"""{person: her account}."""

SHARED_PHOTO = "5" * 64
"""The same photo lies at both of them."""


def add_ben(shop: Shop) -> None:
    """Ben, a member with an account, beside the Anna of `family`."""
    with shop.writing(author("add", person_id=1)) as session:
        session.add(Person(household_id=FAMILY, name="Ben", role="member", language="en"))
        session.flush()
        session.add(account(2, ACCOUNTS[2]))


def account(person_id: int, name: str) -> ChannelAccount:
    """An account on Vinted, with a password."""
    login = {"channel": "vinted", "market": "it", "name": name, "credentials": f"locked-{name}".encode()}
    return ChannelAccount(household_id=FAMILY, person_id=person_id, **login)


def asked(word: str) -> dict[str, Any]:
    """A question about something of this word."""
    return {"told": {"title": word}, "choices": [{"decision": "ignore", "target": "", "told": {}}]}


def fill(shop: Shop, person_id: int, word: str) -> None:
    """Something of this person's in every table; whatever is text says this word."""
    with shop.writing(author("fill", person_id=person_id)) as session:
        account_id = session.scalars(select(ChannelAccount.id).where(ChannelAccount.person_id == person_id)).first()
        owned: dict[str, Any] = {"household_id": FAMILY}
        item = Item(
            **owned, sku=f"{word}-1", currency="EUR", person_id=person_id, notes=f"notes of {word}", place=word,
            cost=Decimal("3.50"), bought_on=date(2026, 1, 2), proof=f"receipt of {word}", tags=[word],
        )  # fmt: skip
        facts = {"account_id": account_id, "state": "sold", "title": f"Dress of {word}", "description": f"by {word}"}
        listing = Listing(
            **owned, **facts, item=item, currency="EUR", asked=Decimal("12.00"), brand=f"Brand {word}",
            external_id=1000 + person_id, listed_at=NOW - timedelta(days=30),
            search_text=f"dress {word} shared".casefold(),
        )  # fmt: skip
        session.add_all([item, listing])
        session.flush()
        order = Order(
            **owned, account_id=account_id, external_id=f"{word}-tx", kind="sale", state="completed",
            stranger_hash=f"{person_id}" * 64, ordered_at=NOW - timedelta(days=2), completed_at=NOW,
            paid=Decimal("15.90"), received=Decimal("12.00"), currency="EUR", source="mail",
            lines=[OrderLine(**owned, listing_id=listing.id, title=f"Dress of {word}", price=Decimal("12.00"))],
        )  # fmt: skip
        taken_in = Import(
            **owned, kind="archive", person_id=person_id, file_sha256="a" * 64, file_name=f"{word}.zip", begun_at=NOW,
            counts={}, report={"who": word},
        )  # fmt: skip
        alert = Alert(
            **owned, key=f"mail:{person_id}", level="warn", text="", next_step="", facts={"name": ACCOUNTS[person_id]},
            href="", for_admins=person_id == ANNA.person_id, begun_at=NOW, last_at=NOW,
        )  # fmt: skip
        session.add_all([order, taken_in, alert])
        session.flush()
        day = {"listing_id": listing.id, "day": date(2026, 11, 1), "source": "archive"}
        session.add_all(
            [
                Shipment(**owned, order=order, tracking=f"track-{word}", label_sha256=f"{person_id}e" * 32),
                ListingPrice(
                    **owned, listing_id=listing.id, at=NOW, asked=Decimal("12.00"), currency="EUR", source="a"
                ),
                ListingStatDay(**owned, **day, views=7, favourites=person_id),
                StudioDraft(
                    **owned, listing_id=listing.id, language="it", tone="plain", facts={"flaws": f"spot of {word}"},
                    analysis={}, texts={}, changed_at=NOW,
                ),
                Photo(**owned, item_id=item.id, sha256=f"{person_id}f" * 32, position=0),
                Photo(**owned, item_id=item.id, sha256=SHARED_PHOTO, position=1),
                DeletedPhoto(
                    **owned, item_id=item.id, sha256=f"{person_id}b" * 32, quarters=0, position=0, deleted_at=NOW
                ),
                Expense(
                    **owned, person_id=person_id, item_id=item.id, spent_on=date(2026, 2, 3), amount=Decimal("1.20"),
                    currency="EUR", purpose=f"bag for {word}",
                ),
                Note(**owned, about="item", about_id=item.id, person_id=person_id, text=f"note of {word}"),
                AlertSeen(**owned, alert_id=alert.id, person_id=person_id, seen_at=NOW),
                DuplicateDecision(
                    **owned, item_id=item.id, other=f"vinted it {person_id}", decision="same", decided_by=person_id,
                    decided_at=NOW,
                ),
                AssistantUse(
                    **owned, person_id=person_id, at=NOW, job="write", backend="OpenAI-compatible",
                    model="small", seconds=2.5, tokens_read=300, tokens_written=40,
                    cost=Decimal("0.000215"),
                ),
                Credential(
                    **owned, person_id=person_id, password=f"hash-{word}", password_at=NOW,
                    code_secret=f"locked-code-{word}".encode(), code_since=NOW, code_step=7,
                ),
                WebSession(
                    **owned, person_id=person_id, token_sha256=f"{person_id}7" * 32, begun_at=NOW, seen_at=NOW,
                    ends_at=NOW + timedelta(days=14), over_at=NOW + timedelta(days=90), address="192.0.2.1",
                    browser=f"Browser of {word}",
                ),
                SignInLink(
                    **owned, kind="invitation", person_id=person_id, token_sha256=f"{person_id}8" * 32, made_at=NOW,
                    ends_at=NOW + timedelta(days=7),
                ),
                SignInTry(**owned, key=f"person {person_id}", person_id=person_id, tries=3, last_at=NOW),
                SignInAddress(**owned, person_id=person_id, address=f"home of {word}", last_at=NOW),
                Review(**owned, import_id=taken_in.id, key=f"{person_id}c" * 32, reason="side", facts=asked(word)),
                Evidence(
                    **owned, account_id=account_id, key=f"{person_id}d" * 32, kind="sold", thread="t" * 64,
                    source="mail", facts={"title": f"Dress of {word}", "buyer": "b" * 64},
                ),
            ]
        )  # fmt: skip
