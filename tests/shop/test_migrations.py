"""A shop of every earlier version: brought to today's form with all that was in it, or left as it is."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select, text

from tests.cradle import Born, born
from tests.shop.old_shops import FOLDER, Rows, old_shop, rows_of
from vopt_lib.commit_points import CommitPoint
from vopt_lib.errors import ShopTooNew
from vopt_lib.shop.migrate import NEWEST, revision_of, revisions, upgrade
from vopt_lib.shop.store import open_engine, open_shop
from vopt_lib.shop.tables import Base

OLD = revisions()[:-1]

NEVER_USED = {"alert"}
"""Tables that no vopt wrote to before they were made anew: of earlier forms there are no rows on anybody's disk."""


def test_there_are_rows_of_every_earlier_form() -> None:
    assert revisions()[-1] == NEWEST
    assert set(OLD) <= {path.stem for path in FOLDER.glob("*.sql")}


@pytest.mark.parametrize("revision", revisions())
def test_a_shop_of_any_form_keeps_every_row_and_becomes_what_the_tables_describe(address: str, revision: str) -> None:
    engine = old_shop(address, revision)
    before = rows_of(engine)
    assert [name for name, rows in before.items() if not rows] == []
    shop = open_shop(address)
    assert revision_of(shop.engine) == NEWEST
    assert differing(shop.engine) == []
    assert lost(before, rows_of(shop.engine)) == []
    with shop.reading() as session:
        for kind in Base.registry.mappers:
            assert session.scalars(select(kind)).all() or kind.local_table.name not in {*before} - NEVER_USED
    engine.dispose()
    shop.close()


def test_a_new_shop_has_what_one_has_that_came_the_whole_way(address: str) -> None:
    came = open_engine(address)
    upgrade(came, "0001")
    upgrade(came)
    before, its_triggers = differing(came), triggers(came)
    with came.execution_options(vopt_writes=True).begin() as connection:
        Base.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        if came.dialect.name == "postgresql":
            connection.execute(text("DROP FUNCTION audit_event_stays CASCADE"))
    came.dispose()
    new = open_shop(address).engine
    assert (differing(new), revision_of(new)) == (before, NEWEST) == ([], NEWEST)
    assert triggers(new) == its_triggers
    assert its_triggers


def triggers(engine: Engine) -> list[str]:
    """What the database does by itself, in its own words."""
    asked = "SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    if engine.dialect.name == "postgresql":
        asked = (
            "SELECT pg_get_triggerdef(oid) || pg_get_functiondef(tgfoid) FROM pg_trigger "
            "WHERE NOT tgisinternal ORDER BY tgname"
        )
    with engine.connect() as connection:
        return list(connection.scalars(text(asked)))


POINTS = [CommitPoint.MIGRATION_BEGUN, f"{CommitPoint.MIGRATION_STEP}:0002", CommitPoint.MIGRATION_WRITTEN]


@pytest.mark.parametrize("point", [*POINTS, CommitPoint.MIGRATION_DONE])
def test_killed_in_the_middle_the_shop_has_the_old_form_or_the_new_one(address: str, point: str) -> None:
    engine = old_shop(address, "0001")
    before = rows_of(engine)
    opening(address, point).communicate(timeout=60)
    assert revision_of(engine) == (NEWEST if point == CommitPoint.MIGRATION_DONE else "0001")
    assert lost(before, rows_of(engine)) == []
    engine.dispose()
    shop = open_shop(address)
    assert revision_of(shop.engine) == NEWEST
    assert lost(before, rows_of(shop.engine)) == []
    shop.close()


def test_two_processes_that_open_an_old_shop_at_once_both_find_the_new_form(address: str) -> None:
    old_shop(address, "0001").dispose()
    both = [opening(address, "-") for _ in range(2)]
    said = [one.communicate(timeout=60)[0] for one in both]
    assert ([one.returncode for one in both], said) == ([0, 0], [f"{NEWEST}\n"] * 2)


def test_a_shop_of_a_later_vopt_is_left_as_it_is(address: str) -> None:
    shop = open_shop(address)
    with shop.changing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    shop.close()
    with pytest.raises(ShopTooNew, match=rf"newer vopt \(its form is 9999, this vopt knows {NEWEST}\)"):
        open_shop(address)
    engine = open_engine(address)
    assert revision_of(engine) == "9999"
    engine.dispose()


def opening(address: str, point: str) -> Born:
    """A process that opens the shop, and is killed at this point."""
    return born("tests.shop.opener", address, point)


def lost(before: Rows, after: Rows) -> list[str]:
    """The tables in which a column of a row is no longer what it was; new columns may have come."""
    known = {name: rows for name, rows in before.items() if name not in NEVER_USED or "about_id" not in rows[0]}
    kept = {
        name: [{column: row.get(column) for column in old} for old, row in zip(rows, after[name], strict=True)]
        for name, rows in known.items()
    }
    return [name for name, rows in known.items() if kept[name] != rows]


def differing(engine: Engine) -> list[object]:
    """How the database differs from the tables."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))
