"""This is where findings become the sentence that says why a day is not published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from vopt_lib.errors import (
    BadDay,
    CatalogueVanished,
    CountsJumped,
    CurrencyChanged,
    ListingsRepeated,
    PricesJumped,
    PricesMissing,
)
from vopt_lib.schema.quality import CHECKS, Finding


@dataclass(frozen=True)
class Evidence:
    """What the sentences name. asked: `batches.references` with name; searches: `batches.asked_batch`."""

    seen: pl.DataFrame
    asked: pl.DataFrame
    searches: pl.DataFrame

    @property
    def drifts(self) -> pl.DataFrame:
        """Both, side by side, in their order."""
        return self.asked.hstack(self.searches.drop("listings", "listings_before"))


def verdict(findings: Sequence[Finding], evidence: Evidence) -> BadDay | None:
    """Why the day must not be published: what the first check says that stops it, in the order of CHECKS.

    None: nothing stops it.
    """
    failed = {finding.check: finding for finding in findings if finding.result == "failed"}
    first = next((failed[name] for name in CHECKS if name in failed), None)
    if first is None:
        return None
    say = _SENTENCES.get(first.check)
    return say(first, evidence) if say else BadDay(why=CHECKS[first.check].title)


def _prices_missing(found: Finding, evidence: Evidence) -> BadDay:
    return PricesMissing(share=_broken(found))


def _repeated(found: Finding, evidence: Evidence) -> BadDay:
    return ListingsRepeated(share=_broken(found))


def _currency(found: Finding, evidence: Evidence) -> BadDay:
    strange = evidence.seen.filter(pl.col("currency") != pl.col("market_currency"))
    pair = strange.group_by("currency", "market_currency").len().sort("len", descending=True).row(0)
    return CurrencyChanged(share=_broken(found), found=pair[0], expected=pair[1])


def _vanished(found: Finding, evidence: Evidence) -> BadDay:
    row = _search(found, evidence)
    return CatalogueVanished(name=row["name"], before=row["listings_before"], on=row["before_on"])


def _counts(found: Finding, evidence: Evidence) -> BadDay:
    row = _search(found, evidence)
    return CountsJumped(name=row["name"], listings=row["listings"], before=row["listings_before"], on=row["before_on"])


def _prices_jumped(found: Finding, evidence: Evidence) -> BadDay:
    row = _search(found, evidence)
    return PricesJumped(name=row["name"], share=f"{row['median_ratio']:.0%}", on=row["before_on"])


def _search(found: Finding, evidence: Evidence) -> Mapping[str, object]:
    return evidence.drifts.row(found.culprits[0], named=True)


def _broken(found: Finding) -> str:
    return f"{1 - found.kept_share:.0%}"


_SENTENCES: Mapping[str, Callable[[Finding, Evidence], BadDay]] = {
    "seen_once": _repeated,
    "seen_priced": _prices_missing,
    "seen_currency": _currency,
    "asked_found": _vanished,
    "asked_count": _counts,
    "asked_price": _prices_jumped,
}
