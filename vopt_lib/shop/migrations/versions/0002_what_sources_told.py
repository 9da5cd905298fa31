"""This is where the shop learns to remember what each source told, to be searched, and to forget a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_INDEXES = (
    ("listing", ["household_id", "state"]),
    ("listing", ["household_id", "listed_at"]),
    ("order", ["household_id", "completed_at"]),
    ("order", ["household_id", "ordered_at"]),
)


def upgrade() -> None:
    """Bring the shop from 0001 to 0002."""
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["channel_account.id"], name=op.f("fk_evidence_account_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_evidence_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_evidence_account_id_key")),
    )
    op.create_index(op.f("ix_evidence_household_id"), "evidence", ["household_id"])
    op.create_index(op.f("ix_evidence_account_id_thread"), "evidence", ["account_id", "thread"])
    op.create_table(
        "search_word",
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_search_word_household_id")),
        sa.PrimaryKeyConstraint("household_id", "word", name=op.f("pk_search_word")),
    )
    op.add_column("listing", sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    op.add_column("channel_account", sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("follow", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    for table, columns in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    _can_be_emptied("audit_event")


def _can_be_emptied(table: str) -> None:
    """A row of the append-only table still stays as it is, but for what it says, which can be emptied for ever."""
    same = ("household_id", "number", "at", "person_id", "deed", "about", "about_id", "batch")
    if op.get_bind().dialect.name == "postgresql":
        kept = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in same)
        emptied = f"NEW.before::text = '{{}}' AND NEW.after::text = '{{}}' AND {kept}"
        op.execute(
            f"CREATE OR REPLACE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF TG_OP = 'UPDATE' THEN IF {emptied} THEN RETURN NEW; END IF; END IF; "
            f"RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        return
    kept = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in same)
    op.execute(f"DROP TRIGGER {table}_stays_update")
    op.execute(
        f"CREATE TRIGGER {table}_stays_update BEFORE UPDATE ON {table} "
        f"WHEN NOT (NEW.before = '{{}}' AND NEW.after = '{{}}' AND {kept}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
