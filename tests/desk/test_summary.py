"""What the demo tells a seller at its end: prices, movement, and each trouble once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from vopt_lib.desk.runs import Run
from vopt_lib.desk.summary import Movement, follow_title, movement, trouble_lines
from vopt_lib.errors import Challenged, CollectingPaused, ModelRefused, NotPublished
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.words import Words

ENGLISH = Words("en")
COUNTS = {"new": pl.Int64, "gone": pl.Int64, "price_cuts": pl.Int64}
SCHEMA = {"day": pl.Date, "seen": pl.Int64, "price_eur_median": pl.Float64, **COUNTS}
AT = datetime(2026, 11, 11, 7, tzinfo=UTC)
NEXT = datetime(2026, 11, 12, 7, tzinfo=UTC)
SPLIT = {"at": AT.isoformat(), "what": "Read in parts.", "facts": {}}
REFUSED = {"at": AT.isoformat(), "what": "{host} did not answer ({why}).", "facts": {"host": "api.x", "why": "504"}}


def days(*rows: tuple[date, int, float | None, int | None, int | None]) -> pl.DataFrame:
    return pl.DataFrame([(*row, 0) for row in rows], schema=SCHEMA, orient="row")


def run(kind: str, at: datetime, **known: object) -> Run:
    return Run(f"{kind}-{at}-{known.get('follow_id')}", kind, at, at, **known)  # type: ignore[arg-type]


def test_movement_compares_the_newest_week_with_the_one_before() -> None:
    rows = [(date(2026, 11, n), 100 + n, 20.0 if n < 8 else 22.0, n, None if n > 12 else 1) for n in range(1, 15)]
    assert movement("Borse", days(*rows)) == Movement("Borse", 22.0, pytest.approx(0.1), 114, 77, 7)


def test_a_week_alone_has_no_movement_and_unknown_stays_unknown() -> None:
    only = days((date(2026, 11, 1), 5, 20.0, None, None))
    assert movement("Borse", only) == Movement("Borse", 20.0, None, 5, None, None)
    assert movement("Borse", days()) == Movement("Borse", None, None, None, None, None)


def test_a_search_is_called_by_the_catalogues_path_and_what_narrows_it() -> None:
    query = CatalogueQuery("it", Term(4, "Donna > Vestiti"), brands=(Term(12, "Zara"),), search_text="lino")
    assert follow_title(query) == "Donna > Vestiti · Zara · lino"


def test_a_day_without_trouble_is_not_told() -> None:
    assert trouble_lines([run("collect", AT), run("publish", AT)], [], ENGLISH) == []


def test_the_same_trouble_is_told_once_with_its_count_and_without_the_computers_name() -> None:
    runs = [run("collect", AT, follow_id="a", events=[REFUSED, REFUSED]), run("collect", AT, events=[REFUSED])]
    assert trouble_lines(runs, [], ENGLISH) == ["11 Nov 2026: The site did not answer (504) (3 times)."]


def test_what_is_noticed_day_after_day_is_no_trouble() -> None:
    runs = [run("collect", datetime(2026, 11, day, 7, tzinfo=UTC), events=[SPLIT]) for day in range(1, 5)]
    assert trouble_lines(runs, [], ENGLISH) == []
    assert len(trouble_lines(runs[:2], [], ENGLISH)) == 2


def test_a_challenge_tells_what_it_stopped_and_when_the_rest_came() -> None:
    challenge = {"at": AT.isoformat(), "what": "{host} showed a page for humans only.", "facts": {"host": "api.x"}}
    until = datetime(2026, 11, 11, 13, tzinfo=UTC)
    runs = [
        run("collect", AT, follow_id="a"),
        run(
            "collect",
            AT,
            follow_id="b",
            outcome="partial",
            events=[challenge],
            error=Challenged(host="api.x", kind="DataDome", until=until),
        ),
        run(
            "collect",
            AT,
            follow_id="c",
            outcome="failed",
            error=CollectingPaused(host="api.x", until=until, why="DataDome"),
        ),
        run("publish", AT, outcome="held_back", error=NotPublished(name="c")),
        run("collect", NEXT),
        run("publish", NEXT),
    ]
    assert trouble_lines(runs, [], ENGLISH) == [
        "11 Nov 2026: The site showed a page for humans only. 2 of 3 searches were not collected in full;"
        " the day was held back. What it had was published with 12 Nov 2026."
    ]


def test_a_price_model_that_was_refused_held_no_day_back() -> None:
    assert (
        trouble_lines([run("train", AT, outcome="held_back", error=ModelRefused(version="it-1", why="x"))], [], ENGLISH)
        == []
    )


def test_a_late_day_is_told() -> None:
    assert trouble_lines([], [date(2026, 11, 5)], ENGLISH) == [
        "5 Nov 2026: Its data came a day late. It was sorted in where it belongs."
    ]
