"""This is where the demo is: thirty virtual days of a made-up market, through the same jobs as the real one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from vopt_lib.desk.follow import add_follow
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.services import PrefectServer, Service, free_port, prefect_server, running_service, simulator
from vopt_lib.desk.wanted import Wanted, query_from
from vopt_lib.files import only_one, write_json
from vopt_lib.paths import Paths
from vopt_lib.settings import Settings
from vopt_lib.simulator.clock import SimulatorClock
from vopt_lib.words import Language

DAYS = 30
COLLECTED_AT = time(7, tzinfo=UTC)
SEED = 2026
FLOW_ENVIRONMENT = {"PREFECT_LOGGING_LEVEL": "WARNING"}

FOLLOWS = (
    Wanted(catalog="Donna > Vestiti > Abiti"),
    Wanted(catalog="Donna > Vestiti > Jeans"),
    Wanted(catalog="Donna > Scarpe > Sneakers"),
    Wanted(catalog="Donna > Borse > Borse a tracolla"),
    Wanted(catalog="Uomo > Vestiti > Maglie e T-shirt"),
    Wanted(catalog="Donna > Vestiti > Top e T-shirt", brands=("Zara",)),
)


@dataclass(frozen=True)
class DemoDay:
    """One virtual day as it is played, and what goes wrong on it."""

    day: date
    fault: str | None = None

    @property
    def at(self) -> datetime:
        """The moment its collecting starts."""
        return datetime.combine(self.day, COLLECTED_AT)


def days_to_play(last: date, days: int = DAYS) -> list[DemoDay]:
    """The days in the order they are played, ending before `last`: two with a fault, one that comes a day late."""
    calendar = [DemoDay(last - timedelta(days=days - n)) for n in range(days)]
    shaky, blocked, late = days // 3, 2 * days // 3, days // 2
    calendar[shaky] = DemoDay(calendar[shaky].day, "timeout_504:2@catalogue")
    calendar[blocked] = DemoDay(calendar[blocked].day, "challenge_datadome:1@catalogue")
    calendar[late], calendar[late + 1] = calendar[late + 1], calendar[late]
    return calendar


@dataclass(frozen=True)
class Demo:
    """A demo under way."""

    desk: Desk
    days: int
    last: date
    prefect: PrefectServer
    flows: Service

    def played(self) -> Iterator[date]:
        """Each virtual day when it is done. Raises: ServiceError, when the flows process fails."""
        while len(line := self.flows.next_line()):
            yield date.fromisoformat(json.loads(line)["day"])
        self.flows.wait()


@contextmanager
def running_demo(settings: Settings, *, days: int, keep: bool, language: Language, last: date) -> Iterator[Demo]:
    """A simulator, a Prefect server and the flows process that lives through the days; all end with the block.

    Raises: AlreadyRunning, ServiceError, PortTaken.
    """
    paths = Paths.of(settings)
    with ExitStack() as running:
        running.enter_context(only_one(paths.locks / "demo.lock", "vopt demo"))
        data = paths.demo
        if not keep and data.exists():
            shutil.rmtree(data)
        inner = Paths(data, str(data / "lake"))
        port = running.enter_context(simulator(inner, _market(settings, last, days)))
        desk = prepare(data, port, language)
        server = running.enter_context(prefect_server(inner, free_port(settings.prefect_port)))
        write_json(inner.ports, {"simulator": port, "prefect": int(server.url.rsplit(":", 1)[1])})
        command = [sys.executable, "-m", "flows.demo", last.isoformat(), str(days)]
        flows = running.enter_context(
            running_service(
                "flows", command, inner, server.client_environment | FLOW_ENVIRONMENT, stdout=subprocess.PIPE
            )
        )
        yield Demo(desk, days, last, server, flows)


def prepare(data: Path, simulator_port: int, language: Language) -> Desk:
    """The instance in `data` that follows six searches of the simulator on this port."""
    data.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any] = {
        "vinted_www": f"http://www.vinted.localhost:{simulator_port}",
        "vinted_api": f"http://api.vinted.localhost:{simulator_port}",
        "language": language,
    }
    (data / "vopt.toml").write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
    desk = open_desk(data=data, lake=str(data / "lake"), **settings)
    if not desk.paths.follows.exists():
        for wanted in FOLLOWS:
            add_follow(desk, query_from(desk, wanted))
    return desk


def _market(settings: Settings, last: date, days: int) -> list[str]:
    start = datetime.combine(last - timedelta(days=days), time(tzinfo=UTC))
    return [
        f"--port={free_port(settings.simulator_port)}",
        f"--seed={SEED}",
        f"--start={start.isoformat()}",
        f"--days={days + 1}",
    ]


def play(desk: Desk, days: Iterable[DemoDay], run_day: Callable[[], None], on_day: Callable[[DemoDay], None]) -> None:
    """Live through the days: set the virtual clock and the day's fault, then let `run_day` do its work."""
    site = desk.site("it")
    clock = SimulatorClock(site.www)
    for day in days:
        clock.move_to(day.at)
        if day.fault:
            _switch_on(site.www, day.fault)
        run_day()
        on_day(day)


def _switch_on(simulator: str, fault: str) -> None:
    port = simulator.rsplit(":", 1)[1]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/__faults__",
        data=json.dumps({"name": fault}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10):
        pass
