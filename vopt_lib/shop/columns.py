"""This is where we say how money, moments and secrets lie in the shop's database, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, String, Text
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

CENT = Decimal("0.01")
MICRO_EURO = Decimal("0.000001")
"""A token of a paid language model costs less than a cent: prices are told per million of them."""


class MoneyType(TypeDecorator[Decimal]):
    """An amount with two decimals, kept as a whole number of cents: SQLite has no decimals, and floats round."""

    impl = BigInteger
    cache_ok = True
    unit: ClassVar[Decimal] = CENT

    @property
    def python_type(self) -> type[Decimal]:
        """Decimal."""
        return Decimal

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """The cents. Raises: ValueError, for a part of a cent or a float."""
        if value is None:
            return None
        if not isinstance(value, Decimal) or value != value.quantize(self.unit):
            raise ValueError(f"{value!r} is no whole multiple of {self.unit}")
        return int(value / self.unit)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """The amount."""
        return None if value is None else Decimal(value) * self.unit


class MicroEuroType(MoneyType):
    """A small amount in EUR with six decimals, kept as a whole number of millionths."""

    cache_ok = True
    unit = MICRO_EURO


class UtcTimeType(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets the zone: it is kept without one there."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """datetime."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC. Raises: ValueError, for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


Id = Annotated[int, mapped_column(primary_key=True)]
Money = Annotated[Decimal, mapped_column(MoneyType)]
MicroEuro = Annotated[Decimal, mapped_column(MicroEuroType)]
Moment = Annotated[datetime, mapped_column(UtcTimeType)]
Word = Annotated[str, mapped_column(String(200))]
Prose = Annotated[str, mapped_column(Text)]
Hash = Annotated[str, mapped_column(String(64))]
"""64 hex digits of SHA-256, of a file or keyed of a stranger."""
