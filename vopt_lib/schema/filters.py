"""This is where we say what part of the market a page shows: one model for its controls, its address and its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from vopt_lib.schema.price import Price

Order = Literal["newest", "cheapest", "dearest", "favourites"]
Listed = Literal["newest", "oldest", "cheapest", "dearest", "slowest", "viewed", "liked"]
Standing = Literal["draft", "published", "reserved", "sold", "paused", "withdrawn", "archived", "deleted"]
"""How a listing of her own stands (`shop.states`), or that it was deleted and can come back."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Market = Annotated[str, StringConstraints(pattern=r"^[a-z.]{2,6}$")]
Days = Annotated[Literal[30, 90, 365], BeforeValidator(lambda days: int(days) if str(days).isdigit() else days)]
Span = Annotated[str, StringConstraints(pattern=r"^(30|90|365|all|20[0-9]{2})$")]
"""So many days until today, all there are, or a calendar year."""

SaleState = Literal["reserved", "shipped", "completed", "cancelled"]
LARGEST_ID = 2**63 - 1
Key = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""A number that the shop gives a row."""


class _Address(BaseModel):
    """What an address says: every field is a word of it, and what is not said is as usual."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def from_query(cls, query: str | Mapping[str, str]) -> Self:
        """The filters of an address ("?catalog=4&brand=Zara"). A word that cannot be understood is left out."""
        given = dict(parse_qsl(query.removeprefix("?"))) if isinstance(query, str) else dict(query)
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            wrong = {str(complaint["loc"][0]) for complaint in error.errors() if complaint["loc"]}
            return cls.model_validate({name: value for name, value in given.items() if name not in wrong})

    def as_query(self) -> str:
        """The same as an address, without the question mark and without what is as usual."""
        return urlencode(self.model_dump(exclude_defaults=True))


class MarketFilters(_Address):
    """What the market page shows. Every field is a word of its address; what is not said is not filtered."""

    market: Market = Field("it", description="Country site.")
    catalog: int | None = Field(None, ge=1, le=LARGEST_ID, description="Catalogue id; None: all that are followed.")
    brand: Name | None = Field(None, description="Brand as shown.")
    size: Name | None = Field(None, description="Size as shown; today's listings only.")
    condition: int | None = Field(None, ge=1, le=99, description="Condition id; today's listings only.")
    price_from: Price | None = Field(None, description="Lowest asked price of the listings shown, EUR.")
    price_to: Price | None = Field(None, description="Highest asked price of the listings shown, EUR.")
    mine: Price | None = Field(None, description="Her own price, marked in the distribution, EUR.")
    days: Days = Field(30, description="Days of history.")
    order: Order = Field("newest", description="Order of the listings.")

    def but(self, **changes: object) -> Self:
        """The same filters with these changed; choosing another catalogue forgets what narrowed the old one."""
        if "catalog" in changes and changes["catalog"] != self.catalog:
            forgotten = {"brand": None, "size": None, "condition": None, "price_from": None, "price_to": None}
            changes = forgotten | changes
        return type(self).model_validate(self.model_dump() | changes)


class DealFilters(_Address):
    """Which deals are shown. Every field is a word of the page's address."""

    market: Market = Field("it", description="Country site.")
    catalog: int | None = Field(None, ge=1, le=LARGEST_ID, description="Catalogue id; None: all that are followed.")
    brand: Name | None = Field(None, description="Brand as shown.")
    price_to: Price | None = Field(None, description="Highest asked price, EUR.")

    def but(self, **changes: object) -> Self:
        """The same filters with these changed; choosing another catalogue forgets the brand."""
        if "catalog" in changes and changes["catalog"] != self.catalog:
            changes = {"brand": None} | changes
        return type(self).model_validate(self.model_dump() | changes)


class ListingAddress(_Address):
    """Which listing is shown. Every field is a word of the page's address."""

    market: Market = Field("it", description="Country site.")
    id: int | None = Field(None, ge=1, le=LARGEST_ID, description="The marketplace's id of the offer.")


class PriceFilters(_Address):
    """Which thing is priced. Every field is a word of the page's address; of a thing of her own, what it does not say
    is as the shop knows it."""

    market: Market = Field("it", description="Country site.")
    own: Key | None = Field(None, description="The listing of her own that it is; None: a thing that she describes.")
    title: Title | None = Field(None, description="Its title, as on a listing.")
    brand: Name | None = Field(None, description="Brand as written.")
    catalog: int | None = Field(None, ge=1, le=LARGEST_ID, description="Catalogue id; None: guessed from the title.")
    size: Name | None = Field(None, description="Size as written.")
    condition: int | None = Field(None, ge=1, le=99, description="Condition id.")
    cost: Price | None = Field(None, description="What it cost her, EUR.")
    offer: Price | None = Field(None, description="What somebody offers for it, EUR.")

    def but(self, **changes: object) -> Self:
        """The same with these changed; choosing another thing of her own forgets what was said of the last one."""
        if "own" in changes and changes["own"] != self.own:
            return type(self).model_validate({"market": self.market} | changes)
        return type(self).model_validate(self.model_dump() | changes)

    @property
    def is_empty(self) -> bool:
        """Whether no thing is named yet."""
        return self.own is None and self.title is None and self.catalog is None


class SimilarAddress(_Address):
    """Of which photo look-alikes are shown, and which of them. Every field is a word of the page's address; where it
    names no photo, one that is dropped on the page is meant."""

    market: Market = Field("it", description="Country site.")
    listing: int | None = Field(None, ge=1, le=LARGEST_ID, description="The marketplace's id of the offer.")
    own: Key | None = Field(None, description="The listing of her own.")
    words: Title | None = Field(None, description="Words to look for instead of a photo.")
    model: Name | None = Field(None, description="By what photos are compared; None: by shapes and colours.")
    catalog: int | None = Field(None, ge=1, le=LARGEST_ID, description="Catalogue id, with all below it.")
    brand: Name | None = Field(None, description="Brand as shown.")
    price_from: Price | None = Field(None, description="Lowest asked price, EUR.")
    price_to: Price | None = Field(None, description="Highest asked price, EUR.")
    state: Literal["on_sale", "sold"] | None = Field(None, description="Whether it is on sale, or proven to be sold.")

    def but(self, **changes: object) -> Self:
        """The same with these changed."""
        return type(self).model_validate(self.model_dump() | changes)

    @property
    def unfiltered(self) -> Self:
        """The same photo or words, and all that looks like it."""
        asked = ("market", "listing", "own", "words", "model")
        return type(self)(**self.model_dump(include=set(asked)))


class StudioAddress(_Address):
    """Which draft the studio shows. Every field is a word of the page's address; None: the list of all."""

    id: Key | None = Field(None, description="The listing of her own that is being written.")


class SalesFilters(_Address):
    """Which sales are shown. Every field is a word of the page's address."""

    period: Span = Field("365", description="Days until today, `all`, or a calendar year.")
    person: int | None = Field(None, ge=1, le=LARGEST_ID, description="Whose; None: everybody's whom she may see.")
    catalog: int | None = Field(None, ge=1, le=LARGEST_ID, description="Catalogue id of the things.")
    currency: str | None = Field(None, pattern="^[A-Z]{3}$", description="ISO 4217; None: that of most sales.")
    state: SaleState | None = Field(None, description="How a sale stands; of the list only.")
    page: int = Field(1, ge=1, le=100_000, description="Of the list.")

    def but(self, **changes: object) -> Self:
        """The same filters with these changed; the list begins anew where it is not turned over."""
        return type(self).model_validate(self.model_dump() | {"page": 1} | changes)


class InventoryFilters(_Address):
    """Which of her own listings are shown, and which is open. Every field is a word of the page's address."""

    text: Name | None = Field(None, description="Words of title, brand, code or number; typing errors are forgiven.")
    state: Standing | None = Field(None, description="How it stands; None: any, but not what was deleted.")
    person: Key | None = Field(None, description="Whose account it is on.")
    account: Key | None = Field(None, description="The account it is on.")
    catalog: int | None = Field(None, ge=1, le=LARGEST_ID, description="Catalogue id.")
    brand: Name | None = Field(None, description="Brand as written.")
    size: Name | None = Field(None, description="Size as written.")
    condition: int | None = Field(None, ge=1, le=99, description="Condition id.")
    place: Name | None = Field(None, description="Where the thing lies.")
    tag: Name | None = Field(None, description="A tag of the thing.")
    price_from: Price | None = Field(None, description="Lowest asked price, EUR.")
    price_to: Price | None = Field(None, description="Highest asked price, EUR.")
    days: int | None = Field(None, ge=1, le=3650, description="At least so many days on the market.")
    order: Listed = Field("newest", description="Order of the listings.")
    page: int = Field(1, ge=1, le=100_000, description="Page of the list.")
    id: Key | None = Field(None, description="The listing that is open.")
    new: bool = Field(False, description="Whether a new one is being written.")

    def but(self, **changes: object) -> Self:
        """The same with these changed: whatever changes the list begins at its first page, and opening closes."""
        if not changes.keys() & {"id", "new", "page"}:
            changes = {"page": 1} | changes
        if changes.keys() & {"id", "new"}:
            changes = {"id": None, "new": False} | changes
        return type(self).model_validate(self.model_dump() | changes)

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        shown = {"order", "page", "id", "new"}
        return self.model_dump(exclude=shown) != type(self)().model_dump(exclude=shown)
