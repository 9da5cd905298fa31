"""This is where one followed query is collected: page by page, in parts where it is fuller than its result can show.

A query is exhaustive, so that a listing's absence is evidence, exactly when all of this holds:

- every part was read to its end, and none was cut off by the cap of 960, a spent budget or `max_parts`;
- a part showed as many distinct listings as its result says it has, but for 2 % that may change while it is read;
- a single price that is too full was read, by brand and then by the other filters, until the site's own count of it was
  reached (again but for 2 %); without such a count it is never exhaustive, because a listing may have no brand;
- no entry of any answer was refused, because a refused listing is not absent;
- the whole shows at least 80 % of the site's count of what fits, asked again when the remembered one is older.

Listings that appear, sell or change their price while the pages are read do not spoil that: every part keeps the site's
own time cursor, and absence counts only after several days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil
from typing import Any, Protocol

from vopt_lib.errors import (
    BudgetSpent,
    CollectingError,
    DisallowedByRobots,
    EndpointMoved,
    FilterIgnored,
    QueryRejected,
    UnexpectedAnswer,
)
from vopt_lib.schema.queries import CatalogueQuery
from vopt_lib.sources.vinted import checks, navigation, progress, split
from vopt_lib.sources.vinted.answer import Origin
from vopt_lib.sources.vinted.coverage import coverage_row
from vopt_lib.sources.vinted.crawl_state import AXES, Axis, CrawlState, Crowd, Part
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.parse_catalogue import answering_host, parse_catalogue
from vopt_lib.sources.vinted.parse_page import Page
from vopt_lib.sources.vinted.pseudonyms import Pseudonyms
from vopt_lib.sources.vinted.query import CODES, PER_PAGE_MAX, RESULT_CAP, catalogue_params, check_query, check_real
from vopt_lib.words import N_

__all__ = ["CrawlState", "CrawlStep", "crawl"]

PAGES_PER_STEP = 10
"""Pages of one commit (design §2)."""

MAX_PARTS = 64
"""Parts of one query: about as many as the requests of a polite run can read."""

PAGES_PER_PART = ceil(split.ROOM / PER_PAGE_MAX)

LEAST_SHARE = 0.8
"""Share of the site's own count below which a crawl that seems complete is not believed."""

_TICK = timedelta(microseconds=1)


def most_parts(requests: int | None) -> int:
    """Parts that a run of so many requests can read (None: no limit): a query of more shows its newest listings."""
    return MAX_PARTS if requests is None else max(1, min(MAX_PARTS, requests // PAGES_PER_PART))


class Stats(Protocol):
    """What the client counts."""

    requests: int


class Client(navigation.Client, Protocol):
    """What a crawl needs of the client."""

    @property
    def stats(self) -> Stats:
        """What it has done so far."""
        ...


@dataclass(frozen=True)
class CrawlStep:
    """What to commit at once: up to ten pages, and where to go on after them.

    `coverage` is the row of `crawl_coverage`, in the last step alone; a state that is not finished then says that the
    rest can be resumed. `events` tell what was noticed: {at, what, facts}, and is_lack where absence proves nothing.
    """

    pages: tuple[Page, ...]
    state: CrawlState
    coverage: dict[str, object] | None = None
    events: tuple[dict[str, Any], ...] = ()


def crawl(
    client: Client,
    query: CatalogueQuery,
    state: CrawlState | None = None,
    *,
    origin: Origin,
    pseudonyms: Pseudonyms,
    max_parts: int = MAX_PARTS,
) -> Iterator[CrawlStep]:
    """Collect a query, newest listings first, each listing once.

    `state` is that of the last step committed: only later pages are asked for. One of another query, of yesterday, or
    older than six hours starts anew. Within one crawl no two answers have the same moment.

    Raises: QueryError; CollectingError, after a step with the pages read before it (FilterIgnored: without a step);
        BudgetSpent only when nothing has been read, else it ends the crawl with a coverage that is not exhaustive.
    """
    check_query(query)
    if client.site.is_real:
        check_real(query)
    if state is None or not state.can_resume(query, client.clock.now()):
        state = CrawlState.new(query, client.clock.now())
    crawler = _Crawler(client, query, state.copy(), origin=origin, pseudonyms=pseudonyms, max_parts=max_parts)
    pages: list[Page] = []
    try:
        for page in crawler.read():
            shown = {item.id for item in page.items}
            pages = [*(earlier.without(shown) for earlier in pages), page]
            if len(pages) == PAGES_PER_STEP:
                yield crawler.step(pages)
                pages = []
    except FilterIgnored:
        raise
    except BudgetSpent as spent:
        if not crawler.state.pages:
            raise
        crawler.note(spent.message, spent.facts, is_lack=True)
    except CollectingError:
        if pages:
            yield crawler.step(pages)
        raise
    yield crawler.last_step(pages)


class _Crawler:
    """One crawl under way. Its state is whole whenever a page has been handed out."""

    def __init__(
        self,
        client: Client,
        query: CatalogueQuery,
        state: CrawlState,
        *,
        origin: Origin,
        pseudonyms: Pseudonyms,
        max_parts: int,
    ) -> None:
        self.client, self.query, self.state, self.pseudonyms, self.max_parts = (
            client,
            query,
            state,
            pseudonyms,
            max_parts,
        )
        self.origin = replace(
            origin,
            query_catalog_id=query.catalog.id if query.catalog else None,
            query_key=query.key,
            query_narrowed_by=query.narrowed_by,
        )
        self.events: list[dict[str, Any]] = []
        self.count: navigation.CatalogueCount | None = None
        self._asked = client.stats.requests

    def read(self) -> Iterator[Page]:
        """Every page that is left, in the order it is asked for."""
        self.count = navigation.catalogue_count(self.client, self.query)
        while self.state.todo:
            part = self.state.todo[-1]
            if part.work == "rest":
                self._find_rest(part)
            elif part.crowd is not None and self.state.crowds[part.crowd].is_complete:
                self.state.todo.pop()
            elif part.work == "split":
                self._split_by_terms(part)
            else:
                yield self._read_page(part)
        self._doubt()

    def step(self, pages: list[Page]) -> CrawlStep:
        """These pages, and the state after them."""
        self._count_requests()
        events, self.events = tuple(self.events), []
        return CrawlStep(tuple(pages), self.state.copy(), events=events)

    def last_step(self, pages: list[Page]) -> CrawlStep:
        """These pages, and what the whole crawl covers."""
        self.state.is_covered = self.state.is_finished
        step = self.step(pages)
        row = coverage_row(self.query, self.state, origin=self.origin, count=self.count)
        return replace(step, coverage=row)

    def note(self, what: str, facts: dict[str, Any], *, is_lack: bool = False) -> None:
        """Tell the reader of the report, in a sentence; is_lack: for this the crawl is not exhaustive."""
        event = {"at": self.client.clock.now().isoformat(), "what": what, "facts": facts}
        self.events.append({**event, "is_lack": True} if is_lack else event)

    # Reading

    def _read_page(self, part: Part) -> Page:
        question = part.query_in(self.query)
        params = catalogue_params(question, page=part.page, time=part.time)
        answer = self.client.get(self.client.site.items_url, params, kind=Kind.CATALOGUE)
        if self.state.pages:
            # Two sightings of one listing must differ in time, also where a virtual clock stands still.
            answer = replace(answer, received_at=max(answer.received_at, self.state.observed_at + _TICK))
        origin = replace(self.origin, page=part.page, first_position=(part.page - 1) * part.per_page + 1)
        page = parse_catalogue(answer, origin, self.pseudonyms)
        checks.check_filters(page, question)
        if not self.state.pages:
            self._check_first(page)
        fresh = progress.take(self.state, part, page)
        if self.state.refused:
            self._lack("refused", N_("Some entries could not be read, so that absence proves nothing today."))
        self._go_on(part, page)
        return fresh

    def _check_first(self, page: Page) -> None:
        checks.check_feed(page, self.query, self.client.state)
        if self.query.search_text or not self._is_overfull(page):
            return
        self.count = navigation.catalogue_count(self.client, self.query, max_age=timedelta())
        if self._is_overfull(page) and self.count is not None:
            share = f"{1 - self.count.listings / (page.pagination.total_entries or 1):.0%}"
            names = ", ".join(filter(None, ["catalogue" if self.query.catalog else "", self.query.narrowed_by]))
            raise FilterIgnored(host=answering_host(page.answer, page.origin), name=names, share=share)

    def _is_overfull(self, page: Page) -> bool:
        return checks.fills_more_than(page, self.count.listings if self.count else None)

    def _go_on(self, part: Part, page: Page) -> None:
        """What the part needs after this page."""
        match progress.outlook(part, page):
            case "crowded" if self._split(part, page):
                return
            case "crowded" | "more" if part.page * part.per_page < RESULT_CAP:
                part.page += 1
                return
            case "end":
                is_lacking = part.crowd is None and progress.falls_short(part)
            case _:
                is_lacking = part.crowd is None
                self.state.deepest = max(self.state.deepest, (part.page - 1) * part.per_page + page.entry_count)
        if is_lacking:
            facts = {"seen": len(part.found), "total": part.total}
            self._lack("short", N_("A part of the query showed {seen} listings of {total} or more."), facts)
        self.state.todo.pop()
        self.state.parts += 1

    # Splitting

    def _split(self, part: Part, page: Page) -> bool:
        """Whether the part, too full to be read through, makes way for narrower ones."""
        if not self._may_split():
            part.splits = False
            return False
        if self.state.parts + len(self.state.todo) == 1:
            self.note(N_("The query holds more than {cap} listings; it is read in parts."), {"cap": RESULT_CAP})
        prices = [round(float(item.asked_amount) * 100) for item in page.items if item.asked_amount is not None]
        halves = split.by_price(part, prices) if part.crowd is None else split.halves(part)
        if halves is not None:
            self._replace(part, list(halves))
        else:
            part.work = "split"
        return True

    def _may_split(self) -> bool:
        if self.count and self.count.listings > self.max_parts * split.ROOM:
            # Cutting what cannot be read anyway would show its cheapest corner and nothing else.
            facts = {"count": self.count.listings, "cap": RESULT_CAP}
            self._lack(
                "parts", N_("{count} listings fit, more than one run can read: the newest {cap} were read."), facts
            )
        elif self._room() < 1:
            self._lack(
                "parts", N_("The query needs more than {parts} parts; some were cut off."), {"parts": self.max_parts}
            )
        else:
            return True
        return False

    def _split_by_terms(self, part: Part) -> None:
        """One price that is too full: opened as a crowd, or within one narrowed by the next filter."""
        if part.crowd is None:
            total = self._count_now(part)
            self.state.crowds.append(Crowd(total, set(part.found), self._axes()))
            rest = Part(part.price_from, part.price_to, depth=part.depth, crowd=len(self.state.crowds) - 1, work="rest")
            self._replace(part, [rest])
            return
        untried = self.state.crowds[part.crowd].axes
        for axis in (*untried, *(axis for axis in self._axes() if axis not in untried)):
            if axis not in part.terms and (parts := self._parts(part, axis)):
                self._replace(part, parts)
                return
        part.work, part.splits, part.page = "read", False, part.page + 1

    def _axes(self) -> list[Axis]:
        """Filters that can still tell listings of the query apart."""
        return [axis for axis in AXES if len(getattr(self.query, axis)) != 1]

    def _find_rest(self, part: Part) -> None:
        """Try the next filter on a crowd that was not wholly found yet, and at last its newest listings."""
        crowd = self.state.crowds[part.crowd or 0]
        is_over = crowd.is_complete or (crowd.total is None and crowd.tried > 0)
        while crowd.axes and not is_over:
            if parts := self._parts(part, crowd.axes.pop(0)):
                crowd.tried += 1
                self.state.todo.extend(reversed(parts))
                return
        if part.splits and not is_over:
            part.splits = False
            self.state.todo.append(replace(part, work="read", page=2, met=set(), found=set()))
            return
        self.state.todo.pop()
        missing = None if crowd.total is None else crowd.total - len(crowd.found)
        if missing is None or missing > (crowd.total or 0) // progress.CHANGING_SHARE:
            facts = {"seen": len(crowd.found), "total": crowd.total}
            self._lack("crowd", N_("One price is too full: {seen} listings of {total} were found by brand."), facts)

    def _parts(self, part: Part, axis: Axis) -> list[Part]:
        """Parts by the terms of a filter, as many as may still be read; none, when the site does not tell its terms."""
        try:
            facets = navigation.facets(self.client, part.query_in(self.query), CODES[axis])
        except (EndpointMoved, QueryRejected, UnexpectedAnswer, DisallowedByRobots):
            return []
        asked = {term.id for term in getattr(self.query, axis)}
        wanted = [facet for facet in facets if not asked or facet.term.id in asked]
        return split.by_terms(part, axis, wanted)[: self._room()]

    def _replace(self, part: Part, parts: list[Part]) -> None:
        assert self.state.todo[-1] is part
        self.state.todo[-1:] = reversed(parts)

    def _room(self) -> int:
        return max(0, self.max_parts - self.state.parts - len(self.state.todo))

    # Believing

    def _doubt(self) -> None:
        """A crawl that seems complete is held against the site's own count."""
        if not self.state.lacks and self._shows_too_little():
            try:
                self.count = navigation.catalogue_count(self.client, self.query, max_age=timedelta())
            except CollectingError as error:
                self.note(error.message, error.facts)
            if self._shows_too_little():
                facts = {"seen": len(self.state.seen), "count": self.count.listings if self.count else 0}
                self._lack("share", N_("{seen} listings were shown, where the site itself counts {count}."), facts)

    def _shows_too_little(self) -> bool:
        shown = self.state.seen | self.state.seen_promoted | self.state.refused
        return self.count is not None and len(shown) < LEAST_SHARE * self.count.listings

    def _count_now(self, part: Part) -> int | None:
        return navigation.count_now(self.client, part.query_in(self.query))

    def _lack(self, what: str, sentence: str, facts: dict[str, Any] | None = None) -> None:
        if what not in self.state.lacks:
            self.note(sentence, facts or {}, is_lack=True)
        self.state.lack(what)

    def _count_requests(self) -> None:
        self.state.requests += self.client.stats.requests - self._asked
        self._asked = self.client.stats.requests
