"""This is where the shop's tables are: what a row is, and how rows hang together.

Every row belongs to a household. A physical `item` is not a `listing` (an offer of it on an account; a relist is
another one), and neither is an `order` (a bundle holds several). Asked, paid, fee, shipping and received are amounts of
their own. `edited` names what a person wrote herself: no import changes that any more.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship

from vopt_lib.schema.alerts import LEVELS
from vopt_lib.schema.own_assistant import USES
from vopt_lib.schema.own_photos import photo_name
from vopt_lib.shop.columns import Hash, Id, MicroEuro, Moment, Money, Prose, Word

ROLES: Final = ("admin", "member")
SIGN_IN_LINKS: Final = ("first", "invitation", "reset")
ORDER_KINDS: Final = ("sale", "purchase")
ORDER_STATES: Final = ("reserved", "shipped", "completed", "cancelled")
DUPLICATE_DECISIONS: Final = ("same", "different", "later")
INVENTORY: Final = (
    *("household_id", "deleted_at", "account_id", "state", "catalog_id", "condition_id", "brand", "size", "asked"),
    *("listed_at", "created_at", "ended_at", "item_id", "search_text"),
)
"""Columns of a listing that are indexed together."""

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=column)


class Base(DeclarativeBase):
    """Every table of the shop. Constraints have names, so that a migration can change them on both databases."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON}  # noqa: RUF012


class Household(Base):
    """A family, or a shop. audited: the number of its newest audit event."""

    __tablename__ = "household"

    id: Mapped[Id]
    name: Mapped[Word]
    created_at: Mapped[Moment]
    audited: Mapped[int] = mapped_column(BigInteger, default=0)


class Owned(Base):
    """What belongs to a household."""

    __abstract__ = True

    @declared_attr
    def household_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(ForeignKey("household.id"), index=True)


class Changing(Owned):
    """What people change: two who change the same row at once are told, and what is deleted can come back."""

    __abstract__ = True

    id: Mapped[Id]
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    deleted_at: Mapped[Moment | None]
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.version}


class Person(Changing):
    """Somebody of the household. role: an admin sees and changes everything, a member her own.

    sees_household: she may look at all of it, too, and still change her own only. theme: None: as her system has it.
    """

    __tablename__ = "person"
    __table_args__ = (_one_of("role", ROLES),)

    name: Mapped[Word]
    role: Mapped[str] = mapped_column(String(10))
    language: Mapped[str | None] = mapped_column(String(2))
    theme: Mapped[str | None] = mapped_column(String(10))
    sees_household: Mapped[bool] = mapped_column(default=False, server_default=false())


class Credential(Owned):
    """With what somebody signs in. It is no column of `Person`: who reads people, or what was changed, never sees it.

    password: its Argon2id hash as a PHC string; None: none was set (any more). code_secret: of the second factor,
    locked (`secrets`); code_since: when she confirmed it, None: not yet, so that it is not asked; code_step: the
    newest half minute whose code was used.
    """

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    password: Mapped[Word | None]
    password_at: Mapped[Moment | None]
    code_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_since: Mapped[Moment | None]
    code_step: Mapped[int | None] = mapped_column(BigInteger)


class WebSession(Owned):
    """Somebody who is signed in with one browser. ends_at: unless she does something before; over_at: in any case."""

    __tablename__ = "web_session"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_sha256: Mapped[Hash] = mapped_column(unique=True)
    begun_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    ends_at: Mapped[Moment] = mapped_column(index=True)
    over_at: Mapped[Moment]
    address: Mapped[Word]
    browser: Mapped[Word]


class SignInLink(Owned):
    """A link with which somebody sets her password, once."""

    __tablename__ = "sign_in_link"
    __table_args__ = (_one_of("kind", SIGN_IN_LINKS),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_sha256: Mapped[Hash] = mapped_column(unique=True)
    made_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class SignInTry(Owned):
    """How often a password was tried in vain, by what is counted (`sign_in_tries`). person_id: whose name was given."""

    __tablename__ = "sign_in_try"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    tries: Mapped[int]
    last_at: Mapped[Moment] = mapped_column(index=True)
    until: Mapped[Moment | None]


class SignInAddress(Owned):
    """A network address from which somebody signed in well."""

    __tablename__ = "sign_in_address"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    address: Mapped[Word] = mapped_column(primary_key=True)
    last_at: Mapped[Moment]


class ChannelAccount(Changing):
    """A person's account on a marketplace, or her mailbox. name: her login there; credentials: encrypted (`secrets`).

    settings: what else is remembered of it, nothing secret: the mail server, how far its e-mails are read.
    """

    __tablename__ = "channel_account"
    __table_args__ = (UniqueConstraint("household_id", "channel", "name"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    market: Mapped[str] = mapped_column(String(5))
    name: Mapped[Word]
    credentials: Mapped[bytes | None] = mapped_column(LargeBinary)
    oauth_expires_at: Mapped[Moment | None]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")


class Item(Changing):
    """A physical thing. place: where it lies; cost: what was paid for it; proof: how it is known to be her own."""

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("household_id", "sku"),)

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    sku: Mapped[str] = mapped_column(String(40))
    place: Mapped[Word | None]
    cost: Mapped[Money | None]
    currency: Mapped[str] = mapped_column(String(3))
    bought_on: Mapped[date | None]
    proof: Mapped[Prose | None]
    notes: Mapped[Prose | None]
    tags: Mapped[list[str]] = mapped_column(default=list)
    edited: Mapped[list[str]] = mapped_column(default=list)

    listings: Mapped[list[Listing]] = relationship(back_populates="item")
    photos: Mapped[list[Photo]] = relationship(back_populates="item", order_by="Photo.position")


class Listing(Changing):
    """An offer of an item on an account. external_id: the marketplace's; asked: what it asks now.

    state: see `states`; reason: why it is in it, where that is not plain; search_text: what `search` looks through.
    """

    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("account_id", "external_id"),
        Index(None, "household_id", "state"),
        Index(None, "household_id", "listed_at"),
        # All that the inventory looks through: it never reads a description to leave a row out.
        Index("ix_listing_inventory", *INVENTORY),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("channel_account.id"), index=True)
    external_id: Mapped[int | None] = mapped_column(BigInteger)
    url: Mapped[Prose | None]
    quantity: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(10), index=True)
    reason: Mapped[Word | None]
    title: Mapped[Prose]
    description: Mapped[Prose] = mapped_column(default="")
    catalog_id: Mapped[int | None] = mapped_column(BigInteger)
    brand: Mapped[Word | None]
    size: Mapped[Word | None]
    condition_id: Mapped[int | None]
    colour: Mapped[Word | None]
    second_colour: Mapped[Word | None]
    material: Mapped[Word | None]
    parcel_size: Mapped[Word | None]
    asked: Mapped[Money | None]
    currency: Mapped[str] = mapped_column(String(3))
    listed_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    edited: Mapped[list[str]] = mapped_column(default=list)
    search_text: Mapped[Prose] = mapped_column(default="", server_default="")

    item: Mapped[Item] = relationship(back_populates="listings")
    account: Mapped[ChannelAccount] = relationship()
    prices: Mapped[list[ListingPrice]] = relationship(order_by="ListingPrice.at")


class StudioDraft(Owned):
    """What the studio remembers of a listing that is being written, beside its own row.

    language, tone: what its text is written in; facts: what no column of the listing has; analysis: what its photos
    tell; texts: {"written": the texts it had, the oldest first, "at": which of them is shown}.
    """

    __tablename__ = "studio_draft"

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2))
    tone: Mapped[str] = mapped_column(String(10))
    facts: Mapped[dict[str, Any]]
    analysis: Mapped[dict[str, Any]]
    texts: Mapped[dict[str, Any]]
    changed_at: Mapped[Moment]


class ListingPrice(Owned):
    """What a listing asked from a moment on. source: who says so (`archive`, `crawl`, a person …)."""

    __tablename__ = "listing_price"

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), primary_key=True)
    at: Mapped[Moment] = mapped_column(primary_key=True)
    asked: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(String(20))


class ListingStatDay(Owned):
    """What a listing was looked at and marked by a day, as one source says."""

    __tablename__ = "listing_stat_day"

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(20), primary_key=True)
    views: Mapped[int | None]
    favourites: Mapped[int | None]
    asked: Mapped[Money | None]
    currency: Mapped[str | None] = mapped_column(String(3))


class Photo(Owned):
    """A photo of an item, kept as it came by the hash of its bytes. quarters: how often it is turned clockwise."""

    __tablename__ = "photo"
    __table_args__ = (UniqueConstraint("item_id", "sha256"),)

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    sha256: Mapped[Hash]
    position: Mapped[int]
    is_primary: Mapped[bool] = mapped_column(default=False)
    quarters: Mapped[int] = mapped_column(default=0, server_default="0")

    item: Mapped[Item] = relationship(back_populates="photos")

    @property
    def name(self) -> str:
        """What it is called as it is shown."""
        return photo_name(self.sha256, self.quarters or 0)


class DeletedPhoto(Owned):
    """A photo that was deleted and can still come back to its place; then its file goes, unless another has it."""

    __tablename__ = "deleted_photo"

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    sha256: Mapped[Hash] = mapped_column(index=True)
    quarters: Mapped[int]
    position: Mapped[int]
    deleted_at: Mapped[Moment] = mapped_column(index=True)


class Order(Changing):
    """A sale or a purchase, of several things where it is a bundle. external_id: the transaction's number.

    stranger_hash: the buyer (the seller of a purchase), as a keyed hash only. asked: what the listings asked together;
    paid: by the buyer; fee, shipping: of that; received: by the seller.
    """

    __tablename__ = "order"
    __table_args__ = (
        UniqueConstraint("account_id", "external_id"),
        Index(None, "household_id", "completed_at"),
        Index(None, "household_id", "ordered_at"),
        _one_of("kind", ORDER_KINDS),
        _one_of("state", ORDER_STATES),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("channel_account.id"), index=True)
    external_id: Mapped[str | None] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), index=True)
    stranger_hash: Mapped[Hash | None]
    ordered_at: Mapped[Moment]
    completed_at: Mapped[Moment | None]
    asked: Mapped[Money | None]
    paid: Mapped[Money | None]
    fee: Mapped[Money | None]
    shipping: Mapped[Money | None]
    received: Mapped[Money | None]
    currency: Mapped[str] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(String(20))
    edited: Mapped[list[str]] = mapped_column(default=list)

    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.id", cascade="all, delete-orphan")
    shipment: Mapped[Shipment | None] = relationship(back_populates="order")


class OrderLine(Owned):
    """One thing of an order; listing_id is null while nobody knows which of hers it is."""

    __tablename__ = "order_line"

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"), index=True)
    title: Mapped[Prose]
    price: Mapped[Money | None]


class Shipment(Changing):
    """The parcel of an order: a bundle travels in one. label_sha256: the file of its label."""

    __tablename__ = "shipment"

    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), unique=True)
    send_by: Mapped[Moment | None]
    sent_at: Mapped[Moment | None]
    carrier: Mapped[Word | None]
    tracking: Mapped[Word | None]
    label_sha256: Mapped[Hash | None]
    label_name: Mapped[Word | None]

    order: Mapped[Order] = relationship(back_populates="shipment")


class Expense(Changing):
    """Money that went out for selling: packaging, a photo lamp, a fee. item_id: of which thing, if of one."""

    __tablename__ = "expense"

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"), index=True)
    spent_on: Mapped[date] = mapped_column(index=True)
    amount: Mapped[Money]
    currency: Mapped[str] = mapped_column(String(3))
    purpose: Mapped[Word]


class Note(Changing):
    """What a person wrote beside something: `about` is a table, about_id a row of it."""

    __tablename__ = "note"

    about: Mapped[str] = mapped_column(String(20))
    about_id: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[Prose]


class Alert(Owned):
    """Something that happened or lasts, of which the household should know. key: one of them is open at most.

    text and next_step: message ids; facts: as `schema.alert_facts` writes them; times: how often it was raised. sent:
    {channel: when it went there}, a channel by the hash of its address; told_at: the last of these moments.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "uq_alert_open",
            *("household_id", "key"),
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "household_id", "ended_at"),
        _one_of("level", LEVELS),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(120))
    level: Mapped[str] = mapped_column(String(10))
    text: Mapped[Prose]
    next_step: Mapped[Prose]
    facts: Mapped[dict[str, Any]]
    href: Mapped[Word]
    for_admins: Mapped[bool]
    begun_at: Mapped[Moment]
    last_at: Mapped[Moment]
    times: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[Moment | None]
    told_at: Mapped[Moment | None]
    sent: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AlertSeen(Owned):
    """That a person put an alert aside."""

    __tablename__ = "alert_seen"

    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    seen_at: Mapped[Moment]


class AuditEvent(Owned):
    """Who changed what. Written in the transaction of the change, with a number that rises without a gap; never
    changed, but emptied where a person is erased. before and after: the columns that differ; batch: what was done at
    once, and is undone at once.
    """

    __tablename__ = "audit_event"

    @declared_attr
    def household_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(ForeignKey("household.id"), primary_key=True)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[Moment]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    deed: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(20), index=True)
    about_id: Mapped[int] = mapped_column(index=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    batch: Mapped[str | None] = mapped_column(String(32), index=True)


class Import(Owned):
    """A file that was taken in, once: counts and report say what of it became what."""

    __tablename__ = "import"
    __table_args__ = (UniqueConstraint("household_id", "kind", "file_sha256", "person_id"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    file_sha256: Mapped[Hash]
    file_name: Mapped[Word]
    begun_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    counts: Mapped[dict[str, Any]]
    report: Mapped[dict[str, Any]]


class Evidence(Owned):
    """What a source told of a sale, once: an e-mail, a row of an archive or of a table. Orders are worked out of all of
    it, so that they come out the same in whatever order it arrives.

    key: of what was told; thread: of what may be the same sale; facts: as the reader of that source gave them,
    strangers as keyed hashes only.
    """

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("account_id", "key"), Index(None, "account_id", "thread"))

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("channel_account.id"))
    key: Mapped[Hash]
    kind: Mapped[str] = mapped_column(String(20))
    thread: Mapped[Hash]
    source: Mapped[str] = mapped_column(String(20))
    at: Mapped[Moment | None]
    facts: Mapped[dict[str, Any]]


class SearchWord(Base):
    """A word that some listing of the household has: what a misspelt one may mean."""

    __tablename__ = "search_word"

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True)
    word: Mapped[str] = mapped_column(String(40), primary_key=True)


class Review(Owned):
    """A row of an import that a person must look at: why, what was read, and what was decided."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("household_id", "key"),)

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), index=True)
    key: Mapped[Hash]
    reason: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]]
    decision: Mapped[str | None] = mapped_column(String(20), index=True)
    decided_at: Mapped[Moment | None]


class DuplicateDecision(Owned):
    """What a person said of a thing and something that shows the same photo or thing, so that nobody is asked again.

    other: what it is, "own 12" or "vinted it 4567"; other_item_id: where it is a thing of the shop. decided_by: null
    where nobody was named.
    """

    __tablename__ = "duplicate_decision"
    __table_args__ = (UniqueConstraint("item_id", "other"), _one_of("decision", DUPLICATE_DECISIONS))

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    other: Mapped[str] = mapped_column(String(80))
    other_item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    decision: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[Moment]


class AssistantUse(Owned):
    """That a language model was asked, once: a retry is another row. person_id: for whom; null: she was erased.

    seconds: how long it took; tokens: as the backend counts them, null where it told none; cost: EUR, null where its
    price is not known; trouble: the class of the error because of which its answer was not taken.
    """

    __tablename__ = "assistant_use"
    __table_args__ = (Index(None, "household_id", "at"), _one_of("job", USES))

    id: Mapped[Id]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[Moment]
    job: Mapped[str] = mapped_column(String(10))
    backend: Mapped[Word]
    model: Mapped[Word]
    seconds: Mapped[float]
    tokens_read: Mapped[int | None]
    tokens_written: Mapped[int | None]
    cost: Mapped[MicroEuro | None]
    trouble: Mapped[str | None] = mapped_column(String(60))


class ColumnMapping(Owned):
    """Which column of a table file is what: remembered for the next file with the same head."""

    __tablename__ = "column_mapping"

    head_sha256: Mapped[Hash] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True)
    columns: Mapped[dict[str, Any]]
    used_at: Mapped[Moment]


class Follow(Owned):
    """A search that is collected again and again. query: as `schema.queries` writes it; position: in the list."""

    __tablename__ = "follow"
    __table_args__ = (UniqueConstraint("household_id", "query_key"),)

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[Word]
    query_key: Mapped[str] = mapped_column(String(16))
    query: Mapped[dict[str, Any]]
    created_at: Mapped[Moment]
    paused: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0, server_default="0")
