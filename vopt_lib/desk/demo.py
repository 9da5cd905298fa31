"""This is where the demo is: thirty virtual days of a made-up market, through the same jobs as the real one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from pathlib import Path
from typing import Any

from vopt_lib.desk.demo_family import move_in
from vopt_lib.desk.embedding import embed_own
from vopt_lib.desk.environment import FLOW_ENVIRONMENT
from vopt_lib.desk.follow import add_follow, follows
from vopt_lib.desk.instance import Desk, make_folders, open_desk
from vopt_lib.desk.market_embedding import embed_market
from vopt_lib.desk.ports import free_port, noted_ports
from vopt_lib.desk.services import (
    PrefectServer,
    Service,
    opened,
    pages_server,
    prefect_server,
    running_service,
    simulator,
)
from vopt_lib.desk.start import stop
from vopt_lib.desk.wanted import Wanted, query_from
from vopt_lib.errors import ServiceError
from vopt_lib.files import only_one, read_json, write_json
from vopt_lib.paths import Paths
from vopt_lib.settings import Settings
from vopt_lib.simulator.clock import SimulatorClock
from vopt_lib.words import Language

DAYS = 30
FEWEST_DAYS = 5
COLLECTED_AT = time_of_day(7, tzinfo=UTC)
RESUMED_AFTER = timedelta(hours=1)
DONE_BY = time_of_day(9, tzinfo=UTC)  # also a day that was interrupted
SEED = 2026
SCALE = 0.87  # about 8,400 listings in 30 days of the six searches
GOES_ON_DAYS = 60  # beyond today there is a market for so long: who leaves the demo open finds new listings in it
PAGES_A_DAY = 30  # of listings: what two hours allow
LEARNS_FOR_DAYS = 10  # prices are learnt beside the last days, and not after them
PHOTOS_EARLY, PHOTOS_LATE = 240, 120  # of listings; of the early ones some are sold by the end
PAGE_TAKES_S = 15  # virtual; the pause that a real site gets lies between 10 and 20 s

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
    """One virtual day as it is played, what goes wrong on it, and whether it comes after its next day.

    has_photos: photos of listings are described when it is over.
    """

    day: date
    fault: str | None = None
    is_late: bool = False
    has_photos: bool = False

    @property
    def at(self) -> datetime:
        """The moment its collecting starts."""
        return datetime.combine(self.day, COLLECTED_AT)


def days_to_play(last: date, days: int = DAYS) -> list[DemoDay]:
    """The days in the order they are played, ending before `last`: two with a fault, one that comes a day late.

    The challenge hits in the middle of a collection, and never on the last day: the next one publishes both.
    """
    calendar = [DemoDay(last - timedelta(days=days - n)) for n in range(days)]
    shaky, late, challenged = days // 3 - 1, days // 2 - 1, 2 * days // 3
    calendar[shaky] = replace(calendar[shaky], fault="timeout_504:2@catalogue+5")
    calendar[challenged] = replace(calendar[challenged], fault="challenge_datadome:1@catalogue+30")
    calendar[days // 3] = replace(calendar[days // 3], has_photos=True)
    calendar[late : late + 2] = [calendar[late + 1], replace(calendar[late], is_late=True)]
    return calendar


def day_ahead(now: datetime) -> date:
    """The first day that a demo begun now does not live through: today, until today's collecting would be over."""
    return now.date() if now.timetz() < DONE_BY else now.date() + timedelta(days=1)


@dataclass
class Lesson:
    """The learning of prices, which goes on beside the demo's last days. begin: starts it."""

    begin: Callable[[], Service]
    service: Service | None = None

    def day_is_over(self, days_left: int) -> None:
        """Begin, if it is time."""
        if self.service is None and days_left <= LEARNS_FOR_DAYS:
            self.service = self.begin()

    def wait(self) -> bool:
        """Return when it is over: whether it ended by itself. A demo without a price model is a demo, too."""
        try:
            if self.service is not None:
                self.service.wait()
        except ServiceError:
            return False
        return self.service is not None


@dataclass(frozen=True)
class Demo:
    """A demo under way."""

    desk: Desk
    days: list[DemoDay]
    ahead: int
    simulator: Service
    prefect: PrefectServer
    flows: Service
    lesson: Lesson

    def played(self) -> Iterator[date]:
        """Each virtual day when it is done. Raises: ServiceError, when the flows process fails."""
        left = self.ahead
        while len(line := self.flows.next_line()):
            left -= 1
            self.lesson.day_is_over(left)
            yield date.fromisoformat(json.loads(line)["day"])
        self.flows.wait()

    def fill_shop(self, *, now: datetime) -> None:
        """Let a family move in with all that it has at home now, unless one is there. Raises: ServiceError."""
        live_on(self.desk, now)
        try:
            move_in(self.desk)
        except OSError:
            self.simulator.ensure_alive()
            raise

    def describe_photos(self) -> None:
        """Make the photos of the family's things comparable, and some more of listings."""
        embed_own(self.desk)
        embed_market(self.desk, most=PHOTOS_LATE)

    @contextmanager
    def pages(self, wanted_port: int, *, now: datetime) -> Iterator[Service]:
        """The pages of this market, which from now on lives in real time. Raises: ServiceError."""
        live_on(self.desk, now)
        paths = self.desk.paths
        with (
            pages_server(paths, free_port(wanted_port)) as service,
            noted_ports(paths, {"pages": service.port}),
        ):
            yield service

    def serve(self, pages: Service) -> None:
        """Keep what was started open. Raises: ServiceError, when one of them ends."""
        while True:
            for service in (pages, self.simulator, self.prefect.service):
                service.ensure_alive()
            time.sleep(1)


@contextmanager
def running_demo(settings: Settings, *, days: int, keep: bool, language: Language, last: date) -> Iterator[Demo]:
    """A simulator, a Prefect server and the flows process that lives through the days; all end with the block.

    `keep`: go on with an earlier demo, if there is one: its days, and only those that it has not played yet.

    Raises: AlreadyRunning, DataFolderUnusable, ServiceError.
    """
    paths = Paths.of(settings)
    make_folders(paths, [paths.locks])
    with ExitStack() as running:
        running.enter_context(only_one(paths.locks / "demo.lock", "vopt demo"))
        inner = Paths(paths.demo, str(paths.demo / "lake"))
        make_room(inner, keep=keep)
        story = _Story.of(inner, last, days)
        options = story.market(free_port(settings.simulator_port), today=last)
        market = running.enter_context(simulator(inner, options))
        desk = prepare(inner.data, market.port, language)
        server = running.enter_context(prefect_server(inner, free_port(settings.prefect_port)))
        write_json(inner.ports, {"simulator": market.port, "prefect": server.service.port})
        environment = server.client_environment | FLOW_ENVIRONMENT

        def begin(name: str, module: str, stdout: int | None = None) -> Service:
            command = [sys.executable, "-m", module]
            return running.enter_context(running_service(name, command, inner, environment, stdout=stdout))

        flows = begin("flows", "flows.demo", subprocess.PIPE)
        running.callback(stop, inner)
        lesson = Lesson(partial(begin, "training", "flows.train"))
        yield Demo(desk, story.days, story.length - story.played, market, server, flows, lesson)


def make_room(paths: Paths, *, keep: bool) -> None:
    """End what an earlier demo's pages left at work, and, without `keep`, delete that demo."""
    stop(paths)
    if not keep and paths.data.exists():
        shutil.rmtree(paths.data)


@dataclass
class _Story:
    """Which days a demo lives through, and how far it is: what its file remembers."""

    file: Path
    last: date
    length: int
    played: int = 0
    is_begun: bool = False

    @classmethod
    def of(cls, paths: Paths, last: date, days: int) -> _Story:
        """The story begun in this VOPT_DATA, else a new one."""
        file = paths.state / "demo.json"
        known = read_json(file)
        if known is not None:
            return cls(file, date.fromisoformat(known.pop("last")), **known)
        story = cls(file, last, days)
        story.save()
        return story

    @property
    def days(self) -> list[DemoDay]:
        """All days, in the order they are played."""
        return days_to_play(self.last, self.length)

    def market(self, port: int, *, today: date) -> list[str]:
        """Options of the simulator: a market for these days, which stay as they are, and beyond today."""
        start = datetime.combine(self.last - timedelta(days=self.length), time_of_day(tzinfo=UTC))
        return [
            f"--port={port}",
            f"--seed={SEED}",
            f"--scale={SCALE}",
            f"--start={start.isoformat()}",
            f"--days={self.length + 1}",
            f"--days-after={(today - self.last).days + GOES_ON_DAYS}",
            f"--answer-takes-s={PAGE_TAKES_S}",
        ]

    def save(self) -> None:
        """Remember it."""
        remembered = {"last": self.last.isoformat(), "length": self.length}
        write_json(self.file, remembered | {"played": self.played, "is_begun": self.is_begun})


def prepare(data: Path, simulator_port: int, language: Language) -> Desk:
    """The instance in `data` that follows six searches of the simulator on this port."""
    data.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any] = {
        "vinted_www": f"http://www.vinted.localhost:{simulator_port}",
        "vinted_api": f"http://api.vinted.localhost:{simulator_port}",
        "language": language,
    }
    (data / "vopt.toml").write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
    # Her own shop's database is no place for made-up people.
    desk = open_desk(data=data, lake=str(data / "lake"), database_url=None, **settings)
    if not follows(desk):
        for wanted in FOLLOWS:
            add_follow(desk, query_from(desk, wanted))
    return desk


def play_on(desk: Desk, run_day: Callable[[], object], on_day: Callable[[DemoDay], None]) -> None:
    """Live through the days of the demo in this desk that it has not lived through yet."""
    story = _Story.of(desk.paths, desk.clock.now().date(), DAYS)
    # A day that was interrupted goes on an hour later, so that nothing is seen twice at the same moment.
    delay = RESUMED_AFTER if story.is_begun else timedelta()
    story.is_begun = True
    story.save()
    for day in story.days[story.played :]:
        live_through(desk, day, run_day, delay=delay)
        delay = timedelta()
        story.played += 1
        story.save()
        on_day(day)
    SimulatorClock(desk.site("it").www).move_to(datetime.combine(story.last, time_of_day(tzinfo=UTC)))


def live_through(desk: Desk, day: DemoDay, run_day: Callable[[], object], *, delay: timedelta = timedelta()) -> None:
    """One day: set the virtual clock and the day's fault, then let `run_day` do its work."""
    simulator = desk.site("it").www
    SimulatorClock(simulator).move_to(day.at + delay)
    if day.fault:
        _switch_on(simulator, day.fault)
    run_day()
    if day.has_photos:
        embed_market(desk, most=PHOTOS_EARLY)


def live_on(desk: Desk, now: datetime) -> None:
    """Let this moment be the simulator's, and its clock run with the machine's from here on."""
    SimulatorClock(desk.site("it").www).run_from(now)


def _switch_on(simulator: str, fault: str) -> None:
    port = simulator.rsplit(":", 1)[1]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/__faults__",
        data=json.dumps({"name": fault}).encode(),
        headers={"Content-Type": "application/json"},
    )
    opened(request, timeout_s=10).close()
