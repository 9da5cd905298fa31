"""This is where the shop learns to keep alerts: what happened or lasts, and who put it aside.

A table of that name was there from the beginning, and nothing was ever written to it: it makes room.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Bring the shop from 0008 to 0009."""
    op.drop_table("alert")
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("href", sa.String(length=200), nullable=False),
        sa.Column("for_admins", sa.Boolean(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent", sa.JSON(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_alert_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.CheckConstraint("level IN ('info', 'warn', 'bad')", name=op.f("ck_alert_level")),
    )
    for columns in (["household_id"], ["household_id", "ended_at"]):
        op.create_index(op.f(f"ix_alert_{'_'.join(columns)}"), "alert", columns)
    op.create_index(
        "uq_alert_open", "alert", ["household_id", "key"], unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_table(
        "alert_seen",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_seen_alert_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_alert_seen_person_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_alert_seen_household_id")),
        sa.PrimaryKeyConstraint("alert_id", "person_id", name=op.f("pk_alert_seen")),
    )
    for column in ("person_id", "household_id"):
        op.create_index(op.f(f"ix_alert_seen_{column}"), "alert_seen", [column])
