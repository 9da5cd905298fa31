"""This is where the shop learns to look through tens of thousands of listings at once."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

_COLUMNS = (
    *("household_id", "deleted_at", "account_id", "state", "catalog_id", "condition_id", "brand", "size", "asked"),
    *("listed_at", "created_at", "ended_at", "item_id", "search_text"),
)


def upgrade() -> None:
    """Bring the shop from 0002 to 0003."""
    op.create_index(op.f("ix_listing_inventory"), "listing", list(_COLUMNS))
