"""This is where the shop learns to remember what is being written in the studio."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_TABLE = "studio_draft"


def upgrade() -> None:
    """Bring the shop from 0005 to 0006."""
    op.create_table(
        _TABLE,
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("tone", sa.String(length=10), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("analysis", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_studio_draft_listing_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_studio_draft_household_id")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_studio_draft")),
    )
    op.create_index(op.f(f"ix_{_TABLE}_household_id"), _TABLE, ["household_id"])
