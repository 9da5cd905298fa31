"""This is where we say who is looking: the person, and how she wants to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from vopt_lib.words import LANGUAGES, Language, Words

Theme = Literal["system", "light", "dark"]
THEMES: tuple[Theme, ...] = ("system", "light", "dark")

Role = Literal["admin", "member"]
"""An admin (the owner) may change what is collected; a member looks."""


@dataclass(frozen=True)
class Visitor:
    """One person in front of one browser. `person` is an opaque id, the same at every visit; `member` her number in the
    shop (None: whoever looks is its owner), `name` what she is called there (None: nobody logs in).
    """

    person: str
    language: Language = "en"
    theme: Theme = "system"
    role: Role = "member"
    member: int | None = None
    name: str | None = None

    @property
    def words(self) -> Words:
        """What she reads in."""
        return Words(self.language)

    def as_json(self) -> dict[str, str | int]:
        """Plain values, for the request that a page sees."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Visitor:
        """The visitor that `as_json` wrote."""
        return cls(**{name: plain[name] for name in cls.__dataclass_fields__ if name in plain})


def theme_of(text: object, otherwise: Theme = "system") -> Theme:
    """The theme of this name, else `otherwise`."""
    return next((theme for theme in THEMES if theme == text), otherwise)


def language_of(text: object, otherwise: Language = "en") -> Language:
    """The language of this code, else `otherwise`."""
    return next((language for language in LANGUAGES if language == text), otherwise)
