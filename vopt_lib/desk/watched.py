"""This is where the searches she follows are told as a page shows them: what each asks, sees, costs and brought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from vopt_lib.desk import permission
from vopt_lib.desk.attention import attention
from vopt_lib.desk.follow import Followed, followed, follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.lasting import rest_of
from vopt_lib.desk.progress import prices_at, progress_of
from vopt_lib.desk.runs import outcome
from vopt_lib.errors import CollectingError, VoptError
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.schema.searches import Act, Kind, Searches, Told, Watched
from vopt_lib.schema.vinted_terms import colours, conditions
from vopt_lib.sources.vinted.budget import Budget
from vopt_lib.sources.vinted.pacing import pacing_for
from vopt_lib.sources.vinted.query import currency_of
from vopt_lib.words import N_, Words

HOUR_S = 3600

SHOWN = ("resting", "held_back", "all_paused", "quiet")
"""What is noticed and has no place of its own on the page of searches."""


def searches(desk: Desk, words: Words, *, may_change: bool, sure: str = "") -> Searches:
    """What is followed now. `may_change`: whether this reader has buttons; `sure`: the follow she is asked about."""
    known, market, progress = followed(desk), unpermitted(desk), progress_of(desk)
    can_collect = progress.state != "running" and may_collect(desk)
    acts = {row.follow.id: tuple(_acts(row, words, can_collect=can_collect, sure=sure)) for row in known}
    if can_collect and any(not row.follow.paused for row in known):
        acts[""] = (("collect-all", words.say(N_("Collect all now"))),)
    if market is not None:
        acts["consent"] = (("accept", words.say(N_("I have read this and agree"))),)
    elif permitted(desk):
        acts["consent"] = (("withdraw", words.say(N_("Take the permission back"))),)
    return Searches(
        rows=tuple(_watched(row, words) for row in known),
        effort=_effort(desk, known, words),
        standing=_standing(desk, words),
        consent=(permission.heading(desk, market, words), permission.conditions(words)) if market else None,
        acts=acts if may_change else {},
    )


def trouble_of(desk: Desk, words: Words) -> VoptError | None:
    """Why the page of searches cannot be shown; None: it can."""
    try:
        searches(desk, words, may_change=False)
    except VoptError as trouble:
        return trouble
    return None


def unpermitted(desk: Desk) -> str | None:
    """The first market she follows that may not be visited yet: there her consent is needed."""
    return next((market for market in _markets(desk) if not permission.is_given(desk, market)), None)


def permitted(desk: Desk) -> tuple[str, ...]:
    """The markets she follows that may be visited because she agreed."""
    return tuple(market for market in _markets(desk) if desk.site(market).is_real and permission.is_given(desk, market))


def may_collect(desk: Desk) -> bool:
    """Whether the sites she follows may be visited now: she agreed, and none of them asked us to rest."""
    try:
        resting = [rest_of(desk, market) for market in _markets(desk)]
    except CollectingError:
        return False
    return unpermitted(desk) is None and not any(resting)


def _markets(desk: Desk) -> tuple[str, ...]:
    return tuple(dict.fromkeys([follow.query.market for follow in follows(desk)] or ["it"]))


def _effort(desk: Desk, rows: Sequence[Followed], words: Words) -> str | None:
    """What all searches that are not paused ask of the site in a day, against what an hour allows."""
    active = [row for row in rows if not row.follow.paused]
    known = [row.requests_a_day for row in active if row.requests_a_day is not None]
    if not known:
        return None
    total = sum(known)
    told = words.count(N_("All together: {n} request a day."), N_("All together: {n} requests a day."), total)
    if not desk.site(active[0].follow.query.market).is_real:
        return told
    limit = desk.settings.requests_per_hour
    return (
        f"{told} {words.say(N_('At most {limit} an hour are allowed.'), limit=limit)} {_duration(desk, total, words)}"
    )


def _standing(desk: Desk, words: Words) -> tuple[Told, ...]:
    """What keeps collecting from going on, and what to do about it."""
    try:
        noticed = [Told(one.text, _kind(one.tone)) for one in attention(desk, words) if one.kind in SHOWN]
    except CollectingError as damaged:
        return (Told(words.error(damaged), "bad"),)
    return (*noticed, *_budget_spent(desk, words))


def in_words(query: CatalogueQuery, words: Words) -> str:
    """The whole question as she reads it: Donna > Vestiti > Abiti · Zara · M · Ottime · 5,00–30,00 €."""
    parts = [query.catalog.title] if query.catalog else []
    for terms in (query.brands, query.sizes, _labelled(query.conditions, words), _coloured(query.colours, words)):
        parts += ["/".join(term.title for term in terms)] if terms else []
    parts += ["/".join(term.title for term in query.materials)] if query.materials else []
    parts += [_band(query, words)] if query.price_from or query.price_to else []
    parts += [f"“{query.search_text}”"] if query.search_text else []
    return " · ".join(parts) + ("" if query.market == "it" else f" (vinted.{query.market})")


def _watched(row: Followed, words: Words) -> Watched:
    query = row.follow.query
    return Watched(
        id=row.follow.id,
        name=row.follow.name,
        asked=in_words(query, words),
        facts=tuple(_facts(row, words)),
        last=_last(row, words),
        href=prices_at(query.market, query.catalog.id if query.catalog else None),
        is_paused=row.follow.paused,
    )


def _facts(row: Followed, words: Words) -> Iterator[str]:
    if row.share_seen is not None:
        yield words.say(N_("share seen: {share}"), share=words.percent(min(row.share_seen, 1.0)))
    elif row.requests_a_day is not None:
        yield words.say(N_("share seen: unknown"))
    if row.requests_a_day is not None:
        yield words.count(N_("{n} request a day"), N_("{n} requests a day"), row.requests_a_day)


def _last(row: Followed, words: Words) -> Told:
    """How its last run went; the error's class says how bad it is."""
    if row.last is None:
        return Told(words.say(N_("Not collected yet.")))
    told = f"{words.moment(row.last.ended_at)}: {outcome(row.last, words)}"
    return Told(told, "good" if row.last.outcome == "done" else "warn" if row.last.rows else "bad")


def _acts(row: Followed, words: Words, *, can_collect: bool, sure: str) -> Iterator[Act]:
    if row.follow.id == sure:
        yield "remove-surely", words.say(N_("Yes, stop watching"))
        yield "keep", words.say(N_("Keep it"))
        return
    if can_collect and not row.follow.paused:
        yield "collect", words.say(N_("Collect now"))
    yield ("resume", words.say(N_("Watch again"))) if row.follow.paused else ("pause", words.say(N_("Pause")))
    yield "remove", words.say(N_("Remove"))


def _budget_spent(desk: Desk, words: Words) -> Iterator[Told]:
    """For each site that is followed and whose hour is used up: until when."""
    sites = {site.host: site for site in map(desk.site, _markets(desk))}
    for host, site in sites.items():
        try:
            Budget(desk.paths.host_state(host), pacing_for(site, desk.settings)).require(None, desk.clock.now())
        except CollectingError as spent:
            yield Told(words.error(spent), "warn")


def _duration(desk: Desk, requests: int, words: Words) -> str:
    """About how long so many requests take, with the pauses between them and the most of an hour."""
    pause_s = (desk.settings.pause_min_s + max(desk.settings.pause_min_s, desk.settings.pause_max_s)) / 2
    seconds = max(requests * pause_s, HOUR_S * ((requests - 1) // desk.settings.requests_per_hour))
    if seconds < HOUR_S:
        return words.count(
            N_("Collecting everything takes about {n} minute."),
            N_("Collecting everything takes about {n} minutes."),
            max(1, round(seconds / 60)),
        )
    return words.count(
        N_("Collecting everything takes about {n} hour."),
        N_("Collecting everything takes about {n} hours."),
        round(seconds / HOUR_S),
    )


def _labelled(terms: Sequence[Term], words: Words) -> list[Term]:
    labels = {condition.id: condition.labels[words.language] for condition in conditions()}
    return [Term(term.id, labels.get(term.id, term.title)) for term in terms]


def _coloured(terms: Sequence[Term], words: Words) -> list[Term]:
    labels = {colour.id: colour.labels[words.language] for colour in colours()}
    return [Term(term.id, labels.get(term.id, term.title)) for term in terms]


def _band(query: CatalogueQuery, words: Words) -> str:
    def money(amount: Decimal) -> str:
        return words.money(amount, currency_of(query.market), digits=2 if amount % 1 else 0)

    if query.price_from and query.price_to:
        return f"{money(query.price_from)} – {money(query.price_to)}"
    if query.price_from:
        return words.say(N_("from {price}"), price=money(query.price_from))
    return words.say(N_("up to {price}"), price=money(query.price_to or Decimal()))


def _kind(tone: str) -> Kind:
    return "bad" if tone == "bad" else "warn" if tone == "warn" else "info"
