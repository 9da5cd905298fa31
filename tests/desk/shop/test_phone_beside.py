"""The code for photos from a phone beside a listing: one at a time, and gone when its page is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.shop.phone_pages import Server
from tests.desk.shop.takings import Home, home, write
from vopt_lib.desk.shop.phone_beside import PhoneBeside
from vopt_lib.schema.visitor import Visitor

OWNER = Visitor("anna", "en")


@pytest.fixture
def anna(tmp_path: Path) -> Home:
    at_home = home(tmp_path)
    write(at_home)
    return at_home


def test_one_code_is_open_at_a_time_and_shown_beside_its_own_listing(anna: Home) -> None:
    server = Server()
    phone = PhoneBeside(server.page)
    assert phone.shown(1) is None
    assert phone.begin(anna.desk, OWNER, 1).told.kind == "good"
    shown = phone.shown(1)
    assert shown is not None
    assert shown.code.text == shown.page.address == "http://192.168.1.7:8422/1"
    assert (phone.shown(2), phone.shown(None)) == (None, None)
    phone.begin(anna.desk, OWNER, 2)
    assert (server.open, phone.shown(1)) == ([2], None)
    assert phone.end(OWNER).told.kind == "good"
    assert (server.open, phone.shown(2)) == ([], None)


def test_a_code_whose_time_is_over_is_shown_no_more(anna: Home) -> None:
    server = Server()
    phone = PhoneBeside(server.page)
    phone.begin(anna.desk, OWNER, 1)
    server.is_alive = False
    assert phone.shown(1) is None


def test_without_a_home_network_she_is_told_why(anna: Home) -> None:
    phone = PhoneBeside(Server().page)
    answered = phone.begin(anna.desk, OWNER, 9)
    assert (answered.told.kind, phone.shown(9)) == ("bad", None)
    assert answered.told.text.startswith("This computer has no address in a home network.")


def test_a_page_that_is_left_closes_its_code(anna: Home) -> None:
    server = Server()
    phone = PhoneBeside(server.page)
    phone.begin(anna.desk, OWNER, 1)
    del phone
    assert server.open == []
