"""This is where we say what she is about to follow, while she still chooses: a draft that its address remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qs, urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from vopt_lib.schema.filters import Name

Link = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]

CatalogId = Annotated[int, Field(ge=1)]


def _first(value: object) -> object:
    return value[0] if isinstance(value, list | tuple) and value else value


def _all(value: object) -> object:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


class FollowDraft(BaseModel):
    """A search in her words, or a link. Every field is a word of the page's address, so that a reload loses nothing.

    `other_brand` is one that she typed because no list holds it. The prices are as she wrote them.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    way: Annotated[Literal["words", "link"], BeforeValidator(_first)] = "words"
    link: Annotated[Link | None, BeforeValidator(_first)] = None
    catalog: Annotated[CatalogId | None, BeforeValidator(_first)] = None
    brand: Annotated[tuple[Name, ...], BeforeValidator(_all)] = ()
    other_brand: Annotated[Name | None, BeforeValidator(_first)] = None
    size: Annotated[tuple[Name, ...], BeforeValidator(_all)] = ()
    condition: Annotated[tuple[int, ...], BeforeValidator(_all)] = ()
    price_from: Annotated[Name | None, BeforeValidator(_first)] = None
    price_to: Annotated[Name | None, BeforeValidator(_first)] = None
    text: Annotated[Name | None, BeforeValidator(_first)] = None
    name: Annotated[Name | None, BeforeValidator(_first)] = None

    @classmethod
    def from_query(cls, query: str | Mapping[str, Any]) -> Self:
        """The draft of an address, or of the values of controls. What cannot be understood is left out."""
        given = parse_qs(query.removeprefix("?")) if isinstance(query, str) else query
        kept = {name: value for name, value in given.items() if value not in (None, "", [], ())}
        try:
            return cls.model_validate(kept)
        except ValidationError as error:
            wrong = {str(complaint["loc"][0]) for complaint in error.errors() if complaint["loc"]}
            return cls.model_validate({name: value for name, value in kept.items() if name not in wrong})

    def as_query(self) -> str:
        """The same as an address, without the question mark and without what is as usual."""
        return urlencode(self.model_dump(exclude_defaults=True), doseq=True)

    def but(self, **changes: object) -> Self:
        """The same draft with these changed."""
        return type(self).model_validate(self.model_dump() | changes)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked yet."""
        if self.way == "link":
            return self.link is None
        return self.model_dump(exclude={"way", "link", "name"}) == type(self)().model_dump(
            exclude={"way", "link", "name"}
        )
