"""This is where we say what the studio shows: her drafts, and one of them with all that is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from vopt_lib.errors import VoptError
from vopt_lib.schema.completeness import Completeness
from vopt_lib.schema.listing_text import Facts, ListingText, TextLanguage, Tone, Violation, Written
from vopt_lib.schema.own_photos import OwnPhoto
from vopt_lib.schema.own_states import State
from vopt_lib.schema.package import Package, with_hashtags
from vopt_lib.schema.photo_analysis import Analysis
from vopt_lib.schema.queries import Term

Work = Literal["look", "look again", "write", "shorten"]
"""What takes a while: looking at the photos (once more), and writing the text (shorter)."""


@dataclass(frozen=True)
class DraftRow:
    """A draft in the list. photo: the name of its first one; changed_at: when she last worked on it."""

    listing_id: int
    title: str
    photo: str | None
    photos: int
    person: str
    changed_at: datetime


@dataclass(frozen=True)
class TextKept:
    """A text that a draft had. by: `listing_text.TEMPLATE`, a backend's name, or "" for what she wrote herself.

    removed: words that a model invented and that were taken out; failed: how many models were asked in vain.
    """

    title: str
    description: str
    by: str = ""
    model: str | None = None
    removed: tuple[str, ...] = ()
    failed: int = 0

    @classmethod
    def of(cls, written: Written) -> TextKept:
        """What is kept of a text that was written."""
        failed = sum(attempt.error is not None for attempt in written.attempts)
        removed = tuple(one.word for one in written.removed)
        text = written.text
        return cls(text.title, whole_description(text), written.by, written.model, removed, failed)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "removed": list(self.removed)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> TextKept:
        """What `as_json` wrote."""
        return cls(**{**plain, "removed": tuple(plain["removed"])})


@dataclass(frozen=True)
class OpenDraft:
    """A draft that she works on. title, description: as they would go to Vinted, hashtags at the end; fields: what
    stands in the shop, by its name; texts: what it had before, of which `at` is shown.
    """

    listing_id: int
    sku: str
    state: State
    market: str
    title: str
    description: str
    facts: Facts
    fields: Mapping[str, Any]
    language: TextLanguage
    tone: Tone
    photos: tuple[OwnPhoto, ...] = ()
    analysis: Analysis = field(default_factory=Analysis)
    texts: tuple[TextKept, ...] = ()
    at: int = 0
    url: str | None = None
    changed_at: datetime | None = None

    @property
    def asked(self) -> Decimal | None:
        """The price that it asks."""
        price: Decimal | None = self.fields["asked"]
        return price

    @property
    def shown(self) -> TextKept | None:
        """The text that is shown, if it is the one that was kept last and she changed nothing of it."""
        if not self.texts:
            return None
        kept = self.texts[self.at]
        return kept if (kept.title, kept.description) == (self.title, self.description) else None


@dataclass(frozen=True)
class Offered:
    """What fields can be chosen from: catalogues by their whole path, brands, sizes of the catalogue, conditions."""

    catalogues: tuple[Term, ...] = ()
    brands: tuple[Term, ...] = ()
    sizes: tuple[Term, ...] = ()
    conditions: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Ready:
    """How ready a draft is for Vinted. unproven: what its text tells and no fact does."""

    complete: Completeness
    package: Package
    unproven: tuple[Violation, ...] = ()


@dataclass(frozen=True)
class StudioPage:
    """What the page shows: the drafts, or the one that is open. trouble: why it cannot."""

    drafts: tuple[DraftRow, ...] = ()
    draft: OpenDraft | None = None
    offered: Offered = Offered()
    trouble: VoptError | None = None


def whole_description(text: ListingText) -> str:
    """A description as it goes to Vinted: its hashtags stand below it."""
    return with_hashtags(text.description.strip(), text.hashtags)
