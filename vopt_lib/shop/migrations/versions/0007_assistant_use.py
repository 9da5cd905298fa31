"""This is where the shop learns to keep a ledger of what language models were asked, and what that cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TABLE = "assistant_use"


def upgrade() -> None:
    """Bring the shop from 0006 to 0007."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job", sa.String(length=10), nullable=False),
        sa.Column("backend", sa.String(length=200), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("tokens_read", sa.Integer(), nullable=True),
        sa.Column("tokens_written", sa.Integer(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.String(length=60), nullable=True),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assistant_use_person_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_assistant_use_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistant_use")),
        sa.CheckConstraint("job IN ('write', 'look', 'compare', 'ask')", name=op.f("ck_assistant_use_job")),
    )
    for columns in (["household_id"], ["person_id"], ["household_id", "at"]):
        op.create_index(op.f(f"ix_{_TABLE}_{'_'.join(columns)}"), _TABLE, columns)
