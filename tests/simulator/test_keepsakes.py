"""What a made-up seller has at home is read by the same readers as a real one's, and agrees with what visitors see."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.servers import SMALL_SIMULATOR, RunningSimulator, running_simulator
from vopt_lib.imports.archive import read_archive
from vopt_lib.imports.mail import read_mails
from vopt_lib.schema.own_mails import DoubtfulMail, MailKind, OwnMail
from vopt_lib.schema.own_records import OwnListing, OwnOrder
from vopt_lib.simulator.closet import COMPLETED_AFTER, SENT_AFTER
from vopt_lib.simulator.keepsakes import ARCHIVE_AGE, LABEL_AFTER, MAIL_SERVER, ON_ITS_WAY


@pytest.fixture(scope="module")
def site() -> Iterator[RunningSimulator]:
    with running_simulator(seed=5, start="2026-10-01", days=20, scale=0.1) as site:
        site.clock.move_to(site.clock.now() + timedelta(days=20))
        yield site


@pytest.fixture(scope="module")
def login(site: RunningSimulator) -> str:
    return str(site.ask("/__family__/people").json["people"][0]["login"])


def kept(site: RunningSimulator, login: str, name: str, folder: Path) -> Path:
    path = folder / name
    path.write_bytes(site.ask(f"/__family__/{login}/{name}").body)
    return path


def test_a_family_is_two_people_whose_logins_begin_with_their_names(site: RunningSimulator) -> None:
    told = site.ask("/__family__/people").json
    names = [one["name"] for one in told["people"]]
    assert len(set(names)) == 2
    assert all(one["login"].startswith(one["name"].lower()) for one in told["people"])
    assert told["mail_server"] == MAIL_SERVER


def test_an_archive_tells_her_listings_and_what_she_sent(site: RunningSimulator, login: str, tmp_path: Path) -> None:
    records = list(read_archive(kept(site, login, "archive.zip", tmp_path)))
    listings = [one for one in records if isinstance(one, OwnListing)]
    orders = [one for one in records if isinstance(one, OwnOrder)]
    assert len(listings) + len(orders) == len(records)
    assert len({one.external_id for one in listings}) == len(listings) > 10
    sold = {one.title for one in listings if one.is_sold}
    assert {thing.title for order in orders for thing in order.things} <= sold
    assert all(order.seller == login for order in orders)
    made = site.clock.now() - ARCHIVE_AGE
    for order in orders:
        assert order.ordered_at
        is_done = order.ordered_at + COMPLETED_AFTER <= made
        status, received = ("Order completed!", order.total) if is_done else (ON_ITS_WAY, None)
        assert (order.status, order.received) == (status, received)
        assert order.ordered_at + SENT_AFTER <= made


def test_her_sales_go_back_further_than_the_market_of_which_visitors_see_something(
    site: RunningSimulator, login: str, tmp_path: Path
) -> None:
    records = read_archive(kept(site, login, "archive.zip", tmp_path))
    sold_at = sorted(one.ordered_at for one in records if isinstance(one, OwnOrder) and one.ordered_at)
    assert sold_at[0] < site.clock.now() - timedelta(days=300)
    assert max(later - earlier for earlier, later in pairwise(sold_at)) < timedelta(days=40)


def test_the_mails_tell_what_was_sold_since_and_one_is_forged(
    site: RunningSimulator, login: str, tmp_path: Path
) -> None:
    mails = [*read_mails(kept(site, login, "mails.mbox", tmp_path), mail_server=MAIL_SERVER)]
    told = [mail for mail in mails if isinstance(mail, OwnMail)]
    [forged] = [mail for mail in mails if isinstance(mail, DoubtfulMail)]
    assert (forged.reason, forged.told and forged.told.kind) == ("not_proven", MailKind.SOLD)
    sold = [mail for mail in told if mail.kind is MailKind.SOLD]
    labels = [mail for mail in told if mail.kind is MailKind.LABEL]
    assert sold
    assert all(mail.label and mail.transaction for mail in labels)
    labelled = [mail for mail in sold if mail.sent_at and mail.sent_at + LABEL_AFTER < site.clock.now()]
    assert sorted(mail.title or "" for mail in labelled) == sorted(mail.title or "" for mail in labels)
    assert all(mail.sent_at and mail.sent_at > site.clock.now() - ARCHIVE_AGE - COMPLETED_AFTER for mail in sold)


def test_the_list_of_costs_names_the_listings_of_the_archive(
    site: RunningSimulator, login: str, tmp_path: Path
) -> None:
    records = read_archive(kept(site, login, "archive.zip", tmp_path))
    listings = {str(one.external_id): one.title for one in records if isinstance(one, OwnListing)}
    with kept(site, login, "things.csv", tmp_path).open(encoding="utf-8-sig", newline="") as file:
        rows = {row["ID annuncio"]: row["Titolo"] for row in csv.DictReader(file, delimiter=";")}
    assert rows == listings


@pytest.mark.parametrize("path", ["nobody/archive.zip", "nobody", "", "people/more"])
def test_nobody_else_has_any(site: RunningSimulator, path: str) -> None:
    assert site.ask(f"/__family__/{path}").status == 404


def test_no_web_page_can_read_them(site: RunningSimulator) -> None:
    assert site.ask("/__family__/people", headers={"Origin": "http://evil.example"}).status == 403


def test_a_market_of_given_listings_has_no_family() -> None:
    with running_simulator(program=SMALL_SIMULATOR) as site:
        assert site.ask("/__family__/people").status == 404
