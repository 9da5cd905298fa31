"""This is where saved answers and pages go into the lake: nothing is visited, and a file goes in once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish, refine_day
from vopt_lib.desk.runs import Run
from vopt_lib.errors import (
    IngestError,
    MarketMissing,
    NotAnAnswer,
    TimeMissing,
    TimeToCome,
    UnexpectedAnswer,
    VoptError,
)
from vopt_lib.files import reason
from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.parse import (
    Page,
    frames,
    market_of,
    parse_answer,
    recognise,
    rejects_by_reason,
    time_of,
)
from vopt_lib.sources.vinted.pseudonyms import load_pseudonyms
from vopt_lib.sources.vinted.site import LOCALES
from vopt_lib.words import N_

LARGEST_FILE = 64 * 2**20  # bytes; the largest recorded page is 7.2 MB (facts §3.1)
A_CLOCK_APART = timedelta(hours=1)  # two computers may differ so far


@dataclass(frozen=True)
class Ingested:
    """What became of one file."""

    file: Path
    rows: int = 0
    rejects_by_reason: Mapping[str, int] = field(default_factory=dict)
    already: bool = False
    error: VoptError | None = None


@dataclass(frozen=True)
class Said:
    """What the person says of files that do not say it themselves."""

    market: str | None = None
    catalog_id: int | None = None
    observed_at: datetime | None = None


def ingest(desk: Desk, files: Sequence[Path], said: Said = Said()) -> list[Ingested]:
    """Take in saved answers, wardrobe and item pages of any era, then refine and publish, whatever was refused.

    The market comes from an address in the file, else from `said`; the time from the answer's `pagination.time`, else
    from `said`. A file that is refused carries its IngestError and leaves nothing behind; the others go in.

    Raises: UnknownMarket; AlreadyRunning; LakeError.
    """
    if said.market is not None:
        desk.site(said.market)
    desk.lake.ensure_kept_here()
    desk.lake.recover()
    results = [_ingest_one(desk, file, said) for file in files]
    if any(result.error is None for result in results):
        refine_day(desk)
        publish(desk)
    return results


def _ingest_one(desk: Desk, file: Path, said: Said) -> Ingested:
    try:
        body = read_saved(file)
        run_id = _run_id(body)
        if desk.lake.committed(run_id):
            return Ingested(file, already=True)
        page = _parse(desk, file, body, said)
    except IngestError as error:
        return Ingested(file, error=error)
    name = _name_without_people(file, body, page.raw)
    written = frames([replace(page, answer=replace(page.answer, url=name))])
    now = desk.clock.now()
    run = Run(
        run_id=run_id,
        kind="ingest",
        started_at=now,
        ended_at=now,
        source=page.origin.source,
        market=page.origin.market,
        follow_name=name,
        pages=1,
        rows=written["listing_seen"].height,
        listings=written["listing_seen"]["listing_id"].n_unique(),
        received_bytes=len(body),
        rejects_by_reason=rejects_by_reason(written["rejected"]),
    )
    desk.lake.commit({**written, "run": run.row()}, app=run_id, number=1)
    return Ingested(file, run.rows, run.rejects_by_reason)


def _name_without_people(file: Path, body: bytes, cleaned: bytes) -> str:
    """The file's name for the rows. Browsers name a closet after its owner: what was cleaned from the page goes."""

    def said(piece: re.Match[str]) -> str:
        text = piece[0].encode()
        return piece[0] if text in cleaned or text not in body else "…"

    return re.sub(r"\d{4,}", said, re.sub(r"[^\s|()-]{3,}", said, file.stem)) + file.suffix


def _run_id(body: bytes) -> str:
    """The same for the same file, whatever its name: it goes in once."""
    return "ingest-" + hashlib.sha256(body).hexdigest()[:24]


def read_saved(file: Path) -> bytes:
    """A saved answer or page. Raises: NotAnAnswer, when it is far too large; IngestError, when it cannot be read."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise NotAnAnswer(file=file.name, why=N_("it is far too large"))
        return file.read_bytes()
    except OSError as error:
        raise IngestError(file=file.name, why=reason(error)) from error


def _parse(desk: Desk, file: Path, body: bytes, said: Said) -> Page:
    content_type = "text/html" if body.lstrip()[:1] == b"<" else "application/json"
    shape = recognise(body, content_type)
    if shape is None:
        raise NotAnAnswer(file=file.name, why=N_("it holds no listings"))
    named = market_of(body)
    market = named if named in LOCALES else said.market
    if market is None:
        raise MarketMissing(file=file.name)
    origin = Origin(source="vinted", market=market, run_id=_run_id(body), query_catalog_id=said.catalog_id)
    observed_at = time_of(body) or said.observed_at
    if observed_at is None:
        raise TimeMissing(file=file.name)
    if observed_at.tzinfo is None:
        observed_at = observed_at.replace(tzinfo=UTC)
    if observed_at > desk.clock.now() + A_CLOCK_APART:
        raise TimeToCome(file=file.name, at=observed_at)
    answer = Answer(file.name, 200, content_type, body, observed_at)
    try:
        return parse_answer(shape, answer, origin, load_pseudonyms(desk.paths.seller_key))
    except UnexpectedAnswer as error:
        raise NotAnAnswer(**{"why": N_("it holds no listings"), **error.facts, "file": file.name}) from error
