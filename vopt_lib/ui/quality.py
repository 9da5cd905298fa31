"""This is where the page of data quality is drawn: what was checked, what was searched, and how right vopt is."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from vopt_lib.schema.quality_page import QualityPage
from vopt_lib.ui.charts.coverage import coverage
from vopt_lib.ui.icons import icon
from vopt_lib.ui.layout import button_link, card, grid, page_head
from vopt_lib.ui.markup import plain, tag, together
from vopt_lib.ui.states import empty, failed, notice, with_code
from vopt_lib.ui.tables import Column, framed, table
from vopt_lib.ui.tiles import tiles
from vopt_lib.words import N_, Words

CHECKS_IN_SIGHT = 5
GAPS_IN_SIGHT = 8
ROUNDS_IN_SIGHT = 7
DOCS = "/quality/docs/index.html"
_ICONS = {"passed": "good", "warned": "warn", "failed": "bad", "untold": "info"}


def head(page: QualityPage, words: Words) -> Markup:
    """The question of the page, and how fresh its answer is."""
    question = words.say(N_("How far can I rely on these figures?"))
    docs = tag(
        "a", words.say(N_("Every detail")), href=DOCS, target="_blank", rel="noopener", class_="vopt-button",
        title=words.say(N_("The pages of Great Expectations on the newest checks, in English")),
    )  # fmt: skip
    actions = docs if page.has_docs else None
    return page_head(words.say(N_("Data quality")), question, as_of=_as_of(page, words), actions=actions)


def _as_of(page: QualityPage, words: Words) -> Markup | None:
    published = words.say(N_("As of {at}"), at=page.published_at) if page.published_at else None
    newest = words.say(N_("newest day {day}"), day=page.newest_day) if page.newest_day else None
    parts = [tag("span", part) for part in (published, newest) if part]
    return tag("p", parts, class_="vopt-as-of") if parts else None


def answer(page: QualityPage, words: Words) -> Markup:
    """How the newest day did; what to do first where there is none; what is in the way."""
    if page.trouble is not None:
        return failed(page.trouble, words)
    if page.is_empty:
        told = words.say(N_("Choose what to watch. Then everything that comes in is checked before you see it."))
        button = button_link(words.say(N_("Choose a search")), "/follow", primary=True)
        return empty(words.say(N_("Nothing to check yet")), told, button)
    if page.verdict is None:
        return notice(words.say(N_("Nothing was checked yet: the next day that is collected will be.")))
    return notice(page.verdict.text, kind=page.verdict.kind)


def known(page: QualityPage, words: Words) -> Markup | None:
    """What rests on little: refused rows, pages, what searches miss, ages."""
    return tiles(page.tiles, words) if page.tiles else None


def searched(page: QualityPage, words: Words) -> Markup | None:
    """On which days what was searched, and why not on the others."""
    if not page.covered:
        return None
    note = words.say(N_("the last 30 days; a fuller square saw more of the market"))
    return card(coverage(page.covered, page.days, words), title=words.say(N_("What was searched")), note=note)


def gaps(page: QualityPage, words: Words) -> Markup | None:
    """Why days are missing, and what was refused."""
    if page.gaps is None or page.refused is None or not page.covered:
        return None
    columns = (
        Column("day", words.say(N_("Day")), "day"),
        Column("name", words.say(N_("Search"))),
        Column("why", words.say(N_("Why"))),
    )
    title = words.say(N_("Why something is missing"))
    none = tag("p", words.say(N_("Nothing is missing: every search of these days came to its end.")))
    first = table(page.gaps[:GAPS_IN_SIGHT], columns, words, caption=title, empty=none)
    more = table(page.gaps[GAPS_IN_SIGHT:], columns, words, caption=words.say(N_("Show earlier ones")))
    reasons = (
        Column("reason", words.say(N_("Reason"))),
        Column("rows", words.say(N_("Rows")), "count"),
    )
    refused = words.say(N_("What was refused"))
    nothing = tag("p", words.say(N_("No row was refused.")))
    note = words.say(N_("rows of the last 30 days that cannot be right; they are in no figure"))
    return grid(
        card(first, _folded(more, words), title=title, note=words.say(N_("the last 30 days"))),
        card(table(page.refused, reasons, words, caption=refused, empty=nothing), title=refused, note=note),
        columns=1,
    )


def checks(page: QualityPage, words: Words) -> Markup | None:
    """Every check of the newest round: what it looks at, why, and how it went."""
    if page.checks is None:
        return None
    title = words.say(N_("What was checked"))
    rows = list(page.checks.iter_rows(named=True))
    in_sight = max(CHECKS_IN_SIGHT, sum(row["kind"] in ("failed", "warned") for row in rows))
    note = words.say(N_("before the newest day was published; each line says what would else go unseen"))
    first = _checked(rows[:in_sight], title, words)
    summary = words.say(N_("Show all checks"))
    more = tag("details", tag("summary", summary), _checked(rows[in_sight:], summary, words), class_="vopt-more")
    return card(first, more if rows[in_sight:] else None, title=title, note=note)


def _checked(rows: Sequence[dict[str, str]], caption: str, words: Words) -> Markup:
    heads = (words.say(N_("Check")), words.say(N_("How it went")), words.say(N_("Looked at")))
    head_row = [tag("th", name, scope="col", role="columnheader") for name in heads]
    body = [_check(row, heads) for row in rows]
    return framed(head_row, body, caption=caption, class_="vopt-table vopt-blocks vopt-checks")


def _check(row: dict[str, str], heads: tuple[str, str, str]) -> Markup:
    result = tag("span", icon(_ICONS[row["kind"]]), " ", row["result"], class_=f"vopt-result is-{row['kind']}")
    cells = (together(row["title"], tag("small", row["loud"])), result, plain(row["detail"], 300) or "–")
    pairs = zip(cells, heads, strict=True)
    return tag("tr", (tag("td", cell, data_label=name, role="cell") for cell, name in pairs), role="row")


def drifts(page: QualityPage, words: Words) -> Markup | None:
    """Every search beside itself a week ago."""
    if page.drifts is None:
        return None
    columns = (
        Column("name", words.say(N_("Search"))),
        Column("listings", words.say(N_("Listings")), "count"),
        Column("before", words.say(N_("Then")), "count"),
        Column("median_change", words.say(N_("Median price")), "change"),
        Column("psi", words.say(N_("Drift (PSI)")), "count", digits=3),
        Column("before_on", words.say(N_("Compared with")), "day"),
    )
    title = words.say(N_("Against last week"))
    note = words.say(
        N_("PSI says how far prices have moved between ten groups: below 0.1 hardly, from 0.25 on clearly")
    )
    return card(table(page.drifts, columns, words, caption=title), title=title, note=note)


def rounds(page: QualityPage, words: Words) -> Markup | None:
    """How the checks of the last weeks went."""
    if page.rounds is None:
        return None
    columns = (
        Column("at", words.say(N_("When")), "moment"),
        Column("passed", words.say(N_("Passed")), "count"),
        Column("warned", words.say(N_("Warnings")), "count"),
        Column("failed", words.say(N_("Failed")), "count"),
        Column("told", words.say(N_("What came of it"))),
    )
    title = words.say(N_("The last weeks"))
    more = table(page.rounds[ROUNDS_IN_SIGHT:], columns, words, caption=words.say(N_("Show earlier ones")))
    return card(table(page.rounds[:ROUNDS_IN_SIGHT], columns, words, caption=title), _folded(more, words), title=title)


def rightness(page: QualityPage, words: Words) -> Markup | None:
    """How right vopt was where the truth is known, or how to find out."""
    if page.trouble is not None:
        return None
    title = words.say(N_("How right vopt is"))
    why = words.say(
        N_(
            "On Vinted nobody knows the truth. On a made-up market vopt does: there it watches for some weeks as it"
            " would watch Vinted, and what it tells is held against what really happened."
        )
    )
    if page.evaluated is None:
        how = words.say(N_("Type `vopt evaluate market` at a terminal: it takes some minutes, and visits nobody."))
        return card(tag("p", why), tag("p", with_code(how)), title=title)
    note = words.say(N_("As of {at}"), at=page.evaluated.at)
    every = tag("ul", (tag("li", line) for line in page.evaluated.lines), class_="vopt-lines")
    told = tag("details", tag("summary", words.say(N_("All its figures"))), every, class_="vopt-more")
    stacked = tag("div", tag("p", why), tiles(page.evaluated.tiles, words), told, class_="vopt-stack")
    return card(stacked, title=title, note=note)


def _folded(more: Markup, words: Words) -> Markup | None:
    if not more:
        return None
    return tag("details", tag("summary", words.say(N_("Show earlier ones"))), more, class_="vopt-more")
