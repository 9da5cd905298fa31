"""How vopt is: every part is looked at, nothing that is broken breaks the look, and nothing private is told."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import rmtree
from typing import NoReturn

import pytest
from pydantic import SecretStr

from tests.lake.frames import seen
from tests.markets import FixedClock
from tests.priced_market import NOW
from tests.pricing.cards import WHY, card
from vopt_lib.desk import health_checks, permission
from vopt_lib.desk.health import LOOKS, checks, shown
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.looks import STUCK_S, joined, late, worst
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.up_state import Up, UpProgram, note
from vopt_lib.errors import FileDamaged
from vopt_lib.files import only_one, write_json
from vopt_lib.paths import Paths
from vopt_lib.pricing import store
from vopt_lib.schema.health import Check
from vopt_lib.shop.looking import fault_of_file
from vopt_lib.words import Words

EN, IT = Words("en"), Words("it")
SILENT = "http://127.0.0.1:9"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data", clock=FixedClock(NOW), ollama_url="off")


@pytest.fixture
def answering() -> Iterator[ThreadingHTTPServer]:
    """A server whose /api/health says what is in its `says`."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(getattr(self.server, "says", b"true"))

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def state_of(found: list[Check], name: str) -> str:
    return next(check.state for check in found if check.name == name)


def test_a_new_vopt_has_nothing_bad_and_every_check_in_its_order(desk: Desk) -> None:
    found = checks(desk, EN)
    assert [check.name for check in found] == list(LOOKS)
    assert [check for check in found if check.state == "bad" and check.name not in ("disk", "memory")] == []


@pytest.fixture
def market(desk: Desk) -> Desk:
    """A day of three listings is published."""
    desk.lake.append("listing_seen", seen([1, 2, 3], day=NOW.date()))
    desk.lake.publish({"listing_seen": desk.lake.version("listing_seen")})
    return desk


def test_a_published_market_is_good_and_names_its_newest_day(market: Desk) -> None:
    told = f"The market data is whole; its newest day is {EN.day(NOW.date())}."
    assert health_checks.lake(market, EN) == Check("lake", "good", told)


def test_days_that_are_missing_are_told_where_they_should_be_collected(market: Desk) -> None:
    later = replace(market, clock=FixedClock(NOW + timedelta(days=3)))
    assert health_checks.lake(later, EN).state == "good"
    permission.accept(later, "it")
    assert health_checks.lake(later, EN).state == "warn"


def test_a_published_file_that_is_gone_is_bad(market: Desk) -> None:
    next(Path(market.paths.table("listing_seen")).rglob("*.parquet")).unlink()
    (broken,) = checks(market, EN, looks={"lake": health_checks.lake})
    assert (broken.state, str(market.paths.data) in broken.line) == ("bad", False)


def test_published_versions_that_cannot_be_read_are_bad(desk: Desk) -> None:
    desk.paths.published.write_text("{")
    (broken,) = checks(desk, EN, looks={"lake": health_checks.lake})
    assert (broken.state, "published.json" in broken.text, str(desk.paths.data) in broken.text) == ("bad", True, False)


def test_looking_at_the_shop_makes_none(desk: Desk) -> None:
    assert health_checks.shop(desk, EN).state == "good"
    assert not desk.paths.shop.exists()


def test_a_shop_is_good_in_todays_form_and_told_in_any_other(desk: Desk) -> None:
    shop_of(desk)
    states = [health_checks.shop(desk, EN).state]
    for form in ("0001", "9999"):
        with closing(sqlite3.connect(desk.paths.shop)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (form,))
        states.append(health_checks.shop(desk, EN).state)
    assert states == ["good", "warn", "bad"]


def test_a_damaged_shop_is_bad_and_left_as_it_is(desk: Desk) -> None:
    desk.paths.shop.write_bytes(b"no database" * 1000)
    (broken,) = checks(desk, IT, looks={"shop": health_checks.shop})
    assert broken.state == "bad"
    assert desk.paths.shop.read_bytes() == b"no database" * 1000


def test_every_page_of_a_shop_is_looked_at(desk: Desk) -> None:
    shop_of(desk).close()
    with closing(sqlite3.connect(desk.paths.shop)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert fault_of_file(desk.paths.shop) == ""
    content = bytearray(desk.paths.shop.read_bytes())
    content[4096 * 5 : 4096 * 6] = b"\xff" * 4096
    desk.paths.shop.write_bytes(content)
    assert fault_of_file(desk.paths.shop) != ""


def test_a_server_that_is_not_there_is_told_without_its_password(desk: Desk) -> None:
    pytest.importorskip("psycopg")
    elsewhere = open_desk(data=desk.paths.data, database_url="postgresql+psycopg://eva:geheim@127.0.0.1:9/shop")
    (broken,) = checks(elsewhere, EN, looks={"shop": health_checks.shop})
    assert (broken.state, "geheim" in broken.line) == ("bad", False)


def test_prefect_is_told_by_what_answers_where_it_should_be(desk: Desk, answering: ThreadingHTTPServer) -> None:
    assert health_checks.prefect(desk, EN).state == "good"  # nobody started it, nothing is wrong
    with only_one(desk.paths.up_lock, "vopt up"):
        assert health_checks.prefect(desk, EN).state == "warn"
        write_json(desk.paths.ports, {"prefect": answering.server_port})
        assert health_checks.prefect(desk, EN).state == "good"
        answering.says = b"<html>"  # type: ignore[attr-defined]
        assert health_checks.prefect(desk, EN).state == "bad"
        write_json(desk.paths.ports, {"prefect": 9})
        assert health_checks.prefect(desk, EN).state == "bad"
        note(desk.paths, Up(os.getpid(), NOW, [UpProgram("prefect", "starting", port=9)]))
        assert health_checks.prefect(desk, EN).state == "warn"
    assert health_checks.prefect(desk, EN).state == "good"


@pytest.mark.parametrize(
    ("states", "failures", "state"),
    [
        (("up", "up"), 0, "good"),
        (("up", "waiting"), 1, "warn"),
        (("up", "waiting"), 3, "bad"),
        (("up", "up"), 3, "warn"),
    ],
    ids=["all run", "one is restarted", "one fails again and again", "one failed and runs again"],
)
def test_what_vopt_up_keeps_running_is_told(desk: Desk, states: tuple[str, str], failures: int, state: str) -> None:
    assert health_checks.up(desk, EN).state == "good"
    programs = [UpProgram("pages", states[0]), UpProgram("worker", states[1], failures=failures)]
    with only_one(desk.paths.up_lock, "vopt up"):
        note(desk.paths, Up(os.getpid(), NOW, programs))
        told = health_checks.up(desk, EN)
    assert (told.state, "worker" in told.text) == (state, True)


def test_the_price_model_in_use_is_named_or_why_none_is(desk: Desk) -> None:
    folder, old, bad = desk.paths.price_models, "it-20261115T063000", "it-20261129T063000"
    assert "trained" in health_checks.models(desk, EN).text

    store.save(folder, store.State({}, {}), replace(card(bad), refused=(WHY,)), "#")
    assert "60%" in health_checks.models(desk, EN).text

    store.save(folder, store.State({}, {}), card(old), "#")
    store.publish(folder, old)
    found = health_checks.models(desk, EN)
    assert (found.state, old in found.text) == ("good", True)

    (folder / old / store.METRICS).write_text("{")
    assert health_checks.models(desk, EN).state == "bad"


@pytest.mark.parametrize(("free", "state"), [(10**8, "bad"), (3 * 10**9, "warn"), (10**11, "good")])
def test_a_disk_is_judged_by_what_is_free(free: int, state: str) -> None:
    found = health_checks.disk_told(free, 10**12, EN)
    assert (found.state, bool(found.next_step)) == (state, state != "good")


@pytest.mark.parametrize(("free", "state"), [(10**8, "bad"), (4 * 10**8, "warn"), (10**10, "good")])
def test_memory_is_judged_by_what_is_free(free: int, state: str) -> None:
    assert health_checks.memory_told(free, 10**8, EN).state == state


def test_a_data_folder_that_is_gone_is_bad(desk: Desk) -> None:
    rmtree(desk.paths.data)
    found = checks(desk, EN)
    assert state_of(found, "disk") == "bad"


def test_a_language_model_that_is_silent_or_unwanted_is_no_harm(desk: Desk) -> None:
    assert health_checks.assistant(desk, EN).state == "good"
    silent = open_desk(data=desk.paths.data, ollama_url=SILENT)
    assert health_checks.assistant(silent, EN).state == "warn"


def test_a_check_that_fails_is_bad_itself_and_the_others_are_told(desk: Desk) -> None:
    def fails(*_: object) -> NoReturn:
        raise ZeroDivisionError("with /home/eva/secrets/key inside")

    def refuses(*_: object) -> NoReturn:
        raise FileDamaged(path=str(desk.paths.state / "x.json"))

    found = checks(desk, EN, looks={"a": fails, "b": refuses, "c": lambda *_: Check("c", "good", "Well.")})
    assert [check.state for check in found] == ["bad", "bad", "good"]
    assert "/home" not in found[0].line
    assert str(desk.paths.data) not in found[1].line


def test_a_check_that_hangs_is_asked_once_and_told_when_it_ends(desk: Desk) -> None:
    may_end, begun = threading.Event(), []

    def hangs(*_: object) -> Check:
        begun.append(1)
        may_end.wait(30)
        return Check("a", "good", "At last.")

    assert [checks(desk, EN, looks={"a": hangs}, within_s=0.05)[0].state for _ in range(3)] == ["warn"] * 3
    assert begun == [1]
    may_end.set()
    assert checks(desk, EN, looks={"a": hangs}, within_s=30)[0].text == "At last."


def test_a_check_that_hangs_for_long_is_bad() -> None:
    assert (late("a", 2, EN).state, late("a", STUCK_S + 1, EN).state) == ("warn", "bad")


def test_several_findings_are_told_the_most_pressing_first_and_once() -> None:
    warn, bad = Check("a", "warn", "Two.", "Do."), Check("b", "bad", "One.", "Do.")
    none = Check("x", "good", "Nothing.")
    assert joined("x", [warn, bad, warn], none) == Check("x", "bad", "One. Two.", "Do.")
    assert joined("x", [], none) == none
    assert worst([]) == "good"


def test_all_checks_take_three_seconds_at_most(desk: Desk) -> None:
    begun = time.monotonic()
    checks(desk, EN)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/home/eva/data/shop.sqlite is damaged", "shop.sqlite is damaged"),
        ("“/Users/éva/x.json” is gone", "“x.json” is gone"),
        ("http://127.0.0.1:11434/api/tags is silent", "http://127.0.0.1:11434/api/tags is silent"),
        ("logs/prefect.log says why, and/or 3/4", "logs/prefect.log says why, and/or 3/4"),
        ("the key sk-123 is refused", "the key … is refused"),
    ],
)
def test_no_folder_and_no_secret_is_shown(desk: Desk, text: str, told: str) -> None:
    knowing = replace(desk, settings=desk.settings.model_copy(update={"openai_key": SecretStr("sk-123")}))
    assert shown(Check("x", "bad", text, text), knowing) == Check("x", "bad", told, told)


def test_the_data_folder_is_not_shown_whatever_its_name(desk: Desk) -> None:
    named = replace(desk, paths=Paths(Path("/Users/eva/my vopt/dàta"), "/Volumes/big disk/lake"))
    told = "/Users/eva/my vopt/dàta/x.json, /Volumes/big disk/lake/run/1.parquet"
    assert shown(Check("x", "bad", told), named).text == "x.json, run/1.parquet"
