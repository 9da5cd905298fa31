"""This is where the people of a household are drawn: what each sells and where, and the fields to change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from vopt_lib.schema.own_people import Account, OwnPerson
from vopt_lib.schema.people_page import PeoplePage
from vopt_lib.schema.searches import Told
from vopt_lib.ui.buttons import buttons_of
from vopt_lib.ui.layout import card, grid, page_head
from vopt_lib.ui.markup import embedded, plain, tag
from vopt_lib.ui.states import notice
from vopt_lib.words import N_, Language, Words

if TYPE_CHECKING:
    import marimo as mo

ROLES = {"admin": N_("sees and changes everything"), "member": N_("sees her own only")}
LANGUAGES: Mapping[Language | None, str] = {None: N_("that of her browser"), "it": "Italiano", "en": "English"}
HAND_OUT = "/own/everything/{person}.zip"
"""Where all that is somebody's is downloaded (`server.handing_out`)."""


def head(words: Words) -> Markup:
    """The question of the page."""
    return page_head(words.say(N_("People")), words.say(N_("Who sells here, and on which accounts?")))


def told_shown(told: Told | None) -> Markup | None:
    """The answer to what was pressed last."""
    return notice(told.text, kind=told.kind) if told else None


def people_shown(page: PeoplePage, held: mo.ui.dictionary, form: Markup | None, words: Words) -> Markup:
    """Everybody; the form stands in the place of whom it is about, or below. Who may change nobody is told so."""
    cards = [form if one == page.of else _person(one, page, held, words) for one in page.rows]
    why = words.say(N_("You see what is yours. An admin of your household adds and changes people."))
    return tag(
        "div",
        grid(*cards),
        None if page.of else form,
        None if page.may_change else notice(why),
        class_="vopt-stack",
    )


def _person(one: OwnPerson, page: PeoplePage, held: mo.ui.dictionary, words: Words) -> Markup:
    """Her name and role, her accounts, how much is hers, and what can be done."""
    facts = [
        words.count(N_("{n} listing"), N_("{n} listings"), one.listings),
        words.count(N_("{n} sale"), N_("{n} sales"), one.sales),
        words.say(LANGUAGES[one.language]) if one.language else None,
        words.say(N_("removed")) if one.is_removed else None,
    ]
    take = tag(
        "a",
        words.say(N_("Take all her data")),
        href=HAND_OUT.format(person=one.id),
        download=True,
        class_="vopt-button",
    )
    return card(
        _accounts(one.accounts, words),
        tag("p", (tag("span", fact) for fact in facts if fact), class_="vopt-as-of"),
        title=plain(one.name) + (f" ({words.say(N_('you'))})" if one.id == page.me else ""),
        note=words.say(ROLES[one.role]),
        foot=buttons_of(held, page.acts, str(one.id), also=take),
    )


def _accounts(accounts: tuple[Account, ...], words: Words) -> Markup:
    if not accounts:
        return tag("p", words.say(N_("No account yet.")))
    listed = (tag("li", tag("b", plain(one.name)), " ", _place(one)) for one in accounts)
    return tag("ul", listed, class_="vopt-accounts")


def _place(account: Account) -> str:
    return f"vinted.{account.market}" if account.channel == "vinted" else account.channel


def fields(page: PeoplePage, words: Words) -> mo.ui.dictionary:
    """The fields of the form, with what stands in them."""
    import marimo as mo

    return mo.ui.dictionary(_FIELDS[page.form](page, words))


def form_shown(page: PeoplePage, held: mo.ui.dictionary, saving: mo.ui.dictionary, words: Words) -> Markup | None:
    """The form with its buttons; None for who may not change people."""
    if not page.may_change:
        return None
    name = plain(page.of.name) if page.of else ""
    title = words.say(_TITLES[page.form], name=name)
    note = words.say(_NOTES[page.form], name=name) if _NOTES[page.form] else None
    placed = tag("div", [embedded(held[key]) for key in held.elements], class_="vopt-fields")
    return card(placed, title=title, note=note, foot=buttons_of(saving, page.acts))


def _about(page: PeoplePage, words: Words) -> dict[str, Any]:
    """Name, role and language, of somebody new or of whom the form is about."""
    roles = {words.say(label): known for known, label in ROLES.items()}
    languages = {words.say(label): known for known, label in LANGUAGES.items()}
    one = page.of
    return {
        "name": _text(page, "name", words.say(N_("Name")), one.name if one else ""),
        "role": _choice(page, "role", words.say(N_("What she may do")), roles, value=one.role if one else "member"),
        "language": _choice(
            page, "language", words.say(N_("Language")), languages, value=one.language if one else None
        ),
    }


def _editing(page: PeoplePage, words: Words) -> dict[str, Any]:
    """The same; each account with its name and whose it is; and one more."""
    found = _about(page, words)
    owners: dict[str, int | None] = {plain(known.name): known.id for known in page.rows if not known.is_removed}
    owners[words.say(N_("nobody: remove it"))] = None
    for account in page.of.accounts if page.of else ():
        login, owner = f"login {account.id}", f"owner {account.id}"
        label = words.say(N_("Account on {place}"), place=_place(account))
        found[login] = _text(page, login, label, account.name)
        found[owner] = _choice(page, owner, words.say(N_("belongs to")), owners, value=page.of and page.of.id)
    markets = {f"vinted.{market}": market for market in page.markets}
    found["new_login"] = _text(page, "new_login", words.say(N_("Another account: her name on Vinted")), "")
    found["new_market"] = _choice(page, "new_market", words.say(N_("Site")), markets, value="it")
    return found


def _erasing(page: PeoplePage, words: Words) -> dict[str, Any]:
    return {"typed": _text(page, "typed", words.say(N_("Type her name")), "")}


def _nothing(page: PeoplePage, words: Words) -> dict[str, Any]:
    return {}


def _text(page: PeoplePage, key: str, label: str, value: str) -> mo.ui.text:
    import marimo as mo

    return mo.ui.text(str(page.draft.get(key, value)), label=label, debounce=300)


def _choice(page: PeoplePage, key: str, label: str, options: Mapping[str, Any], *, value: object) -> mo.ui.dropdown:
    import marimo as mo

    chosen = page.draft.get(key, value)
    shown = next((title for title, known in options.items() if known == chosen), next(iter(options)))
    return mo.ui.dropdown(dict(options), shown, label=label, allow_select_none=False)


_FIELDS = {"add": _about, "edit": _editing, "erase": _erasing, "none": _nothing}
_TITLES = {"add": N_("Somebody else who sells"), "edit": N_("Change {name}"), "erase": N_("Erase {name} for ever")}
_NOTES = {
    "add": N_("Everybody sees her own listings, sales and figures; an admin sees those of all."),
    "edit": "",
    "erase": N_(
        "Her listings, sales, photos, labels, expenses and accounts go, and nobody can bring them back. Take all her "
        "data first. That somebody was erased, when and by whom, stays written down."
    ),
}
