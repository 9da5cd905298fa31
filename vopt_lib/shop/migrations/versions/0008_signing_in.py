"""This is where the shop learns who may sign in: passwords, sessions, links, tries, and who may look at everything."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Bring the shop from 0007 to 0008."""
    op.add_column("person", sa.Column("theme", sa.String(length=10), nullable=True))
    op.add_column("person", sa.Column("sees_household", sa.Boolean(), nullable=False, server_default=sa.false()))
    _credentials()
    _sessions()
    _links()
    _tries()


def _credentials() -> None:
    _of_a_person(
        "credential",
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("password_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_secret", sa.LargeBinary(), nullable=True),
        sa.Column("code_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_step", sa.BigInteger(), nullable=True),
        key=["person_id"],
    )


def _sessions() -> None:
    _of_a_person(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        *(_moment(name) for name in ("begun_at", "seen_at", "ends_at", "over_at")),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_web_session_token_sha256")),
        key=["id"],
    )
    _index("web_session", "person_id", "ends_at")


def _links() -> None:
    _of_a_person(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        *(_moment(name) for name in ("made_at", "ends_at")),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('first', 'invitation', 'reset')", name=op.f("ck_sign_in_link_kind")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_sign_in_link_token_sha256")),
        key=["id"],
    )
    _index("sign_in_link", "person_id")


def _tries() -> None:
    _of_a_person(
        "sign_in_try",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("last_at"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        key=["key"],
        is_known=False,
    )
    _index("sign_in_try", "person_id", "last_at")
    _of_a_person(
        "sign_in_address",
        sa.Column("address", sa.String(length=200), nullable=False),
        _moment("last_at"),
        key=["person_id", "address"],
    )


def _of_a_person(table: str, *columns: Any, key: list[str], is_known: bool = True) -> None:
    op.create_table(
        table,
        sa.Column("person_id", sa.Integer(), nullable=not is_known),
        *columns,
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f(f"fk_{table}_household_id")),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )
    _index(table, "household_id")


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _moment(name: str) -> Any:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)
