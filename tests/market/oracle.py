"""This is where the rules of spells are written a second time: one listing, one day, one row after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from vopt_lib.market.spells import Spells
from vopt_lib.schema.tables import LISTING_ENDED, LISTING_LIVE, PRICE_CHANGE, Table

Row = Mapping[str, Any]
_RANK = {"on_sale": 0, "reserved": 1, "hidden": 1, "sold": 2, "deleted": 2, "closed": 2}
_LATEST = ("title", "brand", "size", "condition_id", "url", "thumbnail_url", "favourite_count", "seller_hash")


@dataclass
class _Story:
    """One listing, told day by day."""

    above: Mapping[int, Sequence[int]]
    misses_until_gone: int
    live: dict[str, Any] | None = None
    ended: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)

    def see(self, row: Row) -> None:
        if row["state"] == "on_sale":
            self._on_sale(row)
        elif self.live and row["state"] in ("reserved", "hidden"):
            self.live["state_hint"] = row["state"]
        elif self.live:
            known = self.live["state_hint"] or "unknown"
            before = self.live["missed_at"] or row["observed_at"]
            self._end(before, row["day"], known if row["state"] == "closed" else row["state"])

    def _on_sale(self, row: Row) -> None:
        if self.live is None:
            self.live = {name: row[name] for name in ("source", "market", "listing_id", *_LATEST)}
            self.live |= {"first_seen_at": row["observed_at"], "first_seen_on": row["day"], "last_seen_on": None}
            self.live |= dict.fromkeys(("first_asked_amount", "first_price_eur", "last_asked_amount", "last_price_eur"))
            self.live |= {
                "currency": None,
                "days_seen": 0,
                "price_changes": 0,
                "leaf_catalog_id": None,
                "query_keys": [],
            }
        spell = self.live
        if row["asked_amount"] is not None and row["observed_at"] != spell.get("last_seen_at"):
            self._price(row)
        spell["days_seen"] += spell["last_seen_on"] != row["day"]
        spell |= {"last_seen_at": row["observed_at"], "last_seen_on": row["day"], "promoted": row["promoted"]}
        spell |= {name: row[name] for name in _LATEST if row[name] is not None}
        spell |= {"missed_on": [], "missed_at": None, "state_hint": None}
        if not row["promoted"]:
            if row["query_key"]:
                spell["query_keys"] = sorted({*spell["query_keys"], row["query_key"]})
            if self._depth(row["query_catalog_id"]) >= max(1, self._depth(spell["leaf_catalog_id"])):
                spell["leaf_catalog_id"] = row["query_catalog_id"]

    def _price(self, row: Row) -> None:
        spell = self.live
        assert spell
        if spell["first_asked_amount"] is None:
            spell |= {"first_asked_amount": row["asked_amount"], "first_price_eur": row["price_eur"]}
        elif spell["currency"] == row["currency"] and spell["last_asked_amount"] != row["asked_amount"]:
            spell["price_changes"] += 1
            change = {name: row[name] for name in ("source", "market", "listing_id", "observed_at", "currency", "day")}
            change |= {"month": f"{row['observed_at']:%Y-%m}", "seen_before_at": spell["last_seen_at"], "spell": spell}
            self.changes.append(change | {"old_amount": spell["last_asked_amount"], "new_amount": row["asked_amount"]})
        spell |= {
            "last_asked_amount": row["asked_amount"],
            "last_price_eur": row["price_eur"],
            "currency": row["currency"],
        }

    def close_day(self, day: date, coverage: Iterable[Row]) -> None:
        for change in self.changes:
            if "leaf_catalog_id" not in change:
                change["leaf_catalog_id"] = change.pop("spell")["leaf_catalog_id"]
        if self.live is None or self.live["last_seen_on"] == day:
            return
        missed = [query["observed_at"] for query in coverage if query["is_exhaustive"] and self._owed(query)]
        if not missed:
            return
        self.live["missed_on"].append(day)
        self.live["missed_at"] = self.live["missed_at"] or min(missed)
        patience = 7 if self.live["state_hint"] == "reserved" else 0
        if len(self.live["missed_on"]) >= self.misses_until_gone + patience:
            self._end(self.live["missed_at"], day, self.live["state_hint"] or "unknown")

    def _owed(self, query: Row) -> bool:
        spell = self.live
        assert spell
        price = spell["last_asked_amount"]
        if query["price_from"] is not None and (price is None or price < query["price_from"] * Decimal("1.15")):
            return False
        if query["price_to"] is not None and (price is None or price > query["price_to"] * Decimal("0.85")):
            return False
        if query["started_at"] <= spell["last_seen_at"]:
            return False
        if query["query_key"] in spell["query_keys"]:
            return True
        if query["search_text"] or "colour" in query["query_narrowed_by"] or "material" in query["query_narrowed_by"]:
            return False
        leaf, asked = spell["leaf_catalog_id"], query["query_catalog_id"]
        return (
            (asked is None or (leaf is not None and asked in {leaf, *self.above.get(leaf, ())}))
            and (
                not query["brands"] or (spell["brand"] or "").casefold() in [one.casefold() for one in query["brands"]]
            )
            and (not query["sizes"] or (spell["size"] or "").casefold() in [one.casefold() for one in query["sizes"]])
            and (not query["condition_ids"] or spell["condition_id"] in query["condition_ids"])
        )

    def _end(self, before: datetime, decided: date, evidence: str) -> None:
        assert self.live
        self.ended.append(
            self.live
            | {"gone_after": self.live["last_seen_at"], "gone_before": before, "gone_on": before.date()}
            | {"ended_month": f"{before:%Y-%m}", "decided_on": decided, "evidence": evidence}
        )
        self.live = None

    def _depth(self, catalog_id: int | None) -> int:
        return 0 if catalog_id is None else len(self.above.get(catalog_id, range(99)))


def expected(seen: pl.DataFrame, coverage: pl.DataFrame, *, catalogues: pl.DataFrame, misses_until_gone: int) -> Spells:
    """The spells as this file's rules tell them."""
    above: dict[int, list[int]] = {}
    for catalog_id, ancestor_id in catalogues.iter_rows():
        above.setdefault(catalog_id, []).append(ancestor_id)
    rows = list(seen.iter_rows(named=True))
    queries = list(coverage.iter_rows(named=True))
    days = sorted({row["day"] for row in (*rows, *queries)})
    told = Spells([], [], [])  # type: ignore[arg-type]
    for key in sorted({(row["source"], row["market"], row["listing_id"]) for row in rows}):
        story = _Story(above, misses_until_gone)
        own = [row for row in rows if (row["source"], row["market"], row["listing_id"]) == key]
        for day in days:
            for row in sorted((row for row in own if row["day"] == day), key=_order):
                story.see(row)
            story.close_day(day, [q for q in queries if (q["source"], q["market"], q["day"]) == (*key[:2], day)])
        told.live.extend([story.live] if story.live else [])
        told.ended.extend(story.ended)
        told.price_changes.extend(story.changes)
    return Spells(
        _frame(LISTING_LIVE, told.live), _frame(LISTING_ENDED, told.ended), _frame(PRICE_CHANGE, told.price_changes)
    )


def _order(row: Row) -> tuple[object, ...]:
    price = row["asked_amount"]
    return (
        row["observed_at"],
        _RANK[row["state"]],
        price is None,
        price or 0,
        row["promoted"],
        row["query_catalog_id"] or 999,
    )


def _frame(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    names = table.schema.names()
    return pl.DataFrame([{name: row[name] for name in names} for row in rows], schema=table.schema, strict=True)
