"""How she sends what she sold: she prints its label, marks it as sent, and takes that back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewWindow, address_of, served
from tests.shop.pdfs import label
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.services import Service
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.shop.tables import ChannelAccount, Order, OrderLine, Shipment

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Service]:
    """The pages of a vopt whose owner sold a dress, too long ago."""
    desk = open_desk(data=tmp_path)
    sha256, now = hashlib.sha256(label()).hexdigest(), desk.clock.now()
    desk.paths.labels.mkdir()
    (desk.paths.labels / sha256).write_bytes(label())
    facts = {"kind": "sale", "state": "reserved", "currency": "EUR", "account_id": 1, "source": "test"}
    shipment = Shipment(household_id=1, send_by=now - timedelta(days=2), label_sha256=sha256)
    line = OrderLine(household_id=1, title="A red dress")
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.add(ChannelAccount(household_id=1, person_id=1, channel="vinted", market="it", name="a"))
        session.flush()
        session.add(Order(household_id=1, ordered_at=now, lines=[line], shipment=shipment, **facts))
    with served(tmp_path) as pages:
        yield pages


@pytest.fixture
def vopt(pages: Service) -> str:
    """Their address."""
    return address_of(pages)


def test_she_writes_who_carries_a_parcel_and_takes_it_back(vopt: str, new_window: NewWindow) -> None:
    window = new_window(vopt, language="en")
    window.open("/")
    parcel = window.shown.get_by_role("listitem").filter(has_text="A red dress")
    parcel.get_by_role("button", name="Details").click()
    parcel.get_by_label("Carrier").fill("Poste")
    parcel.get_by_label("Send it by").fill("soon")
    parcel.get_by_role("button", name="Save").click()
    expect(window.shown.get_by_role("alert").filter(has_text="“soon” is not a day")).to_be_visible()
    expect(parcel.get_by_label("Carrier")).to_have_value("Poste")
    parcel.get_by_label("Send it by").fill(f"{datetime.now() + timedelta(days=3):%d/%m/%Y}")  # noqa: DTZ005
    parcel.get_by_role("button", name="Save").click()
    expect(parcel).to_contain_text("3 days left")
    expect(parcel).to_contain_text("Poste")
    told = window.shown.get_by_role("status").filter(has_text="What you wrote of the parcel is kept.")
    told.get_by_role("button", name="Undo").click()
    expect(parcel).to_contain_text("late by 2 days")
    assert window.complaints == []


def test_what_was_typed_last_is_kept_also_where_vopt_is_slow_to_hear_it(pages: Service, new_window: NewWindow) -> None:
    server = psutil.Process(pages.process.pid)
    window = new_window(address_of(pages), language="en")
    window.open("/")
    parcel = window.shown.get_by_role("listitem").filter(has_text="A red dress")
    parcel.get_by_role("button", name="Details").click()
    parcel.get_by_label("Carrier").fill("Poste")
    stopped = [server, *server.children(recursive=True)]
    for process in stopped:
        process.suspend()
    try:
        parcel.get_by_label("Tracking number").fill("RR123")
        parcel.get_by_role("button", name="Save").click()
        window.page.keyboard.press("Tab")  # whatever the press set going has been set going
    finally:
        for process in stopped:
            process.resume()
    expect(window.shown.get_by_role("status").filter(has_text="What you wrote of the parcel is kept.")).to_be_visible()
    expect(parcel).to_contain_text("Poste RR123")


def test_she_prints_a_label_marks_the_parcel_as_sent_and_takes_it_back(vopt: str, new_window: NewWindow) -> None:
    window = new_window(vopt, language="en")
    window.open("/")
    parcel = window.shown.get_by_role("listitem").filter(has_text="A red dress")
    expect(parcel).to_contain_text("late by 2 days")

    link = parcel.get_by_role("link", name="Print the label of A red dress")
    with window.page.context.expect_page() as printed:
        link.click()
    answer = window.page.context.request.get(str(link.get_attribute("href")))
    assert (answer.headers["content-type"], answer.body()[:5]) == ("application/pdf", b"%PDF-")
    printed.value.close()

    parcel.get_by_role("button", name="Mark as sent").click()
    told = window.shown.get_by_role("status").filter(has_text="1 parcel is marked as sent.")
    expect(parcel).to_have_count(0)
    told.get_by_role("button", name="Undo").click()
    expect(parcel).to_contain_text("late by 2 days")
    assert window.complaints == []
