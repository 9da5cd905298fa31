"""This is where the shop learns how photos are turned, and to bring back one that was deleted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the shop from 0003 to 0004."""
    op.add_column("photo", sa.Column("quarters", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "deleted_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("quarters", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_deleted_photo_item_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_deleted_photo_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deleted_photo")),
    )
    for column in ("item_id", "household_id", "sha256", "deleted_at"):
        op.create_index(op.f(f"ix_deleted_photo_{column}"), "deleted_photo", [column])
