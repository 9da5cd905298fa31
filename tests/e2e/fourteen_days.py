"""This is where fourteen virtual days are lived through under `vopt up`: `python -m tests.e2e.fourteen_days`.

A made-up market is moved from day to day and misbehaves by its own switches; the real worker of a real `vopt up` runs
the real flows, started through Prefect's API instead of by its schedules. What must be so at the end is in
fourteen_days_held.py; `SHORT` is what the tests live through, each kind of fault once.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import httpx

from tests.e2e.test_up import House
from tests.servers import RunningSimulator, running_simulator
from tests.waiting import until
from vopt_lib.desk.alerts import alerts_of
from vopt_lib.desk.alerts_watch import watch
from vopt_lib.desk.environment import FOREIGN
from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.up_programs import prefect_auth
from vopt_lib.files import is_held
from vopt_lib.schema.queries import CatalogueQuery, Term

START: Final = datetime(2026, 10, 26, tzinfo=UTC)
FIRST_DAY: Final = START.date()
SEED: Final = 14
SCALE: Final = 0.15
DAYS: Final = 20
"""The market is made for so many days; no story is longer."""
PAGE_TAKES_S: Final = 15
SLOW_S: Final = 1.5
COLLECTED_AT: Final = timedelta(hours=6, minutes=30)

FOLLOWED: Final = {
    "Abiti": Term(9_000_001, "Donna > Vestiti > Abiti"),
    "Borse": Term(19, "Donna > Borse"),
    "Scarpe": Term(16, "Donna > Scarpe"),
}
OLD_PATH, NEW_PATH = "/svc-catalogue/items", "http://www.vinted.localhost:{port}/web/gateway/svc-catalogue/items"

QUICK_PROFILE: Final = 'active = "quick"\n[profiles.quick]\nPREFECT_WORKER_QUERY_SECONDS = "1"\n'
"""A worker that asks for work every second: what waits ten seconds each time proves no more."""

MOVED_AWAY: Final = "endpoint_moved_html"
CLIENT: Final = "fourteen-days"
RUN_WITHIN_S: Final = 300.0
ENDED: Final = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass
class Play:
    """The days as they are lived through, and what was known while they lasted."""

    house: House
    market: RunningSimulator
    today: date = FIRST_DAY
    has_moved: bool = False
    lasted: dict[date, set[str]] = field(default_factory=dict)
    """The keys of the alerts that lasted whenever somebody looked on a day."""
    ended: list[tuple[date, str, str]] = field(default_factory=list)
    """Every flow run: day, flow, how it ended."""

    @cached_property
    def desk(self) -> Desk:
        """The same vopt, to look at."""
        return open_desk(data=self.house.data)

    @cached_property
    def _api(self) -> httpx.Client:
        name, _, password = prefect_auth(self.house.paths).partition(":")
        return httpx.Client(auth=(name, password), timeout=60, trust_env=False)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One question to Prefect, asked again while its database is busy."""
        url = f"http://127.0.0.1:{self.house.program('prefect').port}/api"
        answers: list[httpx.Response] = []

        def is_answered() -> bool:
            headers = None if method == "GET" else self._csrf(url)
            answers.append(self._api.request(method, url + path, json=body, headers=headers))
            return answers[-1].status_code != httpx.codes.SERVICE_UNAVAILABLE

        until(is_answered)
        answers[-1].raise_for_status()
        return answers[-1].json() if answers[-1].content else None

    def _csrf(self, url: str) -> dict[str, str]:
        """What shows that a change does not come from a foreign page."""
        answer = self._api.get(f"{url}/csrf-token", params={"client": CLIENT})
        token = answer.json()["token"] if answer.is_success else ""
        return {"Prefect-Csrf-Client": CLIENT, "Prefect-Csrf-Token": token}

    def pause_schedules(self) -> None:
        """Nothing runs by the real clock: the days are virtual."""
        for deployment in self.ask("POST", "/deployments/filter", {}):
            self.ask("PATCH", f"/deployments/{deployment['id']}", {"paused": True})

    def begin(self, flow: str, **parameters: object) -> str:
        """Let the worker run this flow; returns the run's number."""
        deployment = self.ask("GET", f"/deployments/name/{flow}/{flow}")
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        run = self.ask("POST", f"/deployments/{deployment['id']}/create_flow_run", body)
        return str(run["id"])

    def run(self, flow: str, **parameters: object) -> str:
        """The same until it is over; returns how it ended."""
        return self.wait(flow, self.begin(flow, **parameters))

    def wait(self, flow: str, run_id: str) -> str:
        """Return when this run is over: how it ended."""
        found: dict[str, Any] = {}

        def is_over() -> bool:
            found.update(self.ask("GET", f"/flow_runs/{run_id}"))
            return found["state_type"] in ENDED

        until(is_over, within_s=RUN_WITHIN_S)
        self.ended.append((self.today, flow, str(found["state_name"])))
        return str(found["state_name"])

    def until_collected(self) -> None:
        """Return when the first search of today's round is in the lake, and the others are not."""
        known = len(newest_runs(self.desk, "collect", limit=200))
        until(lambda: len(newest_runs(self.desk, "collect", limit=200)) > known, within_s=RUN_WITHIN_S)

    def until_free(self, flow: str) -> None:
        """Return when nobody runs this flow any more, whatever Prefect knows of it."""
        until(lambda: not is_held(self.house.paths.flow_lock(flow)), within_s=RUN_WITHIN_S)

    def look(self) -> None:
        """Let vopt look after itself as its flow does, and remember what lasts."""
        watch(self.desk)
        self.lasted.setdefault(self.today, set()).update(self.lasting)

    @property
    def lasting(self) -> set[str]:
        """The keys of the alerts that last now."""
        return {known.alert.key for known in alerts_of(self.desk) if known.ended_at is None}

    def mend(self) -> None:
        """Faults are over; what has moved stays where it is."""
        self.market.switch_off()
        if self.has_moved:
            self.market.switch_on(MOVED_AWAY)

    def later(self, hours: float) -> None:
        """So many hours pass."""
        self.market.clock.sleep(hours * 3600)


def calm(play: Play) -> None:
    """Nothing goes wrong."""
    play.run("daily")


def told(play: Play) -> None:
    """The daily round, and what vopt notices after it."""
    play.run("daily")
    play.look()


def told_by_flow(play: Play) -> None:
    """The same, noticed by the flow itself."""
    play.run("daily")
    assert play.run("alerts") == "Completed"
    play.look()


def faults_that_pass(play: Play) -> None:
    """Wait a minute, an error of the server, a connection cut before and in the middle of an answer."""
    for fault in ("rate_limited:1+1", "server_error:1+3", "truncated_body:1+2", "dropped_connection:1+7"):
        play.market.switch_on(fault)
    calm(play)


def refused(play: Play) -> None:
    """403 to an old and to a fresh session: a rest of 6 hours, then the light collection makes up for the morning."""
    play.market.switch_on("forbidden_json")
    told(play)
    play.mend()
    play.later(7)
    made_up_for(play)
    play.run("refine")


def made_up_for(play: Play) -> None:
    """The light collection, which runs twice more a day by itself."""
    play.run("collect", requests=60)


def challenged(play: Play) -> None:
    """A page for humans only; the next collection comes while the site still has its rest."""
    play.market.switch_on("challenge_datadome:1")
    told(play)


def asked_while_it_rests(play: Play) -> None:
    """The same, and the afternoon asks nothing: the second such page within a week means 24 hours of rest."""
    challenged(play)
    play.later(7)
    made_up_for(play)


def changed_shape(play: Play) -> None:
    """Prices come in another form."""
    play.market.switch_on("schema_drift")
    told(play)
    play.mend()


def moved(play: Play) -> None:
    """The search moves to another address for good; at noon the owner writes the new one into vopt.toml."""
    play.market.switch_on(MOVED_AWAY)
    play.has_moved = True
    told(play)
    write_settings(play.house.data, play.market.port, NEW_PATH)
    play.later(6)
    made_up_for(play)


def unwell(play: Play) -> None:
    """The site answers with errors all day."""
    play.market.switch_on("server_error")
    calm(play)
    play.mend()


def worker_killed(play: Play) -> None:
    """kill -9 of the worker while it collects; what it did not come to is collected at noon."""
    killed(play, "worker")
    play.look()


def prefect_killed(play: Play) -> None:
    """The same of Prefect's server."""
    killed(play, "prefect")
    play.run("refine")
    until(lambda: "program:prefect" in play.lasting)
    play.look()


def killed(play: Play, program: str) -> None:
    """kill -9 of a program in the middle of the daily round."""
    play.market.switch_on("slow")
    run_id = play.begin("daily")
    play.until_collected()
    play.house.kill(program)
    play.until_free("daily")
    play.mend()
    play.wait("daily", run_id)
    play.later(6)
    made_up_for(play)


def asleep(play: Play) -> None:
    """Nothing at all."""


@dataclass(frozen=True)
class Day:
    """One virtual day. why: what data quality says of it, in part; empty: every search was searched whole in the end.
    alerts: keys of what lasted meanwhile.
    """

    play: Callable[[Play], None]
    why: str = ""
    alerts: frozenset[str] = frozenset()


HELD = frozenset({"held_back"})
RESTED = frozenset({"held_back", "resting:it"})

CALM = Day(calm)
PASSING = Day(faults_that_pass)
REFUSED = Day(refused, alerts=RESTED)
CHALLENGED = Day(challenged, "showed a page for humans only (DataDome)", RESTED)
RESTING = Day(asked_while_it_rests, "Collecting rests until", RESTED)
SHAPE = Day(changed_shape, "What came could not be used: there is no price.", HELD)
MOVED = Day(moved, alerts=HELD)
UNWELL = Day(unwell, "cannot be reached (HTTP 500)")
WORKER = Day(worker_killed, alerts=frozenset({"flow:daily"}))
PREFECT = Day(prefect_killed, alerts=frozenset({"program:prefect"}))
ASLEEP = Day(asleep, "Nothing ran on this day")
WELL = Day(told_by_flow)

STORY: Final = (
    *(CALM, PASSING, REFUSED, RESTING, SHAPE, MOVED, UNWELL),
    *(WORKER, PREFECT, ASLEEP, ASLEEP, ASLEEP, CALM, WELL),
)
SHORT: Final = (PASSING, SHAPE, MOVED, CHALLENGED, ASLEEP, ASLEEP, ASLEEP, WORKER, WELL)


def write_settings(data: Path, port: int, items_path: str) -> None:
    """What the owner wrote into her vopt.toml."""
    lines = {
        "vinted_www": f"http://www.vinted.localhost:{port}",
        "vinted_api": f"http://api.vinted.localhost:{port}",
        "vinted_items_path": items_path.format(port=port),
        "language": "en",
        "ollama_url": "off",
    }
    (data / "vopt.toml").write_text("".join(f'{name} = "{text}"\n' for name, text in lines.items()))


@contextmanager
def playing(data: Path) -> Iterator[Play]:
    """A `vopt up` that follows three searches of a market; both end with the block."""
    data.mkdir(parents=True, exist_ok=True)
    options: dict[str, Any] = {"days": DAYS, "scale": SCALE, "slow_s": SLOW_S, "answer_takes_s": PAGE_TAKES_S}
    with running_simulator(seed=SEED, start=START.isoformat(), **options) as market:
        write_settings(data, market.port, OLD_PATH)
        play = Play(House(data), market)
        follow(play.desk)
        try:
            play.house.start()
            play.pause_schedules()
            yield play
        finally:
            end(play.house)


def follow(desk: Desk) -> None:
    """Follow the three searches, with a worker that is quick to begin."""
    profiles = desk.paths.homes / "prefect" / "profiles.toml"
    profiles.parent.mkdir(parents=True, exist_ok=True)
    profiles.write_text(QUICK_PROFILE)
    for name, catalogue in FOLLOWED.items():
        add_follow(desk, CatalogueQuery("it", catalogue), name)


def end(house: House) -> None:
    """Let `vopt up` end in order."""
    if house.process is not None:
        house.process.send_signal(signal.SIGTERM)
        house.process.wait(60)


def live_through(play: Play, story: tuple[Day, ...], tell: Callable[[str], None] = lambda line: None) -> None:
    """Live through these days, one after the other."""
    for number, day in enumerate(story):
        moment = START + timedelta(days=number) + COLLECTED_AT + timedelta(minutes=number)
        play.today = moment.date()
        play.market.clock.move_to(moment)
        began = time.monotonic()
        day.play(play)
        told = [f"{flow} {state}" for on, flow, state in play.ended if on == play.today]
        lasted = sorted(play.lasted.get(play.today, ()))
        tell(f"{play.today} {day.play.__name__} {time.monotonic() - began:.0f} s: {', '.join(told)}; {lasted}")


def main() -> None:
    """Live through all of it, hold it against the truth, and tell what it took."""
    from tests.e2e.fourteen_days_held import hold, what_quality_says

    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    story = SHORT if sys.argv[1:] == ["short"] else STORY
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vopt-fourteen-") as folder:
        with playing(Path(folder) / "data") as play:
            live_through(play, story, say)
            say(what_quality_says(play))
            hold(play, story)
        used = resource.getrusage(resource.RUSAGE_CHILDREN), resource.getrusage(resource.RUSAGE_SELF)
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    say(f"{len(story)} days held. {cpu:.0f} CPU s, {time.monotonic() - began:.0f} s.")


def say(line: str) -> None:
    """Tell it at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
