"""This is where the page of imports is drawn: what to bring, what a file holds, what came in, what vopt asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from vopt_lib.schema.imports_page import Chosen, Earlier, ImportsPage, LookedInto, Question, TableSeen, UnderWay
from vopt_lib.schema.searches import Told
from vopt_lib.ui.buttons import buttons_of
from vopt_lib.ui.layout import button_link, card, grid, page_head
from vopt_lib.ui.markup import embedded, plain, tag, together
from vopt_lib.ui.states import notice, progress, with_code
from vopt_lib.ui.tables import framed
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

ACCEPTED = ".zip,.eml,.mbox,.csv,.tsv,.txt,.xlsx,.json,.html,.htm"
SHOWN_ROWS = 4
LONGEST_TEXT = 1_200


def head(words: Words) -> Markup:
    """The question of the page."""
    return page_head(words.say(N_("Imports")), words.say(N_("Fill your shop with what you already have")))


def brought(words: Words) -> str:
    """Which files belong into the box."""
    return words.say(
        N_("Your Vinted archive (.zip), Vinted's e-mails, a table of your own, a saved page of your closet.")
    )


def _ways(words: Words) -> Markup:
    """How she gets each kind of file."""
    steps = (
        (
            N_("Your archive"),
            N_("On Vinted: Settings, Privacy, Manage account data. The link to it comes by e-mail, after some days."),
        ),
        (N_("Vinted's e-mails"), N_("Save them as files, or let vopt read your mailbox, which stays untouched.")),
        (N_("Your own table"), N_("CSV or Excel: what you paid, where things lie, what you sold elsewhere.")),
        (N_("Your closet"), N_("A saved page of it, or its address on Vinted.")),
    )
    return card(
        tag(
            "ul",
            (tag("li", tag("strong", words.say(a)), tag("p", with_code(words.say(b)))) for a, b in steps),
            class_="vopt-imports",
        ),
        title=words.say(N_("Where you find them")),
        note=words.say(N_("As often as you like, in any order: nothing counts twice, and what you wrote stays.")),
    )


def answer(told: Told | None) -> Markup | None:
    """What came of the last press."""
    return notice(told.text, kind=told.kind) if told else None


def reading(work: UnderWay | None, beat: mo.ui.refresh, words: Words) -> Markup | None:
    """How far what is read now is. `beat` lets the page look again; it stands here, unseen, while something is read."""
    if work is None:
        return None
    rows = words.count(N_("{n} row so far"), N_("{n} rows so far"), work.done) if work.done else ""
    told = words.say(N_("{name} is being read…"), name=plain(work.chosen.name))
    goes_on = words.say(N_("You can leave this page meanwhile: it goes on."))
    again = tag("div", embedded(beat), hidden=True)
    return card(progress(f"{told} {rows}".strip(), share=None), again, foot=goes_on)


def said_fields(logins: tuple[str, ...], chosen: Chosen | None, words: Words) -> mo.ui.dictionary:
    """Whose what she looks at is (one of her logins, or the first that she names), and whose word on e-mails counts."""
    import marimo as mo

    chosen = chosen or Chosen("", "")
    label = words.say(N_("Your login on Vinted"))
    login: mo.ui.text | mo.ui.dropdown
    if len(logins) > 1:
        login = mo.ui.dropdown(list(logins), chosen.login if chosen.login in logins else None, label=label)
    else:
        login = mo.ui.text(chosen.login or "", label=label, placeholder="anna_rossi", debounce=300)
    server = words.say(N_("Your mail server"))
    return mo.ui.dictionary(
        {
            "login": login,
            "mail_server": mo.ui.text(
                chosen.mail_server or "", label=server, placeholder="mx.google.com", debounce=300
            ),
        }
    )


def closet_field(words: Words) -> mo.ui.text:
    """Where her closet is on Vinted."""
    import marimo as mo

    label, hint = words.say(N_("Address of your profile")), "https://www.vinted.it/member/12345-name"
    return mo.ui.text("", label=label, placeholder=hint, full_width=True)


def other_ways(
    page: ImportsPage, held: mo.ui.dictionary, address: mo.ui.text, words: Words, *, mailbox: Markup
) -> Markup:
    """What comes in without a file, her closet and her mailbox; and how she gets each kind of file."""
    return grid(tag("div", _closet(page, held, address, words), _ways(words), class_="vopt-stack"), mailbox)


def _closet(page: ImportsPage, held: mo.ui.dictionary, address: mo.ui.text, words: Words) -> Markup:
    note = N_(
        "What your profile on Vinted shows to everybody. vopt visits it slowly, page by page, if you allowed that."
    )
    return card(
        tag("div", embedded(address), buttons_of(held, page.acts, "closet"), class_="vopt-closet"),
        title=words.say(N_("Your closet on Vinted")),
        note=words.say(note),
    )


def column_fields(looked: LookedInto | None) -> mo.ui.dictionary:
    """For each field of a table the column that it is; empty where the file is no table."""
    import marimo as mo

    if looked is None or looked.table is None:
        return mo.ui.dictionary({})
    heads = list(dict.fromkeys(looked.table.heads))
    return mo.ui.dictionary(
        {
            name: mo.ui.dropdown(heads, looked.table.columns.get(name), label=title)
            for name, title in looked.table.fields.items()
        }
    )


def looked_shown(
    shown: UnderWay | None,
    held: mo.ui.dictionary,
    *,
    said: mo.ui.dictionary,
    columns: mo.ui.dictionary,
    words: Words,
) -> Markup | None:
    """What a file or a closet holds and would become, what vopt needs to know, and the button that takes it in."""
    if shown is None or shown.looked is None:
        return None
    looked, chosen = shown.looked, shown.chosen
    is_of_mails = looked.needs_mail_server or chosen.mail_server
    consent = button_link(words.say(N_("Read the conditions")), "/follow") if looked.needs_consent else None
    needs = N_("Whose is this? vopt needs your login once, to tell sales from purchases.")
    proof = N_(
        "vopt believes an e-mail only when your mail server has checked it. How does it call itself? Gmail's is "
        "mx.google.com; else it is the first word behind “Authentication-Results” in the source of an e-mail."
    )
    body = (
        notice(looked.trouble, kind="bad", action=consent) if looked.trouble else None,
        tag("ul", (tag("li", plain(line)) for line in looked.lines[1:])) if looked.lines[1:] else None,
        tag("p", plain(looked.lines[0])) if len(looked.lines) == 1 else None,
        _asking(words.say(needs), embedded(said["login"])) if looked.needs_login else None,
        _asking(words.say(proof), embedded(said["mail_server"])) if is_of_mails else None,
        _columns(looked.table, columns, words) if looked.table else None,
    )
    return card(
        tag("div", body, class_="vopt-stack"),
        title=plain(chosen.name),
        note=words.say(N_("{kind}. Nothing is kept yet."), kind=looked.kind) if looked.kind else None,
        foot=buttons_of(held, looked.acts),
    )


def _asking(why: str, field: Markup) -> Markup:
    return together(notice(why), tag("div", field, class_="vopt-fields"))


def _columns(table: TableSeen, columns: mo.ui.dictionary, words: Words) -> Markup:
    head = [tag("th", plain(one, 40), scope="col") for one in table.heads]
    rows = [tag("tr", [tag("td", plain(cell, 60)) for cell in row]) for row in table.sample[:SHOWN_ROWS]]
    used = [name for name in table.fields if name in table.columns]
    rest = [name for name in table.fields if name not in table.columns]
    return together(
        framed(head, rows, caption=words.say(N_("The first rows of your table")), class_="vopt-table vopt-plain"),
        tag("h3", words.say(N_("Which column is what"))),
        tag("div", (embedded(columns[name]) for name in used), class_="vopt-fields"),
        tag(
            "details",
            tag("summary", words.say(N_("More that a column can be"))),
            tag("div", (embedded(columns[name]) for name in rest), class_="vopt-fields"),
        ),
    )


def questions(page: ImportsPage, held: mo.ui.dictionary, picks: mo.ui.dictionary, words: Words) -> Markup | None:
    """What vopt asks, one card each, and what she answered last."""
    cards = [_asked(one, page, held=held, picks=picks, words=words) for one in page.questions]
    more = words.count(N_("{n} more question after these"), N_("{n} more questions after these"), page.more_questions)
    answered = [tag("li", plain(one.text), " ", buttons_of(held, page.acts, one.offers or "")) for one in page.answered]
    if not cards and not answered:
        return None
    return tag(
        "div",
        tag("h2", words.say(N_("Questions for you"))) if cards else None,
        grid(*cards) if cards else None,
        tag("p", more, class_="vopt-as-of") if page.more_questions else None,
        card(tag("ul", answered), title=words.say(N_("What you answered last"))) if answered else None,
        class_="vopt-stack",
    )


def listing_picks(page: ImportsPage, words: Words) -> mo.ui.dictionary:
    """A list of her listings for each question whose answer is one of them."""
    import marimo as mo

    label = words.say(N_("Which of your listings"))
    return mo.ui.dictionary(
        {
            one.id: mo.ui.dropdown(dict(one.listings), label=label, searchable=True)
            for one in page.questions
            if one.listings
        }
    )


def _asked(
    one: Question, page: ImportsPage, *, held: mo.ui.dictionary, picks: mo.ui.dictionary, words: Words
) -> Markup:
    facts = (together(tag("dt", name), tag("dd", plain(value, LONGEST_TEXT))) for name, value in one.facts)
    return card(
        tag("dl", facts, class_="vopt-asked"),
        tag("div", embedded(picks[one.id]), class_="vopt-fields") if one.listings else None,
        title=one.why,
        note=words.say(N_("From {file}"), file=plain(one.file_name)),
        foot=buttons_of(held, page.acts, one.id),
    )


def earlier(rows: tuple[Earlier, ...], words: Words) -> Markup | None:
    """What came in before."""
    if not rows:
        return None
    listed = [
        tag(
            "li",
            tag("strong", plain(row.file_name)),
            " ",
            tag("small", row.at),
            tag("p", " · ".join(row.lines)),
            notice(row.note, kind="warn") if row.note else None,
        )
        for row in rows
    ]
    return card(tag("ul", listed, class_="vopt-imports"), title=words.say(N_("What came in before")))
