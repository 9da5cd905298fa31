"""This is where we say what one HTTP answer is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, decoded from its transfer encoding, with the moment it was received (UTC)."""

    url: str
    status: int
    content_type: str
    body: bytes
    received_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """What an answer itself does not say: who was asked, by which run, with which query."""

    source: str
    market: str
    run_id: str
    follow_id: str | None = None
    query_catalog_id: int | None = None
    query_key: str | None = None
    query_narrowed_by: str = ""
    page: int | None = None
    first_position: int | None = None
