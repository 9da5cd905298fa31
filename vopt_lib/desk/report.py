"""This is where runs become text that a seller reads: a day's report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.runs import Run, headline
from vopt_lib.words import N_, Words


def newest_runs(desk: Desk, kind: str | None = None, limit: int = 50) -> list[Run]:
    """The newest runs, newest first."""
    rows = desk.lake.scan("run", version="newest")
    if kind:
        rows = rows.filter(pl.col("kind") == kind)
    return [
        Run.from_row(row) for row in rows.sort("ended_at", descending=True).head(limit).collect().iter_rows(named=True)
    ]


def published_at(desk: Desk) -> datetime | None:
    """End of the newest publishing; its run is told after it, so it is not among what is published."""
    runs = desk.lake.scan("run", version="newest").filter(pl.col("kind") == "publish", pl.col("outcome") == "done")
    at: datetime | None = runs.select(pl.col("ended_at").max()).collect().item()
    return at


def day_report(desk: Desk, words: Words, day: date | None = None) -> str:
    """Markdown of what a day's runs (default: the newest day's) did, from the `run` rows alone."""
    runs = newest_runs(desk)
    if not runs:
        return words.say(N_("Nothing has run yet."))
    day = day or runs[0].started_at.date()
    todays = [run for run in reversed(runs) if run.started_at.date() == day]
    tidied = [event for run in todays if run.kind == "maintain" for event in run.events]
    lines = [f"# {words.day(day)}", ""]
    lines += [f"- {headline(run, words)}" for run in todays if run.kind in ("collect", "recheck", "train", "embed")]
    held = [run for run in todays if run.kind == "publish" and run.outcome != "done" and run.error]
    lines += ["", *(words.error(run.error) for run in held if run.error)] if held else []
    troubles = [event for run in todays for event in run.troubles]
    lines += _section(N_("What went wrong and how it was handled"), troubles, words)
    lines += _section(N_("What was tidied away"), tidied, words)
    return "\n".join(lines) + "\n"


def event_line(event: Mapping[str, object], words: Words) -> str:
    """One event of a run as a sentence."""
    facts = event.get("facts")
    return words.say(str(event["what"]), **(facts if isinstance(facts, dict) else {}))


def _section(title: str, events: Sequence[Mapping[str, object]], words: Words) -> list[str]:
    return ["", f"## {words.say(title)}", "", *(f"- {event_line(one, words)}" for one in events)] if events else []
