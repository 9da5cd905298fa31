"""This is where what was checked is remembered: one small file a day, the newest sixty, and the newest pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from vopt_lib.errors import FileDamaged
from vopt_lib.files import read_json, write_json
from vopt_lib.quality.docs import pages
from vopt_lib.quality.suites import Checked
from vopt_lib.schema.quality import CHECKS, Finding, QualityReport, SearchDrift

KEPT_DAYS: Final = 60
KEPT_A_DAY: Final = 24
"""Rounds of one day at most: a person may press a button again and again."""


def keep(folder: Path, report: QualityReport) -> None:
    """Add a round of checks to its day; the oldest days leave."""
    path = folder / f"{report.checked_at.date().isoformat()}.json"
    rounds = [*_rounds(path), _plain(report)][-KEPT_A_DAY:]
    write_json(path, {"rounds": rounds})
    for old in _files(folder)[:-KEPT_DAYS]:
        old.unlink(missing_ok=True)


def keep_docs(folder: Path, report: QualityReport, checked: Sequence[Checked]) -> None:
    """Replace the pages on the newest checks."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, html in pages(report, checked).items():
        aside = folder / f".{name}.tmp"
        aside.write_text(html, encoding="utf-8")
        aside.replace(folder / name)


def kept(folder: Path, since: date | None = None) -> list[QualityReport]:
    """The rounds of checks of every day that is remembered, oldest first. Raises: FileDamaged."""
    named = [path for path in _files(folder) if since is None or path.stem >= since.isoformat()]
    return [_report(plain, path) for path in named for plain in _rounds(path)]


def newest(folder: Path) -> QualityReport | None:
    """The newest round of checks; None: there was none. Raises: FileDamaged."""
    files = _files(folder)
    return kept(folder, date.fromisoformat(files[-1].stem))[-1] if files else None


def stopped_runs(reports: Iterable[QualityReport]) -> set[str]:
    """The runs that were held back: later days are not compared with them."""
    return {run_id for report in reports if report.error for run_id in report.run_ids}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("????-??-??.json"))


def _rounds(path: Path) -> list[dict[str, Any]]:
    rounds: list[dict[str, Any]] = (read_json(path) or {"rounds": []}).get("rounds", [])
    return rounds


def _plain(report: QualityReport) -> dict[str, Any]:
    return {**asdict(report), "checked_at": report.checked_at.isoformat()}


def _report(plain: dict[str, Any], path: Path) -> QualityReport:
    try:
        found = (Finding(**{**one, "culprits": tuple(one["culprits"])}) for one in plain["findings"])
        return QualityReport(
            checked_at=datetime.fromisoformat(plain["checked_at"]),
            run_ids=tuple(plain["run_ids"]),
            findings=tuple(finding for finding in found if finding.check in CHECKS),
            searches=tuple(SearchDrift(**one) for one in plain["searches"]),
            error=plain["error"],
            error_facts=plain["error_facts"],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FileDamaged(path=str(path)) from error
