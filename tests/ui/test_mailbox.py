"""The form of a mailbox goes to vopt beside the page, and says what her provider wants."""

from __future__ import annotations

from tests.ui.pieces import seen, text_of
from vopt_lib.schema.imports_page import ImportsPage, MailService
from vopt_lib.ui.buttons import buttons
from vopt_lib.ui.mailbox import mailbox_card, told_channel
from vopt_lib.words import Words

EN = Words("en")
SERVICES = (
    MailService("Gmail", "https://myaccount.google.com/apppasswords", takes_passwords=True),
    MailService("Libero", None, takes_passwords=True),
    MailService("Outlook", None, takes_passwords=False),
)


def card(*mailboxes: tuple[str, str]) -> object:
    acts = {address: [("read", "Read it now"), ("forget", "Forget it")] for address, _ in mailboxes}
    page = ImportsPage((), (), 0, (), (), mailboxes, SERVICES, acts)
    held = buttons(acts, lambda act, thing: None)
    return seen(mailbox_card(page, held, told_channel(lambda text: None), EN))


def test_what_she_types_goes_in_the_body_of_a_request_and_into_no_control() -> None:
    form = card().find(".//form")  # type: ignore[attr-defined]
    assert (form.get("method"), form.get("action")) == ("post", "/own/mailbox")
    fields = {field.get("name"): field.get("type") for field in form.iter("input")}
    assert fields == {"address": "email", "password": "password", "server": None, "folder": None, "checked_by": None}
    assert {field.get("autocomplete") for field in form.iter("input")} == {"off"}
    assert [field.get("value") for field in form.iter("input")] == [None] * 5


def test_every_provider_says_what_it_wants() -> None:
    told = [text_of(row) for row in card().findall(".//ul[@class='vopt-services']/li")]  # type: ignore[attr-defined]
    assert [line.split()[:2] for line in told] == [["Gmail", "want"], ["Libero", "take"], ["Outlook", "lets"]]
    (link,) = card().findall(".//ul[@class='vopt-services']//a")  # type: ignore[attr-defined]
    assert (link.get("href"), link.get("rel")) == (SERVICES[0].app_passwords, "noopener noreferrer")


def test_a_mailbox_stands_before_the_form_for_another_one() -> None:
    drawn = card(("anna@<b>.it", "imap.example.it"))
    assert "anna@<b>.it imap.example.it" in text_of(drawn)  # type: ignore[arg-type]
    assert drawn.find(".//details//form") is not None  # type: ignore[attr-defined]
