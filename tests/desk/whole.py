"""This is where tests get a small vopt with something of everything, and look at what of it is there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import select

from tests.lake.frames import days, pages, seen
from tests.markets import FixedClock
from tests.shop.old_shops import rows_of
from tests.shop.people import dress
from vopt_lib.desk import permission
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.keys import secrets_of
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.lake.warehouse import ensure_snapshot
from vopt_lib.shop.tables import ChannelAccount, Person

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PASSWORD = "corr3ct-horse"
PHOTO = "ab" * 32 + ".jpg"


def opened(data: Path, **given: Any) -> Desk:
    """A vopt in this folder."""
    return open_desk(data=data, clock=FixedClock(NOW), **given)


def whole_vopt(data: Path, *, name: str = "Anna", listings: int = 3, **given: Any) -> Desk:
    """A vopt with a published market, a shop with a locked password, a photo, a label, a model and a consent."""
    desk = opened(data, **given)
    publish(desk, list(range(1, listings + 1)))
    (data / "vopt.toml").write_text('language = "it"\n')
    for folder, content in ((desk.paths.photos, b"photo"), (desk.paths.labels, b"%PDF")):
        folder.mkdir()
        (folder / PHOTO).write_bytes(content * 1000)
    model = desk.paths.models / "prices" / "1"
    model.mkdir(parents=True)
    (model / "card.md").write_text(name)
    permission.accept(desk, "it")
    with shop_of(desk).writing(author_of(desk, None, "begin")) as session:
        session.scalars(select(Person)).one().name = name
        locked = secrets_of(desk).lock(PASSWORD)
        account = {"person_id": 1, "channel": "vinted", "market": "it", "name": name, "credentials": locked}
        session.add(ChannelAccount(household_id=1, **account))
        session.flush()
        session.add(dress())
    return desk


def publish(desk: Desk, ids: list[int]) -> None:
    """Let these be seen, and published."""
    number = desk.lake.version("listing_seen") + 2
    desk.lake.commit({"listing_seen": seen(ids), "page_raw": pages([str(one) for one in ids])}, app="a", number=number)
    figures = desk.lake.overwrite("catalog_day", days(ids), partitions=[{}])
    desk.lake.publish({"listing_seen": desk.lake.version("listing_seen"), "catalog_day": figures})
    ensure_snapshot(desk.lake, desk.paths, 2)


def told(desk: Desk) -> Mapping[str, Any]:
    """What this vopt knows, by what a person would look at."""
    shop = shop_of(desk)
    with shop.reading() as session:
        account = session.scalars(select(ChannelAccount)).first()
        password = secrets_of(desk).open(account.credentials) if account and account.credentials else None
    with closing(duckdb.connect(str(desk.paths.warehouse), read_only=True)) as connection:
        figures = connection.execute("SELECT catalog_id FROM catalog_day ORDER BY 1").fetchall()
        sightings = connection.execute("SELECT listing_id FROM listing_seen ORDER BY 1").fetchall()
    return {
        "shop": rows_of(shop.engine),
        "password": password,
        "figures": [one for (one,) in figures],
        "sightings": [one for (one,) in sightings],
        "pages": sorted(desk.lake.scan("page_raw", version="newest").collect()["url"]),
        "files": {
            str(path.relative_to(desk.paths.data)): path.read_bytes()
            for folder in (desk.paths.photos, desk.paths.labels, desk.paths.models)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
        "language": desk.settings.language,
        "consent": permission.is_given(desk, "it"),
    }


def everything_in(folder: Path) -> Mapping[str, bytes | None]:
    """Every file below a folder, but for locks and what SQLite keeps while a database is open."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if "locks" not in path.parts and not path.name.endswith(("-wal", "-shm"))
    }
