"""This is where the audit log is kept as it was written: the database itself refuses to change or remove a row of it.

What a row says can be emptied for ever, when somebody is erased; that she did something, and when, stays.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, event

from vopt_lib.shop.tables import AuditEvent

_TABLE: Final = AuditEvent.__tablename__
_SAME: Final = ("household_id", "number", "at", "person_id", "deed", "about", "about_id", "batch")


def protect() -> None:
    """See to it that the log is protected from the moment its table is made (`MetaData.create_all`)."""
    for dialect, statements in (("sqlite", _sqlite()), ("postgresql", _postgresql())):
        for statement in statements:
            made = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            event.listen(AuditEvent.__table__, "after_create", made)


def _sqlite() -> tuple[str, ...]:
    kept = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _SAME)
    return (
        f"CREATE TRIGGER {_TABLE}_stays_update BEFORE UPDATE ON {_TABLE} "
        f"WHEN NOT (NEW.before = '{{}}' AND NEW.after = '{{}}' AND {kept}) "
        f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END",
        f"CREATE TRIGGER {_TABLE}_stays_delete BEFORE DELETE ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_TABLE} is append-only'); END",
    )


def _postgresql() -> tuple[str, ...]:
    kept = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _SAME)
    emptied = f"NEW.before::text = '{{}}' AND NEW.after::text = '{{}}' AND {kept}"
    return (
        f"CREATE FUNCTION {_TABLE}_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'UPDATE' THEN IF {emptied} THEN RETURN NEW; END IF; END IF; "
        f"RAISE EXCEPTION '{_TABLE} is append-only'; END $$",
        f"CREATE TRIGGER {_TABLE}_stays BEFORE UPDATE OR DELETE ON {_TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {_TABLE}_stays()",
    )
