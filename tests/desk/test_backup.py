"""`vopt backup`: everything of one moment in one file, while everybody goes on writing."""

from __future__ import annotations

import stat
import subprocess
import sys
import tarfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sqlalchemy import func, select

from tests.desk.whole import NOW, PASSWORD, everything_in, opened, publish, told, whole_vopt
from tests.lake.frames import days
from tests.pricing.cards import card
from tests.shop.many_writers import prepare
from tests.shop.people import author
from tests.waiting import until
from vopt_lib.commit_points import observe
from vopt_lib.desk.backup import back_up
from vopt_lib.desk.backup_file import look_over
from vopt_lib.desk.backup_parts import Part
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.restore import restore
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.sales import newest_change
from vopt_lib.errors import CannotWrite
from vopt_lib.lake.maintenance import maintain
from vopt_lib.pricing import store
from vopt_lib.shop.secrets import change_key
from vopt_lib.shop.tables import AuditEvent, Item

REPOSITORY = Path(__file__).parents[2]


def test_what_comes_back_elsewhere_is_what_was_there(tmp_path: Path) -> None:
    desk = whole_vopt(tmp_path / "data")
    made = back_up(desk, tmp_path / "all.tar")
    assert set(made.parts) == {"market", "shop", "photos", "labels", "models", "state"}
    restored = restore(opened(tmp_path / "elsewhere"), made.file)
    assert (restored.made_at, restored.put_aside) == (NOW, None)
    assert told(opened(tmp_path / "elsewhere")) == told(opened(tmp_path / "data"))
    assert told(opened(tmp_path / "elsewhere"))["password"] == PASSWORD


def test_the_file_is_for_its_owner_only_and_nothing_else_is_left(tmp_path: Path) -> None:
    desk = whole_vopt(tmp_path / "data")
    before = everything_in(desk.paths.data)
    made = back_up(desk)
    assert made.file == desk.paths.backups / "vopt-backup-20261120T090000Z.tar"
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.file.parent.stat().st_mode) == 0o700
    assert everything_in(desk.paths.data).keys() - before.keys() == {"backups", f"backups/{made.file.name}"}


def test_what_belongs_to_processes_or_can_be_made_again_is_not_in_it(tmp_path: Path) -> None:
    desk = whole_vopt(tmp_path / "data")
    desk.paths.ports.write_text('{"pages": 8420}')
    (desk.paths.photos / ".DS_Store").write_bytes(b"x")
    (desk.paths.photos / "elsewhere.jpg").symlink_to(tmp_path)
    names = look_over(back_up(desk).file).members
    assert [name for name in names if "locks" in name or "journal" in name or "ports" in name or "duckdb" in name] == []
    assert [name for name in names if name.startswith("photos/")] == [f"photos/{'ab' * 32}.jpg"]


def test_any_tar_opens_it(tmp_path: Path) -> None:
    made = back_up(whole_vopt(tmp_path / "data"))
    with tarfile.open(made.file) as archive:
        held = archive.extractfile("vopt.toml")
        assert held is not None
        assert held.read() == b'language = "it"\n'


def test_without_the_market_it_is_small_and_the_market_that_is_there_stays(tmp_path: Path) -> None:
    made = back_up(whole_vopt(tmp_path / "data"), without=frozenset({Part.MARKET}))
    assert (made.left_out, "market" in made.parts) == (("market",), False)
    there = whole_vopt(tmp_path / "there", name="Luca", listings=5)
    restore(there, made.file, force=True)
    after = told(opened(tmp_path / "there"))
    assert after["sightings"] == [1, 2, 3, 4, 5]
    assert [row["name"] for row in after["shop"]["person"]] == ["Anna"]


def test_a_market_on_an_object_store_is_said_not_to_be_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    desk = opened(tmp_path / "data", lake="s3://bucket/vopt")
    made = back_up(desk)
    assert (made.lake_elsewhere, made.left_out) == ("s3://bucket/vopt", ("market",))


def test_a_file_that_is_there_already_stays(tmp_path: Path) -> None:
    desk, file = opened(tmp_path / "data"), tmp_path / "mine.tar"
    file.write_bytes(b"mine")
    with pytest.raises(CannotWrite, match="there is a file of that name already"):
        back_up(desk, file)
    assert file.read_bytes() == b"mine"
    with pytest.raises(CannotWrite, match="does not exist"):
        back_up(desk, tmp_path / "nowhere" / "a.tar")


def test_files_that_only_the_backup_still_needs_survive_maintenance_until_it_is_done(tmp_path: Path) -> None:
    desk = whole_vopt(tmp_path / "data")
    later, removed = NOW + timedelta(days=400), []

    def replace_and_tidy(point: str) -> None:
        if point == "backup.shop_copied":
            for number in (7, 8, 9):
                version = desk.lake.overwrite("catalog_day", days([number]), partitions=[{}])
                desk.lake.publish({"catalog_day": version})
            removed.append(maintain(desk.lake, now=later, snapshots_kept=1)["catalog_day"].files_removed)

    observe(replace_and_tidy)
    try:
        made = back_up(desk)
    finally:
        observe(lambda _: None)
    assert told_figures(tmp_path, made.file) == [1, 2, 3]
    # Those of 7 and 8, which nobody reads; the one of 1, 2 and 3 only when the backup is done.
    assert removed == [2]
    assert maintain(desk.lake, now=later, snapshots_kept=1)["catalog_day"].files_removed == 1


def told_figures(tmp_path: Path, file: Path) -> list[int]:
    """What a vopt shows that gets this backup."""
    restore(opened(tmp_path / "elsewhere"), file)
    figures: list[int] = told(opened(tmp_path / "elsewhere"))["figures"]
    return figures


def test_keys_that_change_meanwhile_open_what_was_copied(tmp_path: Path) -> None:
    desk = whole_vopt(tmp_path / "data")
    changed = []

    def change(point: str) -> None:
        if point == "backup.held" and not changed:
            changed.append(change_key(shop_of(desk), desk.paths.shop_key, author("new key")))

    observe(change)
    try:
        made = back_up(desk)
    finally:
        observe(lambda _: None)
    restore(opened(tmp_path / "elsewhere"), made.file)
    assert told(opened(tmp_path / "elsewhere"))["password"] == PASSWORD


def test_a_backup_while_four_processes_write_has_nothing_half(tmp_path: Path) -> None:
    desk = whole_vopt(tmp_path / "data")
    prepare(shop_of(desk))
    shop = shop_of(desk).engine.url.render_as_string(hide_password=False)
    commands = [
        *(["tests.lake.child", "collect", str(desk.paths.data), "-", app, *map(str, range(1, 400))] for app in "bc"),
        *(["tests.shop.many_writers", shop, str(number), "2000"] for number in (1, 2)),
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": REPOSITORY}
    writers = [subprocess.Popen([sys.executable, "-m", *command], **quiet) for command in commands]  # type: ignore[call-overload]
    try:
        version = desk.lake.version("listing_seen")
        changes = newest_change(desk)
        until(lambda: desk.lake.version("listing_seen") > version + 5 and newest_change(desk) > changes + 100)
        made = [back_up(desk, tmp_path / f"{number}.tar") for number in range(2)]
        assert [writer.poll() for writer in writers] == [None] * 4
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    for number, one in enumerate(made):
        there = tmp_path / str(number)
        restore(opened(there), one.file)
        assert_nothing_half(there)


def assert_nothing_half(data: Path) -> None:
    """Every commit is in both of its tables, every deed in the shop and in its audit, and going on works."""
    desk = opened(data)
    rows = desk.lake.scan("listing_seen", version="newest").filter(pl.col("run_id") != "x").collect()
    urls = set(desk.lake.scan("page_raw", version="newest").filter(pl.col("url").str.contains("/")).collect()["url"])
    assert {f"{run}/{listing}" for run, listing in rows.select("run_id", "listing_id").rows()} == urls
    assert len(urls) > 5
    with shop_of(desk).reading() as session:
        numbers = session.scalars(select(AuditEvent.number).order_by(AuditEvent.number)).all()
        added = session.scalars(select(func.count(AuditEvent.number)).where(AuditEvent.about == "item")).one()
        assert numbers == list(range(1, len(numbers) + 1))
        assert session.scalars(select(func.count(Item.id))).one() == added
    publish(desk, [77])
    assert 77 in told(desk)["sightings"]


def a_model(desk: Desk, number: int) -> str:
    """Keep a model and use it."""
    version = f"it-20261101T{number:06}"
    store.save(desk.paths.price_models, store.State({"numbers": np.full(3, number)}), card(version), f"# {number}\n")
    store.publish(desk.paths.price_models, version)
    return version


def test_a_model_that_is_put_to_use_meanwhile_is_named_by_no_backup(tmp_path: Path) -> None:
    desk = whole_vopt(tmp_path / "data")
    first, later = a_model(desk, 1), []

    def go_on(point: str) -> None:
        if point == "backup.part_added:market" and not later:
            later.append(a_model(desk, 2))

    observe(go_on)
    try:
        made = back_up(desk)
    finally:
        observe(lambda _: None)
    assert store.published(desk.paths.price_models) == {"it": later[0]}
    restore(opened(tmp_path / "elsewhere"), made.file)
    restored = opened(tmp_path / "elsewhere").paths.price_models
    assert store.published(restored) == {"it": first}
    assert store.load(restored, first).arrays["numbers"].tolist() == [1, 1, 1]


def test_models_that_are_not_in_the_backup_are_put_aside_with_the_data_they_learnt_from(tmp_path: Path) -> None:
    made = back_up(whole_vopt(tmp_path / "data"))
    there = whole_vopt(tmp_path / "there", name="Luca")
    version = a_model(there, 1)
    restore(there, made.file, force=True)
    assert not there.paths.price_models.exists()
    assert (tmp_path / "there" / "before-restore" / "models" / "price" / version).is_dir()
