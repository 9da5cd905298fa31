"""This is where a family's busiest ten minutes are measured: many people on the pages while flows run.

    python -m tests.benchmarks.bench_people                       a demo of twelve days is played first
    python -m tests.benchmarks.bench_people --data FOLDER         the VOPT_DATA of a demo as it is
    python -m tests.benchmarks.bench_people --minutes 2 --people 6

`vopt up` runs all of it: pages, Prefect and its worker, whose flows refine and publish the whole time. Everybody has
a password and signs in, opens a page, and goes on to four others; all of them stay open, as behind the sidebar.
Meanwhile a browser opens the page of prices and, in turns, a bare marimo page with the same charts, which a server of
its own serves under the same load. Then everybody leaves, comes again for two minutes, and leaves: the memory of the
server is looked at each time when sessions are over. An error of any page, a lost socket, memory that grows from one
time to the other, or a missed ratio fails.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Browser, BrowserContext

from tests.benchmarks.bench_browser import (
    BARE_SERVER,
    DAYS,
    GOAL_READY,
    MARKET,
    SHOWN,
    charts_of,
    new_browser,
    reached,
    ready,
)
from tests.demos import FREE_PORTS, VOPT, copy_demo, play_demo
from tests.server.lockeds import Browser as Forms
from tests.servers import RunningPages, running_pages
from tests.visitors import Tab
from tests.windows import chromium
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.signing_in import set_password
from vopt_lib.desk.up_programs import prefect_auth
from vopt_lib.desk.up_state import running
from vopt_lib.server.app import SESSION_TTL_S
from vopt_lib.shop.people import add_person

PEOPLE, MINUTES = 20, 10.0
WALK = ("home", "market", "brand", "follow", "quality", "deals", "inventory", "sales")
"""Pages that people open, each beginning at another one; one page and four changes are five of them."""

CHANGES = 4
PASSWORD = "Quattordici-giraffe"
READY_WITHIN_S = 180.0
SAMPLED_EVERY_S = 2.0
LISTENED_S = 0.3
COME_AGAIN_MINUTES = 2.0
LEVEL = 1.1
"""Memory when all have left for the second time, against that after the first: what grows from time to time leaks."""


@dataclass
class Seen:
    """What came of it."""

    opened_s: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    flow_runs: int = 0


@contextmanager
def up(data: Path) -> Iterator[tuple[RunningPages, int]]:
    """`vopt up` of this folder: its pages, and the port of its Prefect server."""
    environment = os.environ | FREE_PORTS | {"VOPT_DATA": str(data)}
    with (data.parent / "up.txt").open("wb") as told:
        process = subprocess.Popen([VOPT, "up"], env=environment, stdout=told, stderr=told, stdin=subprocess.DEVNULL)
        try:
            yield _all_up(open_desk(data=data), process)
        finally:
            process.terminate()
            assert process.wait(60) == 0, (data.parent / "up.txt").read_text()


def _all_up(desk: Desk, process: subprocess.Popen[bytes]) -> tuple[RunningPages, int]:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "vopt up ended"
        state = running(desk.paths)
        known = {one.name: one for one in state.programs} if state else {}
        if known and all(one.state == "up" for one in known.values()):
            pages = known["pages"]
            return RunningPages(pages.port, _server_of(pages.pid)), known["prefect"].port
        time.sleep(0.2)
    raise TimeoutError("vopt up was not ready in time")


def _server_of(guard: int) -> int:
    """The process that serves, below the one that looks after it."""
    children = psutil.Process(guard).children(recursive=True)
    return int(max(children or [psutil.Process(guard)], key=lambda one: one.memory_info().rss).pid)


def with_people(data: Path, count: int) -> list[str]:
    """Let so many people of the household have a password. Returns: their names, the owner's first."""
    desk = open_desk(data=data)
    owner = member_of(desk)
    names = [owner.name, *(f"Persona {number}" for number in range(2, count + 1))]
    numbers = [owner.person_id]
    with shop_of(desk).writing(author_of(desk, owner, "add person")) as session:
        numbers += [add_person(session, owner, name, role="admin", language=None) for name in names[1:]]
    for number in numbers:
        set_password(desk, owner, number, PASSWORD)
    return names


def signed_in(pages: RunningPages, name: str) -> Forms:
    """Somebody's browser. Who is told that too many sign in just now tries again."""
    browser, before = Forms(pages), time.monotonic() + READY_WITHIN_S
    while (status := browser.sign_in(name, PASSWORD).status) != 303:
        assert status == 429, f"{name} cannot sign in: {status}"
        assert time.monotonic() < before, f"{name} waits in vain"
        time.sleep(1)
    return browser


def live(pages: RunningPages, name: str, first: int, *, until: float, seen: Seen) -> None:
    """Somebody who signs in, and looks at five pages until then."""
    try:
        browser = signed_in(pages, name)
        with ExitStack() as opened:
            pause, tabs = (until - time.monotonic()) / (CHANGES + 1), []
            for number in range(CHANGES + 1):
                tabs.append(_opened(browser, WALK[(first + number) % len(WALK)], opened, seen))
                _listen(tabs, min(time.monotonic() + pause, until))
    except Exception as error:
        seen.troubles.append(f"{name}: {type(error).__name__} {error}"[:300])


def _opened(browser: Forms, page: str, opened: ExitStack, seen: Seen) -> Tab:
    began = time.monotonic()
    query = SHOWN.as_query() if page == "market" else ""
    tab = opened.enter_context(browser.visitor.opens(page, query))
    seen.opened_s.append(time.monotonic() - began)
    return tab


def _listen(tabs: list[Tab], until: float) -> None:
    """Stay on these pages. What they say meanwhile (they follow the flows) is heard, and may be no error."""
    while time.monotonic() < until:
        for tab in tabs:
            with suppress(TimeoutError):
                tab.read_one(LISTENED_S)


def keep_refining(data: Path, prefect_port: int, seen: Seen, stop: threading.Event) -> None:
    """One run of the flow `refine` after the other, by the worker of `vopt up`."""
    desk = open_desk(data=data)
    environment = os.environ | {
        "VOPT_DATA": str(data),
        "PREFECT_API_URL": f"http://127.0.0.1:{prefect_port}/api",
        "PREFECT_API_AUTH_STRING": prefect_auth(desk.paths),
        "PREFECT_HOME": str(data / "homes" / "prefect-client"),
    }
    command = [sys.executable, "-m", "prefect", "deployment", "run", "refine/refine", "--watch"]
    while not stop.is_set():
        done = subprocess.run(command, env=environment, capture_output=True, check=False, cwd=data, text=True)
        if done.returncode:
            seen.troubles.append("flow: " + (done.stdout + done.stderr)[-300:])
            return
        seen.flow_runs += 1


def watch_memory(pid: int, seen: Seen, stop: threading.Event) -> None:
    """The resident memory of the server, MB, every two seconds."""
    server = psutil.Process(pid)
    while not stop.wait(SAMPLED_EVERY_S):
        seen.memory_mb.append(server.memory_info().rss / 2**20)


def in_turns(ours: Callable[[], float], bare: Callable[[], float], until: float) -> tuple[list[float], list[float]]:
    """Both, one after the other, until then."""
    taken: tuple[list[float], list[float]] = ([], [])
    while time.monotonic() < until:
        taken[0].append(ours())
        taken[1].append(bare())
    return taken


def known_to(context: BrowserContext, pages: RunningPages, name: str) -> None:
    """Let a browser be signed in."""
    forms = signed_in(pages, name)
    address = f"http://{pages.host}"
    context.add_cookies([{"name": key, "value": value, "url": address} for key, value in forms.cookies.items()])


def measure(browser: Browser, data: Path, folder: Path, *, people: int, minutes: float) -> int:
    """Print everything. Returns the exit status."""
    charts, names, seen, stop = charts_of(data), with_people(data, people), Seen(), threading.Event()
    (folder / "charts.json").write_text(json.dumps(charts, default=str))
    with up(data) as (ours, prefect), running_pages(folder, program=BARE_SERVER) as bare:
        _visit_every_page(ours, names[0])
        began_mb = psutil.Process(ours.pid).memory_info().rss / 2**20
        until = time.monotonic() + minutes * 60
        around = [
            threading.Thread(target=keep_refining, args=(data, prefect, seen, stop)),
            threading.Thread(target=watch_memory, args=(ours.pid, seen, stop)),
        ]
        for thread in around:
            thread.start()
        living = all_live(ours, names, until, seen)
        with new_browser(browser, ours, len(charts)) as known, new_browser(browser, bare, len(charts)) as plain:
            known_to(known, ours, names[0])
            ready(known, MARKET), ready(plain, "/")
            taken = in_turns(lambda: ready(known, MARKET), lambda: ready(plain, "/"), until)
        for thread in living:
            thread.join()
        most_mb = max(seen.memory_mb)
        left_mb = _after(ours.pid)
        for thread in all_live(ours, names, time.monotonic() + COME_AGAIN_MINUTES * 60, seen):
            thread.join()
        again_mb = _after(ours.pid)
        stop.set()
        for thread in around:
            thread.join()
    return _tell(seen, taken, memory=(began_mb, most_mb, left_mb, again_mb), people=people)


def all_live(pages: RunningPages, names: list[str], until: float, seen: Seen) -> list[threading.Thread]:
    """Let everybody live until then, each in a thread that is begun."""
    living = [
        threading.Thread(target=live, args=(pages, name, number), kwargs={"until": until, "seen": seen})
        for number, name in enumerate(names)
    ]
    for thread in living:
        thread.start()
    return living


def _visit_every_page(pages: RunningPages, name: str) -> None:
    """Let the server have loaded and remembered what its first visitors wait for."""
    forms = signed_in(pages, name)
    for page in WALK:
        with forms.visitor.opens(page):
            pass


def _after(pid: int) -> float:
    """Memory, MB, when every session that nobody looks at is over."""
    time.sleep(SESSION_TTL_S + 30)
    return float(psutil.Process(pid).memory_info().rss / 2**20)


def _tell(
    seen: Seen, taken: tuple[list[float], list[float]], *, memory: tuple[float, float, float, float], people: int
) -> int:
    ours, bare = (median(side) for side in taken)
    began, most, left, again = memory
    opened = sorted(seen.opened_s)
    sessions = people * (CHANGES + 1)
    is_fast, is_level = ours <= bare * GOAL_READY, again <= left * LEVEL
    worst = opened[-max(len(opened) // 10, 1)]
    print(f"{len(opened)} of {2 * sessions} pages opened by {people} people in two visits")
    print(f"{seen.flow_runs} flow runs meanwhile")
    print(f"all cells of a page, under load: median {median(opened):.2f} s, worst tenth from {worst:.2f} s")
    print(f"ready in the browser, {len(taken[0])} turns: ours {ours:.2f} s, bare {bare:.2f} s, ratio {ours / bare:.2f}")
    print(f"Goal {GOAL_READY} {reached(is_fast)}.")
    print(f"server: {began:.0f} MB before, {most:.0f} at most, {left:.0f} after, {again:.0f} after the second visit")
    print(f"each open page: {(most - began) / sessions:.1f} MB")
    print(f"Goal: after the second visit, at most {LEVEL} times the memory after the first: {reached(is_level)}.")
    for trouble in seen.troubles:
        print(f"TROUBLE {trouble}")
    return int(bool(seen.troubles) or not is_fast or not is_level or len(opened) != 2 * sessions)


def main() -> int:
    """Measure a demo. Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="VOPT_DATA of a demo, else one is played")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as root, chromium() as browser:
        folder = Path(root)
        data = copy_demo(asked.data, folder) if asked.data else play_demo(folder, DAYS)
        return measure(browser, data, folder, people=asked.people, minutes=asked.minutes)


if __name__ == "__main__":
    sys.exit(main())
