"""`vopt import` as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Vopt
from tests.imports.archives import archive, listing, page
from tests.imports.mails import GOOD, MAIL_SERVER, SOLD_IT, mail


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An archive of one listing, and of one whose price cannot be read."""
    return archive(tmp_path, {"index.html": page(listing(), listing(2234567890, title="Borsa", order_value="dieci"))})


def test_an_archive_is_tried_taken_in_and_known_again(vopt: Vopt, file: Path) -> None:
    tried = vopt("import", "archive", str(file), "--account", "anna_r", "--dry-run")
    told = [
        "  1 listing read",
        "  1 entry that vopt could not take in by itself",
        "  1 new listing",
        "  1 new question for you",
    ]
    assert tried.lines == [
        *("archive.zip, of anna_r, only to see:", *told),
        "Nothing was kept. Without --dry-run it is taken in.",
    ]
    assert vopt("import", "archive", str(file), "--account", "anna_r").lines == ["archive.zip, of anna_r:", *told]
    assert vopt("import", "archive", str(file)).out == "archive.zip: taken in before, nothing new.\n"


def test_without_an_account_she_is_told_to_say_it_once(vopt: Vopt, file: Path) -> None:
    told = vopt("import", "archive", str(file))
    assert told.status == 1
    assert "Say its login once with --account" in told.err


def test_e_mails_are_taken_in_and_a_file_that_is_missing_keeps_none_out(vopt: Vopt, tmp_path: Path) -> None:
    sold = tmp_path / "sold.eml"
    sold.write_bytes(mail("Hai venduto un articolo su Vinted", SOLD_IT, results=(GOOD,)))
    asked = ("import", "mail", str(tmp_path / "none.eml"), str(sold), "--account", "anna_r")
    told = vopt(*asked, "--mail-server", MAIL_SERVER, "--json")
    assert told.status == 1
    assert "none.eml cannot be read: it does not exist." in told.err
    (report,) = json.loads(told.out)
    assert (report["file_name"], report["read"], report["made"]) == ("sold.eml", {"mails": 1}, {"orders_new": 1})
    again = vopt("import", "mail", str(sold))
    assert again.out == "sold.eml: taken in before, nothing new.\n"


def test_for_somebody_who_is_not_there_nothing_is_taken_in(vopt: Vopt, file: Path) -> None:
    told = vopt("import", "archive", str(file), "--person", "Zoe", "--account", "z")
    assert told.status == 1
    assert "Nobody in your shop is called “Zoe”" in told.err
