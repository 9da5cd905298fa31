"""This is where followed queries are collected into the lake: commit by commit, resumable, nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.desk.instance import Desk, client_of, pacing_of
from vopt_lib.desk.runs import Outcome, Run, new_run_id
from vopt_lib.errors import CollectingError, Interrupted
from vopt_lib.files import only_one, read_json, write_json
from vopt_lib.schema.queries import Follow
from vopt_lib.schema.tables import CRAWL_COVERAGE
from vopt_lib.sources.vinted.answer import Origin
from vopt_lib.sources.vinted.crawl import CrawlState, CrawlStep, crawl, most_parts
from vopt_lib.sources.vinted.parse import frames
from vopt_lib.sources.vinted.pseudonyms import load_pseudonyms

OnProgress = Callable[[Run], None]


@dataclass(frozen=True)
class _Progress:
    """How far a run is after its commit number `number`: what its progress file remembers.

    `lacks_rows`: the contract refused rows of this crawl, in this run or in the one it goes on from.
    """

    run_id: str
    started_at: datetime
    number: int = 0
    crawl: dict[str, Any] | None = None
    ended: Outcome | None = None
    lacks_rows: bool = False
    pages: int = 0
    rows: int = 0
    rejects: Mapping[str, int] = field(default_factory=dict)
    requests: int = 0
    retries: int = 0
    waited_s: float = 0.0
    received_bytes: int = 0
    events: tuple[Mapping[str, object], ...] = ()

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> _Progress:
        started_at, events = datetime.fromisoformat(plain["started_at"]), tuple(plain["events"])
        return cls(**{**plain, "started_at": started_at, "events": events})


def collect(desk: Desk, follow: Follow, *, on_progress: OnProgress = lambda run: None) -> Run:
    """Collect one follow now, or finish what a killed or stopped run of it began.

    Every commit (ten pages, or the query's end) is durable before the next request. What the marketplace refuses
    becomes the run's outcome and error: it is reported, not raised, and what was collected before it stays.

    Raises: AlreadyRunning; LakeError.
    """
    with only_one(desk.paths.collect_lock(follow.id), f"vopt collect {follow.name}"):
        desk.lake.ensure_kept_here()
        desk.lake.recover()
        return _Collecting(desk, follow).run(on_progress)


class _Collecting:
    """One run of one follow: its client and where it is."""

    def __init__(self, desk: Desk, follow: Follow) -> None:
        self.desk, self.follow = desk, follow
        self.site = desk.site(follow.query.market)
        self.client = client_of(desk, self.site)
        self.file = desk.paths.runs / f"{follow.id}.json"
        self.start = self.at = self._resume()
        self.events: tuple[Mapping[str, object], ...] = ()

    def run(self, on_progress: OnProgress) -> Run:
        """Read the query to its end, or to what stops it."""
        state = CrawlState.from_json(self.at.crawl) if self.at.crawl else None
        pseudonyms = load_pseudonyms(self.desk.paths.seller_key)
        with self.client as client:
            try:
                parts = most_parts(pacing_of(self.desk, self.site).requests_per_run)
                origin = self._origin()
                for step in crawl(
                    client, self.follow.query, state, origin=origin, pseudonyms=pseudonyms, max_parts=parts
                ):
                    run = self._commit(step)
                    on_progress(run)
            except CollectingError as error:
                run = self._stop(error)
        return run

    def _commit(self, step: CrawlStep) -> Run:
        """Put one step into the lake; the last one together with its coverage and the run's own row."""
        written = frames(step.pages)
        at = self._counted(step, written)
        if step.coverage is None:
            run = self._as_run(at, None, None)
        else:
            at = replace(at, ended="done" if step.state.is_finished else "partial")
            # A refused listing is not absent.
            coverage = step.coverage | {"is_exhaustive": step.coverage["is_exhaustive"] and not at.lacks_rows}
            run = self._as_run(at, None, coverage)
            written |= {"crawl_coverage": _coverage_frame(coverage), "run": run.row()}
        self._write(at, written)
        return run

    def _stop(self, error: CollectingError) -> Run:
        """Record that the marketplace ended the run; the next run goes on from here."""
        outcome: Outcome = "partial" if self.at.pages else "failed"
        at = replace(self._counted(None, {}), ended=outcome)
        run = self._as_run(at, error, None)
        self._write(at, {"run": run.row()})
        return run

    def _write(self, at: _Progress, written: Mapping[str, pl.DataFrame]) -> None:
        # Both states are on disk before the commit: after a kill the lake says which of them is true.
        write_json(self.file, {"progress": [asdict(self.at), asdict(at)]})
        reached(CommitPoint.COLLECT_STATE_WRITTEN)
        self.desk.lake.commit(written, app=at.run_id, number=at.number)
        self.at = at

    def _counted(self, step: CrawlStep | None, written: Mapping[str, pl.DataFrame]) -> _Progress:
        """The progress one commit further, with the client's counters on top of those of earlier processes."""
        start, stats = self.start, self.client.stats
        seen, refused = written.get("listing_seen"), written.get("rejected")
        self.events += step.events if step else ()
        return replace(
            self.at,
            number=self.at.number + 1,
            crawl=step.state.as_json() if step else self.at.crawl,
            lacks_rows=self.at.lacks_rows or bool(refused is not None and refused.height),
            pages=self.at.pages + (len(step.pages) if step else 0),
            rows=self.at.rows + (seen.height if seen is not None else 0),
            rejects=dict(
                Counter(self.at.rejects) + Counter(refused["reason"].to_list() if refused is not None else [])
            ),
            requests=start.requests + stats.requests,
            retries=start.retries + stats.retries,
            waited_s=start.waited_s + stats.waited_s,
            received_bytes=start.received_bytes + stats.received_bytes,
            events=(*start.events, *stats.events, *self.events),
        )

    def _resume(self) -> _Progress:
        """Where the last process left this follow: in the middle of a run, between two runs, or nowhere."""
        now = self.desk.clock.now()
        fresh = _Progress(new_run_id("collect", now), now)
        known = [_Progress.from_json(plain) for plain in _progress_in(self.file)]
        committed = self.desk.lake.committed(known[-1].run_id) or 0 if known else 0
        left = next((at for at in reversed(known) if at.number <= committed), fresh)
        state = CrawlState.from_json(left.crawl) if left.crawl else None
        goes_on = state is not None and state.can_resume(self.follow.query, now)
        if goes_on:
            return replace(fresh, crawl=left.crawl, lacks_rows=left.lacks_rows) if left.ended else left
        if left.number and not left.ended:
            self._bury(left)
        return fresh

    def _bury(self, left: _Progress) -> None:
        """Record a run that was killed too long ago to go on; what it had collected stays."""
        at = replace(left, number=left.number + 1, ended="partial")
        row = self._as_run(at, Interrupted(name=self.follow.name), None).row()
        self.desk.lake.commit({"run": row}, app=at.run_id, number=at.number)

    def _origin(self) -> Origin:
        query = self.follow.query
        return Origin(
            source=self.site.source,
            market=self.site.market,
            run_id=self.at.run_id,
            follow_id=self.follow.id,
            query_catalog_id=query.catalog.id if query.catalog else None,
            query_key=query.key,
            query_narrowed_by=query.narrowed_by,
        )

    def _as_run(self, at: _Progress, error: CollectingError | None, coverage: Mapping[str, Any] | None) -> Run:
        found = coverage or {}
        return Run(
            run_id=at.run_id,
            kind="collect",
            started_at=at.started_at,
            ended_at=self.desk.clock.now(),
            outcome=at.ended or "partial",
            source=self.site.source,
            market=self.site.market,
            follow_id=self.follow.id,
            follow_name=self.follow.name,
            listings=found.get("listings", at.rows),
            share_seen=found.get("share_seen"),
            is_exhaustive=found.get("is_exhaustive"),
            rejects_by_reason=at.rejects,
            error=error,
            **{name: getattr(at, name) for name in _COUNTED},
        )


def _progress_in(file: Path) -> list[dict[str, Any]]:
    return list((read_json(file) or {"progress": []})["progress"])


_COUNTED = ("pages", "rows", "requests", "retries", "waited_s", "received_bytes", "events")


def _coverage_frame(coverage: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([coverage], schema=CRAWL_COVERAGE.schema)
