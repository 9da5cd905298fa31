"""This is where we say what a package is: a listing as it goes to Vinted, in the order of Vinted's own form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal

from vopt_lib.words import N_, Words

StepName = Literal[
    "photos",
    "title",
    "description",
    "category",
    "brand",
    "size",
    "condition",
    "colours",
    "material",
    "price",
    "parcel_size",
]

STEPS: Final = MappingProxyType[StepName, str](
    {
        "photos": N_("Photos"),
        "title": N_("Title"),
        "description": N_("Description"),
        "category": N_("Category"),
        "brand": N_("Brand"),
        "size": N_("Size"),
        "condition": N_("Condition"),
        "colours": N_("Colours"),
        "material": N_("Material"),
        "price": N_("Price"),
        "parcel_size": N_("Parcel size"),
    }
)
"""{field of Vinted's form: its name}, in the form's order."""

NEEDED: Final = frozenset[StepName]({"photos", "title", "description", "category", "condition", "price", "parcel_size"})
"""What Vinted takes no listing without; the other fields depend on the category, or are optional."""

TYPED: Final = frozenset[StepName]({"title", "description", "price"})
"""What is written into the form; the rest is chosen there."""

_HASHTAGS: Final = re.compile(r"#[^\W\d][\w-]*(?:\s+#[^\W\d][\w-]*)*\s*\Z")
"""The last words of a description, where all of them are hashtags."""


@dataclass(frozen=True)
class Step:
    """One field of Vinted's form. values: what to write or choose, one after the other: the levels of a category, the
    colours; none: not known.

    means: a value in the reader's language, where the site's own word is another one.
    """

    name: StepName
    values: tuple[str, ...] = ()
    means: str | None = None

    @property
    def title(self) -> str:
        """Its name for people, a message id."""
        return STEPS[self.name]

    @property
    def is_missing(self) -> bool:
        """Whether Vinted asks for it and nothing is known."""
        return not self.values and self.name in NEEDED


@dataclass(frozen=True)
class Package:
    """A listing as it goes to Vinted.

    market: the country of the site ("it"); form: the address of its empty form. code: of the thing. description:
    without its last words, the `hashtags` (without their sign). photos: what those are called that go along, in order;
    left_out: how many more there are than Vinted shows. asked: in currency. is_draft: whether it is not on Vinted yet.
    """

    listing_id: int
    code: str
    market: str
    form: str
    title: str
    description: str
    hashtags: tuple[str, ...]
    photos: tuple[str, ...]
    left_out: int
    catalog_id: int | None
    condition_id: int | None
    asked: Decimal | None
    currency: str
    is_draft: bool
    steps: tuple[Step, ...]

    @property
    def whole_description(self) -> str:
        """The description with its hashtags at the end: what is copied."""
        return with_hashtags(self.description, self.hashtags)

    @property
    def missing(self) -> tuple[Step, ...]:
        """What Vinted asks for and is not known yet."""
        return tuple(step for step in self.steps if step.is_missing)

    def step(self, name: StepName) -> Step:
        """One field of the form."""
        return next(step for step in self.steps if step.name == name)

    def shown(self, step: Step, words: Words) -> tuple[str, ...]:
        """What to write or choose there, as a person reads it: an amount with its currency, photos counted."""
        if step.name == "price" and self.asked is not None:
            return (words.money(self.asked, self.currency),)
        if step.name == "photos" and step.values:
            return (words.count(N_("{n} photo"), N_("{n} photos"), len(step.values)),)
        return step.values


def with_hashtags(description: str, hashtags: Sequence[str]) -> str:
    """A description that ends in these hashtags, which come without their sign: as it is kept and as it is copied."""
    tags = " ".join(f"#{tag}" for tag in hashtags)
    return "\n\n".join(part for part in (description, tags) if part)


def without_hashtags(description: str) -> tuple[str, tuple[str, ...]]:
    """A description without the hashtags that it ends in, and these without their sign, each once.

    Example:
        >>> without_hashtags("Come nuova. #jeans #Levis")
        ('Come nuova.', ('jeans', 'Levis'))
    """
    found = _HASHTAGS.search(description)
    # A sign in the middle of a word is no hashtag: "C#".
    if found is None or (found.start() and not description[found.start() - 1].isspace()):
        return description.strip(), ()
    tags = dict.fromkeys(word.removeprefix("#") for word in found[0].split())
    return description[: found.start()].strip(), tuple(tags)
