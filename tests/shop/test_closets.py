"""What searches saw of own listings, and mailboxes: kept the same on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.shop.people import FAMILY, NOW, author, dress
from vopt_lib.errors import UnknownMailbox
from vopt_lib.schema.own_mailbox import Mailbox
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop import mailboxes
from vopt_lib.shop.closets import OwnNumber, SeenDay, account_called, newest_seen_day, own_numbers, write_seen
from vopt_lib.shop.store import Shop

ANNA = Member(FAMILY, 1, "Anna", "admin")
DAY = date(2026, 11, 19)
BOX = Mailbox("anna@example.it", "mail.example.it", folder="Vinted", authserv_id="mx.example.it")


def test_only_what_may_be_on_sale_is_looked_for(shop: Shop) -> None:
    with shop.writing(author()) as session:
        session.add_all([dress(1), dress(2, state="archived"), dress(3, external_id=None), dress(4, deleted_at=NOW)])
    with shop.reading() as session:
        assert own_numbers(session) == [OwnNumber(FAMILY, 1, "it", 10_001)]


def test_what_was_seen_is_written_once_and_corrected(shop: Shop) -> None:
    with shop.writing(author()) as session:
        session.add(dress(1))
    seen = SeenDay(OwnNumber(FAMILY, 1, "it", 10_001), DAY, None, 7, Decimal("12.50"), "EUR")
    written = []
    for told in (seen, seen, replace(seen, favourites=8)):
        with shop.writing(author()) as session:
            written.append(write_seen(session, [told], since=DAY))
    assert written == [1, 0, 1]
    with shop.reading() as session:
        assert newest_seen_day(session) == DAY


def test_an_account_is_found_however_its_login_is_written(shop: Shop) -> None:
    with shop.reading() as session:
        found = account_called(session, ANNA, "Anna_R")
        assert found is not None
        assert found.id == 1
        assert account_called(session, ANNA, "anna") is None


def test_a_mailbox_comes_back_as_it_was_kept_and_knows_how_far_it_is_read(shop: Shop) -> None:
    with shop.writing(author()) as session:
        mailboxes.keep_mailbox(session, ANNA, BOX, b"locked")
    with shop.writing(author()) as session:
        mailboxes.note_read(session, ANNA, replace(BOX, uid_validity=7, last_uid=2**32 - 1))
    with shop.reading() as session:
        assert mailboxes.mailboxes_of(session, ANNA) == [replace(BOX, uid_validity=7, last_uid=2**32 - 1)]
        assert mailboxes.locked_password(session, ANNA, "ANNA@example.it") == b"locked"
        assert mailboxes.markets_of(session, ANNA) == ["it"]


def test_how_far_was_read_is_not_written_into_a_mailbox_that_was_set_anew(shop: Shop) -> None:
    with shop.writing(author()) as session:
        mailboxes.keep_mailbox(session, ANNA, BOX, b"locked")
    with shop.writing(author()) as session:
        mailboxes.note_read(session, ANNA, replace(BOX, folder="INBOX", uid_validity=7, last_uid=9))
    with shop.reading() as session:
        assert mailboxes.mailbox_called(session, ANNA, BOX.address) == BOX


def test_a_forgotten_mailbox_is_not_known_any_more(shop: Shop) -> None:
    with shop.writing(author()) as session:
        mailboxes.keep_mailbox(session, ANNA, BOX, b"locked")
        session.flush()
        mailboxes.forget_mailbox(session, ANNA, BOX.address, NOW)
    with pytest.raises(UnknownMailbox), shop.reading() as session:
        mailboxes.locked_password(session, ANNA, BOX.address)
