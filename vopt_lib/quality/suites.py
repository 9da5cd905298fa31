"""This is where tables are held against Great Expectations: one suite for each, a pandas batch of the day, a report.

Its context is ephemeral: no project, no folder, no cloud. Version 1.24 has no analytics left to switch off; the
variable of older ones is set all the same (`desk.environment`). Importing it takes two seconds, so it is imported when
a day is checked. What every round needs alike is made once: the expectations' classes, the templates of the pages.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from vopt_lib.errors import ChecksBroken
from vopt_lib.schema.quality import CHECKS, Check, Finding, Kind

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core import ExpectationSuite
    from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
    from great_expectations.render.view.view import DefaultJinjaSectionView

_INDEX = "row"
"""Where a batch has this column, findings name the rows that break a check."""


@dataclass(frozen=True)
class Batch:
    """What is checked of one table. lows: other lower limits than those of the checks."""

    table: str
    rows: pl.DataFrame
    lows: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """What was found in a batch, and what Great Expectations itself writes about it (HTML, without a frame)."""

    table: str
    findings: tuple[Finding, ...]
    sections: str


def check(batches: Sequence[Batch]) -> list[Checked]:
    """What the suites of these tables find.

    Raises: ChecksBroken, when a check could not be made: that says nothing of the data.
    """
    try:
        with _quietly():
            return _all_checked(batches)
    except ChecksBroken:
        raise
    except Exception as error:  # whatever a library of ours raises is no verdict on the data
        raise ChecksBroken(what=f"{type(error).__name__}: {error}") from error


def suite(batch: Batch) -> ExpectationSuite:
    """The suite of a table: one expectation for each of its checks."""
    from great_expectations.core import ExpectationSuite

    checks = (check for check in CHECKS.values() if check.table == batch.table)
    return ExpectationSuite(
        name=batch.table,
        expectations=[_expectation(check, batch.lows.get(check.name, check.low)) for check in checks],
    )


def _expectation(check: Check, low: float | None) -> Any:
    said: dict[str, Any] = {
        "meta": {"check": check.name},
        "notes": check.loud,
        "severity": "critical" if check.stops else "warning",
    }
    mostly: dict[str, Any] = {"mostly": check.share}
    pair: dict[str, Any] = {
        "column_A": check.column, "column_B": check.other, "ignore_row_if": "either_value_is_missing"
    }  # fmt: skip
    expect = _settled(_CLASSES[check.kind])
    match check.kind:
        case "unique":
            return expect(column_list=check.column.split(","), **mostly, **said)
        case "known":
            return expect(column=check.column, **mostly, **said)
        case "within":
            return expect(column=check.column, min_value=low, max_value=check.high, **mostly, **said)
        case "among":
            return expect(column=check.column, value_set=list(check.values), **mostly, **said)
        case "same":
            return expect(**pair, **mostly, **said)
        case "ordered":
            return expect(**pair, or_equal=True, **mostly, **said)
        case "rows":
            return expect(min_value=round(low or 0), **said)


_CLASSES: Mapping[Kind, str] = {
    "unique": "ExpectCompoundColumnsToBeUnique",
    "known": "ExpectColumnValuesToNotBeNull",
    "within": "ExpectColumnValuesToBeBetween",
    "among": "ExpectColumnValuesToBeInSet",
    "same": "ExpectColumnPairValuesToBeEqual",
    "ordered": "ExpectColumnPairValuesAToBeGreaterThanB",
    "rows": "ExpectTableRowCountToBeBetween",
}


@cache
def _settled(name: str) -> Any:
    """Great Expectations' own class, derived so that each expectation writes its configuration once.

    It is asked for some hundred and forty times a check, and written anew each time: a third of a round. Nobody changes
    an expectation while a day is checked. A class that is derived takes the place of the one of its name (the way to
    customise an expectation), so that those made from configurations on the way are of it, too.
    """
    import great_expectations.expectations
    from great_expectations.compatibility.pydantic import PrivateAttr

    kind: Any = getattr(great_expectations.expectations, name)

    def configuration(expectation: Any) -> Any:
        if expectation._written is None:
            expectation._written = kind.configuration.fget(expectation)
        return expectation._written

    said = {"__doc__": kind.__doc__, "__module__": __name__, "_written": PrivateAttr(None)}
    return type(kind)(name, (kind,), {**said, "configuration": property(configuration)})


@cache
def _view() -> DefaultJinjaSectionView:
    """What fills the templates: it holds nothing of a day, and reads and compiles each template once."""
    from great_expectations.render.view.view import DefaultJinjaSectionView

    return DefaultJinjaSectionView()


def _all_checked(batches: Sequence[Batch]) -> list[Checked]:
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    # By default it makes a temporary folder for pages that are never written.
    stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    bars = ProgressBarsConfig(globally=False)
    config = DataContextConfig(store_backend_defaults=stores, progress_bars=bars)
    context = gx.get_context(mode="ephemeral", project_config=config)
    source = context.data_sources.add_pandas("vopt")
    told = []
    for batch in batches:
        definition = source.add_dataframe_asset(batch.table).add_batch_definition_whole_dataframe("day")
        given = definition.get_batch({"dataframe": _pandas(batch.rows)})
        result = given.validate(suite(batch), result_format=_format(batch))
        told.append(Checked(batch.table, tuple(_findings(result)), _sections(result)))
    return told


def _format(batch: Batch) -> dict[str, Any]:
    if _INDEX in batch.rows.columns:
        return {"result_format": "COMPLETE", "unexpected_index_column_names": [_INDEX]}
    return {"result_format": "SUMMARY"}


def _pandas(rows: pl.DataFrame) -> pd.DataFrame:
    """The rows for pandas. Numbers that may be missing are floats there: pandas has no other way that GX compares."""
    import pandas as pd

    numbers = [name for name, dtype in rows.schema.items() if dtype.is_numeric() and rows[name].null_count()]
    plain = rows.with_columns(pl.col(numbers).cast(pl.Float64))
    return pd.DataFrame(
        {one.name: one.to_numpy() if one.dtype.is_numeric() else one.to_list() for one in plain.get_columns()}
    )


def _findings(result: ExpectationSuiteValidationResult) -> Iterator[Finding]:
    for one in result.results:
        config = one.expectation_config
        assert config is not None
        name = str((config.meta or {})["check"])
        if fault := _fault(one.exception_info):
            raise ChecksBroken(what=f"{name}: {fault}")
        yield _finding(CHECKS[name], bool(one.success), one.result or {})


def _finding(check: Check, success: bool, found: Mapping[str, Any]) -> Finding:
    rows = int(found.get("element_count") or 0) - int(found.get("missing_count") or 0)
    broken = int(found.get("unexpected_count") or 0)
    if check.kind == "rows":
        rows, broken = int(found["observed_value"]), 0
    if check.kind == "known":
        rows = int(found.get("element_count") or 0)
    places = [int(place[_INDEX]) for place in found.get("unexpected_index_list") or () if _INDEX in place]
    if success:
        return Finding(check.name, "passed" if rows else "untold", rows, broken, tuple(places))
    return Finding(check.name, "failed" if check.stops else "warned", rows, broken, tuple(places))


def _fault(info: Any) -> str | None:
    """What an expectation raised instead of looking; it stands in one of two shapes."""
    if not info:
        return None
    several = [info] if "raised_exception" in info else list(info.values())
    return next((str(one["exception_message"]) for one in several if one.get("raised_exception")), None)


def _sections(result: ExpectationSuiteValidationResult) -> str:
    """The body of Great Expectations' own page: its frame would load styles, scripts and pictures from elsewhere."""
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer

    page = ValidationResultsPageRenderer(run_info_at_end=False).render(result)
    numbered = enumerate(page.sections, start=1)
    pieces = ({"section": one.to_json_dict(), "section_loop": {"index": number}} for number, one in numbered)
    return "\n".join(str(_view().render(piece)) for piece in pieces)  # type: ignore[no-untyped-call]


@contextmanager
def _quietly() -> Iterator[None]:
    """No warning, progress bar or log line of these libraries reaches a reader, nor a thread of theirs stays."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _without_monitor()
        log = logging.getLogger("great_expectations")
        level = log.level
        log.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            log.setLevel(level)


def _without_monitor() -> None:
    """tqdm starts a thread for bars that nobody sees."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    tqdm.monitor_interval = 0
