"""This is where one fact that a source told has its form: by what it is known, and what it may hang together with."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from vopt_lib.schema.vinted_terms import folded


class FactKind(StrEnum):
    """What a fact is about."""

    LISTING = "listing"
    SOLD = "sold"
    LABEL = "label"
    SENT = "sent"
    COMPLETED = "completed"
    PURCHASE = "purchase"
    ORDER = "order"
    BOOKED = "booked"
    DECIDED = "decided"
    ANCHOR = "anchor"


HERSELF: Final = "person"
"""The source of what she says herself."""

OF_ORDERS: Final = frozenset(FactKind) - {FactKind.LISTING, FactKind.DECIDED, FactKind.ANCHOR}

Facts = dict[str, Any]
"""What was told, as JSON keeps it: amounts and moments as text."""


@dataclass(frozen=True)
class Fact:
    """One fact. key: the same fact told again has the same; anchors: facts that share one may be about one sale."""

    kind: FactKind
    key: str
    anchors: tuple[str, ...]
    facts: Facts
    source: str
    at: datetime | None = None

    @property
    def about(self) -> str:
        """What is decided on it is decided on this: a row that several archives tell is one."""
        identity: str = self.facts.get("identity", self.key)
        return identity

    def telling(self, **facts: Any) -> Fact:
        """The same fact, telling this instead."""
        return replace(self, facts={**self.facts, **facts})


@dataclass(frozen=True)
class Origin:
    """Where facts come from. source: archive, mail, table, wardrobe; stamp: orders tellings by time, then by file.

    currency: of what names none; login: hers, by which a sale is told from a purchase; strangers_key: of the
    pseudonyms of everybody else.
    """

    source: str
    stamp: str
    currency: str
    login: str
    strangers_key: bytes


def digest(*parts: object) -> str:
    """A key (SHA-256) of what was told."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def stamp(told_at: datetime, file_sha256: str) -> str:
    """When and by which file something was told: of two tellings the greater one counts."""
    return f"{told_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} {file_sha256[:12]}"


def told_at(stamp: str) -> datetime:
    """The moment in a stamp."""
    return datetime.strptime(stamp[:20], "%Y-%m-%dT%H:%M:%S%z")


def title_key(title: str) -> str:
    """What titles are compared by."""
    return folded(title)


def title_anchor(title: str) -> str:
    """What facts about things of this title share."""
    return digest("title", title_key(title))


def sku_anchor(sku: str) -> str:
    """What facts about the thing of this code share."""
    return digest("of sku", sku)


def number_anchor(number: str) -> str:
    """What facts about the transaction of this number share."""
    return digest("number", number)


def bundle_key(facts: Facts) -> str | None:
    """What one buyer's bundle is compared by: an e-mail counts its things, an archive names them. None: it is none."""
    told = facts.get("things", 1)
    count = told if isinstance(told, int) else len(told)
    return digest("bundle", facts["stranger"], count) if count > 1 and "stranger" in facts else None


def money(text: str | None) -> Decimal | None:
    """An amount again."""
    return None if text is None else Decimal(text)


def moment(text: str | None) -> datetime | None:
    """A moment again."""
    return None if text is None else datetime.fromisoformat(text)
