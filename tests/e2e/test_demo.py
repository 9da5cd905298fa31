"""The demo as a person starts it: it tells its story, keeps to VOPT_DATA, and leaves no process behind."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from tests.waiting import until
from vopt_lib.desk.collect import collect
from vopt_lib.desk.follow import follow_named
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.schema.clock import SystemClock
from vopt_lib.shop.tables import Import, Order

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

VOPT = [str(Path(sys.executable).with_name("vopt")), "demo", "--days", "5"]
HOSTILE = {
    "PREFECT_API_URL": "https://evil.example/api",
    "PREFECT_PROFILE": "evil",
    "PREFECT_SERVER_API_AUTH_STRING": "evil:evil",
    "PREFECT_SERVER_DATABASE_CONNECTION_URL": "sqlite+aiosqlite:////nowhere/evil.db",
    "VOPT_VINTED_WWW": "https://evil.example",
    "VOPT_MISSES_UNTIL_GONE": "1",
    "VOPT_DATABASE_URL": "postgresql+psycopg://evil.example/evil",
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
}
HOSTILE_FILES = {
    ".env": "PREFECT_API_URL=https://evil.example/api\nPREFECT_SERVER_API_AUTH_STRING=evil:evil\n",
    "prefect.toml": '[server.database]\nconnection_url = "sqlite+aiosqlite:////nowhere/evil.db"\n',
    "pyproject.toml": '[tool.prefect.server.api]\nauth_string = "evil:evil"\n',
}
WITHIN_S = 180


@dataclass(frozen=True)
class Person:
    """Somebody with a home, a folder where she is, and a shell full of other projects' settings."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @contextmanager
    def starts(self, *options: str) -> Iterator[subprocess.Popen[str]]:
        for folder in ("home", "tmp", "here"):
            (self.root / folder).mkdir(exist_ok=True)
        for name, text in HOSTILE_FILES.items():
            (self.root / "here" / name).write_text(text)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "tmp"),
            "VOPT_DATA": str(self.data),
            "VOPT_LANGUAGE": "en",
            "VOPT_PAGES_PORT": "0",
            "VOPT_PREFECT_PORT": "0",
            "VOPT_SIMULATOR_PORT": "0",
            "PREFECT_HOME": str(self.root / "home" / "evil"),
            **HOSTILE,
        }
        process = subprocess.Popen(
            [*VOPT, *options],
            env=environment,
            cwd=self.root / "here",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def processes(self) -> list[psutil.Process]:
        """Whatever still runs with this person's data."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("VOPT_DATA", "").startswith(str(self.data)) and is_running(process):
                    found.append(process)
        return found


def is_running(process: psutil.Process) -> bool:
    return bool(process.status() != psutil.STATUS_ZOMBIE)


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What it says, up to the line with these words; it has WITHIN_S by the timeout of the test."""
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if words in line:
            return told
    raise AssertionError(f"it ended without saying “{words}”: {told}")


def status_of(url: str, auth: str | None = None) -> int:
    headers = {"Authorization": "Basic " + b64encode(auth.encode()).decode()} if auth else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Person:
    return Person(tmp_path_factory.mktemp("person"))


@dataclass(frozen=True)
class Lived:
    """What a demo told that was stopped with Ctrl-C, how that ended, and what ran on; what it told at its end.

    data: a copy of its VOPT_DATA as it then was.
    """

    stopped: str
    stopped_with: int
    left: list[psutil.Process]
    told: str
    data: Path


@pytest.fixture(scope="module")
def lived(person: Person, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """A short demo, stopped while it played, killed while its shop filled, and ended well: nothing runs any more."""
    with person.starts() as first:
        until(lambda: (person.data / "demo" / "lake" / "listing_seen" / "_delta_log").exists())
        first.send_signal(signal.SIGINT)
        stopped, _ = first.communicate(timeout=WITHIN_S)
    left = person.processes()
    with person.starts("--keep", "--no-serve") as killed:
        until(lambda: any((person.data / "demo" / "family").glob("*/archive.zip")), within_s=WITHIN_S)
        killed.kill()
    until(lambda: person.processes() == [])
    with person.starts("--keep", "--no-serve") as again:
        told, _ = again.communicate(timeout=WITHIN_S)
    assert again.returncode == 0, told
    assert person.processes() == []
    # Tests that follow take more in, and collect.
    data = shutil.copytree(person.data / "demo", tmp_path_factory.mktemp("lived") / "demo", symlinks=True)
    return Lived(stopped, first.returncode, left, told, data)


@pytest.fixture(scope="module")
def story(lived: Lived) -> str:
    """What a whole short demo told."""
    return lived.told


def test_it_tells_what_was_collected_what_it_costs_and_what_went_wrong(story: str) -> None:
    assert re.search(r"[45],\d{3} different listings, seen [12]\d,\d{3} times", story)
    assert len(re.findall(r"^(Donna|Uomo) > \S.* €\d+\.\d\d .*\d$", story, re.MULTILINE)) == 6
    assert story.count("did not answer as it should (HTTP 504)") == 1
    assert story.count("Its data came a day late.") == 1
    assert story.count("for humans only (DataDome)") == 1
    assert "the day was held back" in story
    assert "localhost" not in story
    assert max(len(line) for line in story.splitlines() if "/family" not in line) <= 80


def test_it_writes_nothing_outside_its_data_whatever_her_shell_says(person: Person, story: str) -> None:
    assert list((person.root / "home").iterdir()) == []
    assert list((person.root / "tmp").iterdir()) == []
    assert {path.name for path in (person.root / "here").iterdir()} == set(HOSTILE_FILES)
    assert [path.name for path in person.data.iterdir()] == ["demo", "state"]


def test_it_fills_a_shop_with_files_to_try_and_tells_the_command_that_takes_the_last_one_in(
    person: Person, story: str
) -> None:
    listings, sales, parcels, questions = map(int, re.findall(r"\b(\d+)\b", shop_told(story)))
    assert listings > sales > 40
    assert parcels > 0
    assert questions > 1
    [command] = [line.strip() for line in story.splitlines() if line.startswith("  VOPT_DATA=")]
    setting, *words = shlex.split(command)
    environment = {"PATH": os.environ["PATH"], "VOPT_LANGUAGE": "en", **dict([setting.split("=", 1)])}
    done = subprocess.run([VOPT[0], *words[1:]], env=environment, check=True, capture_output=True, text=True)
    assert re.search(r"(\d+) listings read\n.* \1 things changed", done.stdout, re.DOTALL)


def shop_told(story: str) -> str:
    """The paragraph on the shop, in one line."""
    paragraph = story[story.index("The shop of ") : story.index("Their files are in ")]
    return " ".join(paragraph.split())


def test_every_day_is_in_its_figures_the_late_one_too(person: Person, story: str) -> None:
    desk = open_desk(data=person.data / "demo", lake=str(person.data / "demo" / "lake"))
    days = desk.lake.scan("catalog_day").select("day", "catalog_id", "seen").collect()
    dresses = days.filter(days["catalog_id"] == 9_000_001).sort("day")
    assert dresses.height == 5
    assert dresses["seen"].min() > 960  # type: ignore[operator]
    assert desk.lake.scan("listing_live").collect().height > 4_000


def test_while_it_serves_only_the_password_opens_prefect_and_sigterm_ends_everything(
    person: Person, story: str
) -> None:
    with person.starts("--keep") as demo:
        told = read_until(demo, "Press Ctrl-C")
        ports = json.loads((person.data / "demo" / "state" / "ports.json").read_text())
        url, password = f"http://127.0.0.1:{ports['prefect']}", re.findall(r"admin:\S+", told)[0]
        assert url in told
        assert status_of(f"{url}/api/admin/version") == 401
        assert status_of(f"{url}/api/admin/version", "evil:evil") == 401
        assert status_of(f"{url}/api/admin/version", password) == 200
        assert status_of(url) == 200
        assert status_of(f"http://127.0.0.1:{ports['simulator']}/__clock__") == 200
        assert f"Your market: http://127.0.0.1:{ports['pages']}/" in told
        assert status_of(f"http://127.0.0.1:{ports['pages']}/home") == 200
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=WITHIN_S)
        assert demo.returncode == 0
    assert person.processes() == []


def test_a_demo_that_is_left_open_lives_on_in_real_time_with_something_new_to_collect_and_kill_9_leaves_no_process(
    person: Person, story: str
) -> None:
    with person.starts("--keep") as demo:
        read_until(demo, "Press Ctrl-C")
        desk = open_desk(data=person.data / "demo", lake=str(person.data / "demo" / "lake"))
        assert abs(desk.clock.now() - SystemClock().now()) < timedelta(minutes=1)
        desk.clock.sleep(86_400)
        known = desk.lake.scan("listing_seen").select("listing_id").unique().collect()["listing_id"]
        run = collect(desk, follow_named(desk, "jeans-donna"))
        assert (run.outcome, run.listings > 500) == ("done", True)
        seen = desk.lake.scan("listing_seen", version="newest").select("listing_id").unique().collect()["listing_id"]
        assert seen.is_in(known.implode()).not_().sum() > 5
        assert abs(desk.clock.now() - SystemClock().now() - timedelta(days=1)) < timedelta(minutes=1)
        assert len(person.processes()) > 2
        demo.kill()
    until(lambda: person.processes() == [])


def test_a_server_that_dies_ends_the_demo_with_one_sentence(person: Person, story: str) -> None:
    with person.starts("--keep") as demo:
        read_until(demo, "Press Ctrl-C")
        for process in person.processes():
            if "vopt_lib.simulator" in process.cmdline():
                process.kill()
        told, _ = demo.communicate(timeout=WITHIN_S)
    assert demo.returncode == 1
    assert "simulator does not run" in told
    assert "Traceback" not in told
    assert person.processes() == []


def test_ctrl_c_while_it_plays_is_one_calm_sentence(lived: Lived) -> None:
    assert lived.stopped_with == 130
    assert lived.stopped.strip().endswith("`vopt demo --keep` goes on from here.")
    assert "Traceback" not in lived.stopped
    assert lived.left == []


def test_keep_goes_on_after_ctrl_c_and_after_kill_9_while_the_shop_fills_with_nothing_twice(lived: Lived) -> None:
    desk = open_desk(data=lived.data, lake=str(lived.data / "lake"))
    sightings = desk.lake.scan("listing_seen").select("listing_id", "observed_at", "promoted").collect()
    assert sightings.is_duplicated().sum() == 0
    assert desk.lake.scan("catalog_day").select("day").unique().collect().height == 5
    with shop_of(desk).reading() as session:
        taken = [(one.kind, one.ended_at is not None) for one in session.scalars(select(Import).order_by(Import.id))]
        assert taken == [(kind, True) for kind in ("archive", "mail", "table", "archive", "mail")]
        assert len(set(session.scalars(select(Order.ordered_at)))) == len(session.scalars(select(Order)).all())
