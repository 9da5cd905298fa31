"""This is where the language models become a page: who writes and who looks, what is missing, and what was used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

import polars as pl
from markupsafe import Markup

from vopt_lib.errors import AssistantUnreachable
from vopt_lib.schema.assistant import BackendState, Job, WantedModel
from vopt_lib.schema.assistant_page import AssistantNow, AssistantPage, Fetching, first_with
from vopt_lib.schema.own_assistant import UseSum
from vopt_lib.schema.tile import Tile
from vopt_lib.ui.buttons import buttons_of
from vopt_lib.ui.cells import MISSING
from vopt_lib.ui.layout import card, grid, page_head
from vopt_lib.ui.links import link
from vopt_lib.ui.markup import embedded, plain, tag, together
from vopt_lib.ui.states import empty, failed, loading, notice, progress, with_code
from vopt_lib.ui.tables import Column, table
from vopt_lib.ui.tiles import tiles
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    import marimo as mo

PAGE: Final = "/assistant"

SMALL: Final = 0.005
"""EUR: what is less would be told as nothing."""


def health_line(states: Sequence[BackendState] | None, words: Words) -> Markup:
    """Who writes and who looks now, in one line that leads to the page. states: None while they are being asked."""
    if states is None:
        told: list[str] = [words.say(N_("Looking for language models…"))]
    else:
        told = [_does(states, job, words) for job in ("write", "look")]
        if not any(first_with(states, job) for job in ("write", "look")):
            told = [words.say(N_("Without a language model: built-in texts"))]
    there = link(words.say(N_("Language models")), PAGE)
    return tag("p", (tag("span", one) for one in told), tag("span", there), class_="vopt-as-of")


def head(words: Words) -> Markup:
    """The question of the page."""
    return page_head(words.say(N_("Language models")), words.say(N_("Who writes here, and what does it cost?")))


def news(now: AssistantNow, page: AssistantPage, beat: mo.ui.refresh, words: Words) -> Markup:
    """The answer to a press, what is fetched, and what stands in the way.

    `beat` lets the page look again; it stands here, unseen, only while something is under way.
    """
    told = notice(page.told.text, kind=page.told.kind) if page.told else None
    again = tag("div", embedded(beat), hidden=True) if now.is_moving else None
    fetched = _fetched(now.fetching, words) if now.fetching else None
    spent = _spent(page, words) if page.allowance and page.allowance.is_spent else None
    trouble = failed(page.trouble, words) if page.trouble else None
    return tag("div", told, fetched, spent, trouble, again, class_="vopt-stack")


def ladder(page: AssistantPage, held: mo.ui.dictionary, words: Words) -> Markup:
    """Whom vopt asks, one after the other, and how each is; the built-in texts always come last."""
    states = page.health.states
    if states is None:
        return together(_answer(None, words), loading(words.say(N_("The language models are being asked…"))))
    fetch = {thing: buttons_of(held, page.acts, thing) for thing in page.acts if thing}
    cards = [_backend(place, state, fetch, words) for place, state in enumerate(states, start=1)]
    again = buttons_of(held, page.acts)
    nothing = None if states else _nothing(words)
    rungs = grid(*cards, _built_in(len(cards) + 1, words))
    return tag("div", _answer(states, words), nothing, rungs, again, class_="vopt-stack")


def usage(page: AssistantPage, words: Words) -> Markup:
    """What was used in the last days, and what may still be used today."""
    if page.usage is None or page.allowance is None:
        return Markup("")
    sums = page.usage.sums
    title = words.say(N_("What was used in {n} days"), n=page.usage.period.days)
    whose = N_("Everybody of the household.") if page.sees_all else N_("By you.")
    nothing = tag("p", words.say(N_("No language model was asked in these days.")))
    body = table(_rows(sums, words), _columns(page, words), words, caption=title, empty=nothing)
    foot = _uncounted(sums, words)
    return card(tag("div", tiles(_tiles(page, words), words), body, class_="vopt-stack"),
                title=title, note=words.say(whose), foot=foot)  # fmt: skip


def _spent(page: AssistantPage, words: Words) -> Markup:
    return notice(words.say(N_("Your tokens of today are used up: until midnight vopt uses its built-in texts.")),
                  kind="warn")  # fmt: skip


def _answer(states: Sequence[BackendState] | None, words: Words) -> Markup | None:
    """Who writes now, as a message."""
    if states is None:
        return None
    writer = first_with(states, "write")
    if writer is None:
        told = N_("No language model writes now: vopt uses its built-in texts. Everything else works as ever.")
        return notice(words.say(told), kind="warn" if states else "info")
    return notice("; ".join(_does(states, job, words) for job in ("write", "look")) + ".", kind="good")


def _does(states: Sequence[BackendState], job: Job, words: Words) -> str:
    """Who does this: "phi3:mini of Ollama writes texts"."""
    found = first_with(states, job)
    if found is None:
        return words.say(N_("nobody looks at photos") if job == "look" else N_("vopt's built-in texts"))
    told = N_("{model} of {backend} looks at photos") if job == "look" else N_("{model} of {backend} writes texts")
    return words.say(told, model=plain(found[1], 60), backend=plain(found[0].name, 60))


def _nothing(words: Words) -> Markup:
    text = N_(
        "Install Ollama on this computer or another one of your home, tell where it is by `VOPT_OLLAMA_URL`, and type "
        "`vopt assistant pull`. Nothing leaves your home."
    )
    return empty(words.say(N_("No language model is set")), words.say(text))


def _backend(place: int, state: BackendState, fetch: Mapping[str, Markup | None], words: Words) -> Markup:
    """One rung: where it is, whether it answers, and each of its models."""
    where = tag("span", plain(_without_login(state.url)), translate="no")
    chips = (_chip(state, words), " ", where)
    trouble = tag("p", with_code(words.error(state.trouble))) if state.trouble else None
    install = None
    if isinstance(state.trouble, AssistantUnreachable) and place == 1:
        install = tag("p", with_code(words.say(N_("Not installed yet? Install Ollama, then `vopt assistant pull`."))))
    models = [_model(one, state, fetch, words) for one in state.wanted]
    listed = tag("ul", models, class_="vopt-lines") if models else tag("p", words.say(N_("No model of it is set.")))
    return card(tag("p", chips), trouble, install, listed, title=f"{place}. {plain(state.name, 60)}")


def _chip(state: BackendState, words: Words) -> Markup:
    if state.trouble is not None:
        return tag("span", words.say(N_("cannot be asked")), class_="vopt-chip is-deleted")
    took = words.number(state.seconds, 2) if state.seconds is not None else MISSING
    return tag("span", words.say(N_("answers in {seconds} s"), seconds=took), class_="vopt-chip is-published")


def _model(one: WantedModel, state: BackendState, fetch: Mapping[str, Markup | None], words: Words) -> Markup:
    """What a model is for, its name and size, and a button where it is missing."""
    told, button = [words.say(one.label)], None
    if one.here is not None and one.here.size:
        told.append(words.say(N_("{size} GB"), size=words.number(one.here.size / 1e9, 1)))
    if one.here is None and state.trouble is None:
        told.append(words.say(N_("missing")))
        button = fetch.get(one.name)
    name = tag("p", tag("b", plain(one.name, 60), translate="no"))
    return tag("li", name, tag("small", " · ".join(told)), button)


def _built_in(place: int, words: Words) -> Markup:
    always = tag("span", words.say(N_("always works")), class_="vopt-chip is-published")
    told = N_("Texts made of the facts that you give, by rules: without a language model, at once, for nothing.")
    return card(tag("p", always), tag("p", words.say(told)), title=f"{place}. {words.say(N_('Built-in texts'))}")


def _fetched(now: Fetching, words: Words) -> Markup:
    """How far a model is, or how it ended."""
    model = plain(now.model, 60)
    if now.trouble is not None:
        return failed(now.trouble, words)
    if now.is_over:
        return notice(words.say(N_("{model} is there."), model=model), kind="good")
    step = now.step
    size = words.say(N_("of {size} GB"), size=words.number(step.of / 1e9, 1)) if step and step.of else ""
    share = f"{words.percent(now.share)} {size}".strip() if now.share is not None else ""
    told = words.say(N_("{model} is being fetched…"), model=model)
    goes_on = words.say(N_("You can leave this page meanwhile: it goes on."))
    return card(progress(f"{told} {share}".strip(), share=now.share), foot=goes_on)


def _tiles(page: AssistantPage, words: Words) -> list[Tile]:
    if page.usage is None or page.allowance is None:
        return []
    sums, left = page.usage.sums, page.allowance
    failures = sum(one.failures for one in sums)
    cost = sum((float(one.cost) for one in sums), 0.0)
    unpriced = sum(one.unpriced for one in sums)
    return [
        Tile(
            words.say(N_("Left for you today")),
            words.number(left.tokens_left),
            words.say(N_("tokens")),
            words.say(N_("of {n}"), n=left.tokens_a_day),
        ),
        Tile(
            words.say(N_("Tokens")),
            words.number(sum(one.tokens for one in sums)),
            trend=page.usage.by_day if any(page.usage.by_day) else (),
        ),
        Tile(
            words.say(N_("Answers")),
            words.number(sum(one.answers for one in sums)),
            detail=words.count(N_("{n} in vain"), N_("{n} in vain"), failures),
        ),
        Tile(words.say(N_("Cost")), _cost(cost, words), detail=_unpriced(unpriced, words)),
    ]


def _cost(cost: float, words: Words) -> str:
    return words.money(cost, digits=2 if cost >= SMALL or not cost else 4)


def _unpriced(unpriced: int, words: Words) -> str:
    if not unpriced:
        return ""
    return words.count(N_("{n} request without a known price"), N_("{n} requests without a known price"), unpriced)


def _rows(sums: Sequence[UseSum], words: Words) -> pl.DataFrame:
    rows = [
        {
            "model": one.model,
            "backend": one.backend,
            "person": one.person or words.say(N_("erased")),
            "answers": one.answers,
            "failures": one.failures,
            "tokens": one.tokens,
            "seconds": one.seconds,
            "cost": _cost(float(one.cost), words) if one.unpriced < one.answers + one.failures else MISSING,
            "unpriced": _unpriced(one.unpriced, words),
        }
        for one in sums
    ]
    return pl.DataFrame(rows, schema=_ROW)


_ROW: Final[dict[str, type[pl.DataType]]] = {
    "model": pl.String, "backend": pl.String, "person": pl.String, "answers": pl.Int64, "failures": pl.Int64,
    "tokens": pl.Int64, "seconds": pl.Float64, "cost": pl.String, "unpriced": pl.String,
}  # fmt: skip


def _columns(page: AssistantPage, words: Words) -> list[Column]:
    def backend(row: dict[str, Any]) -> str:
        return str(row["backend"])

    person = [Column("person", words.say(N_("Person")))] if page.sees_all else []
    return [
        Column("model", words.say(N_("Model")), "name", note=backend),
        *person,
        Column("answers", words.say(N_("Answers")), "count"),
        Column("failures", words.say(N_("In vain")), "count"),
        Column("tokens", words.say(N_("Tokens")), "count"),
        Column("seconds", words.say(N_("Seconds")), "count"),
        Column("cost", words.say(N_("Cost")), note=lambda row: row["unpriced"] or None),
    ]


def _uncounted(sums: Sequence[UseSum], words: Words) -> str | None:
    """How many answers are not in the tokens, because nobody told theirs."""
    n = sum(one.uncounted for one in sums)
    if not n:
        return None
    return words.count(N_("Of {n} answer nobody told the tokens."), N_("Of {n} answers nobody told the tokens."), n)


def _without_login(url: str) -> str:
    """An address without the name and password that may stand in it."""
    try:
        parts = urlsplit(url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    except ValueError:
        return MISSING
