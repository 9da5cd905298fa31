"""This is where the shop learns to remember what was said of photos and things that may be the same."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TABLE = "duplicate_decision"


def upgrade() -> None:
    """Bring the shop from 0004 to 0005."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("other", sa.String(length=80), nullable=False),
        sa.Column("other_item_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_duplicate_decision_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_item_id"], ["item.id"], name=op.f("fk_duplicate_decision_other_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_duplicate_decision_decided_by")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_duplicate_decision_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_decision")),
        sa.UniqueConstraint("item_id", "other", name=op.f("uq_duplicate_decision_item_id_other")),
        sa.CheckConstraint("decision IN ('same', 'different', 'later')", name=op.f("ck_duplicate_decision_decision")),
    )
    for column in ("item_id", "other_item_id", "household_id"):
        op.create_index(op.f(f"ix_{_TABLE}_{column}"), _TABLE, [column])
