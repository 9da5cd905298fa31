"""This is where her mailboxes are drawn, and the form in which she sets one.

What she types goes to vopt beside the page (private.js): a control of the page would keep her password in memory for as
long as the page is open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from vopt_lib.schema.imports_page import ImportsPage, MailService
from vopt_lib.ui.buttons import buttons_of
from vopt_lib.ui.layout import card
from vopt_lib.ui.links import link
from vopt_lib.ui.markup import embedded, plain, tag, together
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

LABEL = "vopt-private-told"
SET: Final = "/own/mailbox"
"""Where a mailbox is set (`server.own`)."""


def told_channel(on_told: Callable[[str], None]) -> mo.ui.text:
    """What private.js writes what vopt answered into. Bind it to a name of its cell."""
    import marimo as mo

    return mo.ui.text(label=LABEL, on_change=on_told)


def mailbox_card(page: ImportsPage, held: mo.ui.dictionary, channel: mo.ui.text, words: Words) -> Markup:
    """Her mailboxes with what can be done, and the form for another one."""
    note = N_(
        "vopt reads Vinted's e-mails there and nothing else. It only looks: nothing is marked as read, moved or "
        "deleted. The password is kept encrypted on this computer."
    )
    kept = (
        tag("li", tag("strong", plain(address)), " ", tag("small", plain(host)), buttons_of(held, page.acts, address))
        for address, host in page.mailboxes
    )
    form = _form(channel, words)
    another = tag("details", tag("summary", words.say(N_("Another mailbox"))), form, _services(page.services, words))
    return card(
        tag("ul", kept, class_="vopt-imports") if page.mailboxes else None,
        another if page.mailboxes else together(form, _services(page.services, words)),
        title=words.say(N_("Your mailbox")),
        note=words.say(note),
    )


def _form(channel: mo.ui.text, words: Words) -> Markup:
    more = tag(
        "details",
        tag("summary", words.say(N_("If vopt asks for it"))),
        _field("server", words.say(N_("Server for incoming mail (IMAP)")), "imap.example.it"),
        _field("folder", words.say(N_("Folder in which Vinted's e-mails lie")), "INBOX"),
        _field("checked_by", words.say(N_("How your server signs what it checked")), "mx.example.it"),
    )
    return tag(
        "form",
        _field("address", words.say(N_("E-mail address")), "anna@gmail.com", type="email", required=True),
        _field("password", words.say(N_("Password, or app password")), "", type="password", required=True),
        more,
        tag("div", tag("button", words.say(N_("Look into it and keep it")), class_="vopt-button", type="submit")),
        tag("p", role="status"),
        tag("div", embedded(channel), hidden=True),
        class_="vopt-private",
        action=SET,
        method="post",
        data_under_way=words.say(N_("vopt looks into the mailbox…")),
        data_broken=words.say(N_("vopt did not answer. Is it still running? Try again.")),
    )


def _field(name: str, label: str, hint: str, **attributes: object) -> Markup:
    field = tag(
        "input", name=name, placeholder=hint, autocomplete="off", spellcheck="false", maxlength=320, **attributes
    )
    return tag("label", tag("span", label), field)


def _services(services: tuple[MailService, ...], words: Words) -> Markup:
    """What her provider wants: a password made for programs, her usual one, or that no program comes at all."""
    with_link = [link(one.name, one.app_passwords) for one in services if one.app_passwords]
    closed = [one.name for one in services if not one.takes_passwords]
    usual = [one.name for one in services if one.takes_passwords and not one.app_passwords]
    never = N_("lets in no program with a password. Let Vinted's e-mails be forwarded, or save them as files.")
    rows = (
        (Markup(", ").join(with_link), N_("want a password made for vopt alone (“app password”): make one there.")),
        (", ".join(usual), N_("take your usual password.")),
        (", ".join(closed), never),
    )
    return tag("ul", (tag("li", tag("b", names), " ", words.say(told)) for names, told in rows), class_="vopt-services")
