"""What a made-up seller has at home is read by the same readers as a real one's, and agrees with what visitors see."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.servers import SMALL_SIMULATOR, RunningSimulator, running_simulator
from vopt_lib.imports.archive import read_archive
from vopt_lib.imports.mail import read_mails
from vopt_lib.schema.own_mails import MailKind, OwnMail
from vopt_lib.schema.own_records import OwnListing, OwnOrder
from vopt_lib.simulator.keepsakes import ARCHIVE_AGE, LABEL_AFTER, MAIL_SERVER


@pytest.fixture(scope="module")
def site() -> Iterator[RunningSimulator]:
    with running_simulator(seed=5, start="2026-10-01", days=20, scale=0.1) as site:
        site.clock.move_to(site.clock.now() + timedelta(days=20))
        yield site


@pytest.fixture(scope="module")
def login(site: RunningSimulator) -> str:
    return str(site.ask("/__family__/people").json["people"][0])


def kept(site: RunningSimulator, login: str, name: str, folder: Path) -> Path:
    path = folder / name
    path.write_bytes(site.ask(f"/__family__/{login}/{name}").body)
    return path


def test_an_archive_tells_her_listings_and_completed_sales(site: RunningSimulator, login: str, tmp_path: Path) -> None:
    records = list(read_archive(kept(site, login, "archive.zip", tmp_path)))
    listings = [one for one in records if isinstance(one, OwnListing)]
    orders = [one for one in records if isinstance(one, OwnOrder)]
    assert len(listings) + len(orders) == len(records)
    assert len({one.external_id for one in listings}) == len(listings) > 10
    sold = {one.title for one in listings if one.is_sold}
    assert {thing.title for order in orders for thing in order.things} <= sold
    assert all(order.seller == login and order.received == order.total for order in orders)


def test_the_mails_tell_what_was_sold_since(site: RunningSimulator, login: str, tmp_path: Path) -> None:
    mails = [*read_mails(kept(site, login, "mails.mbox", tmp_path), mail_server=MAIL_SERVER)]
    told = [mail for mail in mails if isinstance(mail, OwnMail)]
    assert told == mails
    sold = [mail for mail in told if mail.kind is MailKind.SOLD]
    labels = [mail for mail in told if mail.kind is MailKind.LABEL]
    assert sold
    assert all(mail.label and mail.transaction for mail in labels)
    labelled = [mail for mail in sold if mail.sent_at and mail.sent_at + LABEL_AFTER < site.clock.now()]
    assert sorted(mail.title or "" for mail in labelled) == sorted(mail.title or "" for mail in labels)
    assert all(mail.sent_at and mail.sent_at > site.clock.now() - 2 * ARCHIVE_AGE for mail in sold)


def test_the_list_of_costs_names_the_listings_of_the_archive(
    site: RunningSimulator, login: str, tmp_path: Path
) -> None:
    records = read_archive(kept(site, login, "archive.zip", tmp_path))
    listings = {str(one.external_id): one.title for one in records if isinstance(one, OwnListing)}
    with kept(site, login, "things.csv", tmp_path).open(encoding="utf-8-sig", newline="") as file:
        rows = {row["ID annuncio"]: row["Titolo"] for row in csv.DictReader(file, delimiter=";")}
    assert {number: " ".join(title.split()) for number, title in rows.items()} == listings


@pytest.mark.parametrize("path", ["nobody/archive.zip", "nobody", "", "people/more"])
def test_nobody_else_has_any(site: RunningSimulator, path: str) -> None:
    assert site.ask(f"/__family__/{path}").status == 404


def test_no_web_page_can_read_them(site: RunningSimulator) -> None:
    assert site.ask("/__family__/people", headers={"Origin": "http://evil.example"}).status == 403


def test_a_market_of_given_listings_has_no_family() -> None:
    with running_simulator(program=SMALL_SIMULATOR) as site:
        assert site.ask("/__family__/people").status == 404
