"""This is where `python -m vopt_lib.simulator` starts: a local Vinted in a process of its own."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn

from vopt_lib.errors import SettingsError, VoptError
from vopt_lib.loopback import listening_socket
from vopt_lib.simulator.clock import VirtualClock
from vopt_lib.simulator.faults import FAULTS, FaultOrder
from vopt_lib.simulator.offers import SimulatedMarket
from vopt_lib.simulator.server import serve
from vopt_lib.simulator.simulation import API, WWW, Options, Painter, Simulation
from vopt_lib.simulator.wire import Era
from vopt_lib.words import N_, Words, reader_language

MarketMaker = Callable[[argparse.Namespace], SimulatedMarket]
_PARENT_POLL_S = 0.2
_RANGES = {
    "port": (0, 65_535),
    "seed": (0, 2**63 - 1),
    "days": (0, 3_650),
    "days_after": (0, 3_650),
    "scale": (0.001, 100.0),
    "slow_s": (0.0, 600.0),
    "answer_takes_s": (0.0, 86_400.0),
    "token_lifetime_s": (0.0, 31_536_000.0),
    "missed_share": (0.0, 0.9),
}
"""The numbers that a market and a server can be made with, by option."""


def main(
    arguments: Sequence[str] | None = None, *, make: MarketMaker | None = None, paint: Painter | None = None
) -> int:
    """Serve the market that the arguments describe (or `make` makes) until told to end; returns the exit status."""
    words = Words(reader_language())
    asked = _parser(words).parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    if asked.die_with_parent:
        _end_with_parent(os.getppid())
    try:
        _check_numbers(asked)
        orders = [FaultOrder.parse(text) for text in asked.fault]
        clock = _clock(asked)
        with listening_socket(asked.port) as listening:
            simulation = Simulation.of(
                (make or _market)(asked),
                clock,
                _options(asked),
                port=int(listening.getsockname()[1]),
                paint=paint or _painter(),
            )
            for order in orders:
                simulation.faults.switch_on(order, clock.now())
            if sys.stderr.isatty():
                sys.stderr.write(how_to_visit(int(listening.getsockname()[1]), words) + "\n")
            serve(simulation, listening)
    except VoptError as error:
        sys.stderr.write(words.error(error) + "\n")
        return 1
    return 0


def how_to_visit(port: int, words: Words) -> str:
    """What a person who started the market does next."""
    sentence = N_("A made-up Vinted, open until Ctrl-C. In another terminal, these settings send vopt there:")
    settings = {"DATA": "data/simulated", "VINTED_WWW": f"http://{WWW}:{port}", "VINTED_API": f"http://{API}:{port}"}
    return "\n".join([words.say(sentence), *(f"  export VOPT_{name}={value}" for name, value in settings.items())])


class _Parser(argparse.ArgumentParser):
    """argparse, speaking the reader's language: its own sentences are English only."""

    def __init__(self, words: Words) -> None:
        say = words.say
        super().__init__(
            "vopt simulate",
            usage=say(N_("vopt simulate [options]")),
            description=say(N_("A local Vinted: same web API, own clock and faults.")),
            add_help=False,
        )
        self._words = words
        options = self.add_argument_group(say(N_("Options:")).rstrip(":"))
        options.add_argument("-h", "--help", action="help", help=say(N_("Show this help and end.")))
        self.add = options.add_argument

    def format_help(self) -> str:
        """The page, opened like those of the other commands."""
        return super().format_help().removeprefix("usage: ")

    def error(self, message: str) -> NoReturn:
        """End with what was not understood."""
        sys.stderr.write(self._words.say(N_("Not understood: {what}."), what=message))
        sys.stderr.write(" " + self._words.say(N_("`{command} --help` shows how it is written."), command=self.prog))
        sys.stderr.write("\n")
        raise SystemExit(2)


def _parser(words: Words) -> argparse.ArgumentParser:
    say = words.say
    parser = _Parser(words)
    add = parser.add
    add("--port", type=int, default=8421, help=say(N_("port on this machine; 0: any free one")))
    add("--seed", type=int, default=0, help=say(N_("number that the market is made from")))
    add(
        "--start",
        default=_today(),
        help=say(N_("virtual moment at which the clock stands first, for instance 2026-11-01")),
    )
    add("--days", type=int, default=30, help=say(N_("virtual days for which there is a market")))
    add(
        "--days-after",
        type=int,
        default=0,
        help=say(N_("virtual days for which the market goes on after these, which stay as they are")),
    )
    add("--scale", type=float, default=1.0, help=say(N_("size of the market; 1: about 8,000 listings at once")))
    add(
        "--listings",
        type=Path,
        help=say(N_("serve the listings of this Parquet file instead (columns of listing_seen)")),
    )
    add(
        "--era",
        choices=[era.value for era in Era],
        default=Era.SVC_2026_09.value,
        help=say(N_("generation of the web API")),
    )
    add(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[:TIMES][@PLACE][+AFTER]",
        help=say(N_("misbehave; known: {names}"), names=", ".join(FAULTS)),
    )
    add("--slow-s", type=float, default=3.0, help=say(N_("seconds that a slow answer comes late")))
    add(
        "--answer-takes-s",
        type=float,
        default=0.0,
        help=say(N_("virtual seconds that pass with each page of a search")),
    )
    add("--ticking", action="store_true", help=say(N_("let the virtual clock run")))
    add("--token-lifetime-s", type=float, default=7200.0, help=say(N_("virtual seconds for which a session is valid")))
    add("--token-on-redirect", action="store_true", help=say(N_("hand out the session on a redirect of the home page")))
    add("--needs-anon-id", action="store_true", help=say(N_("refuse searches without X-Anon-Id and X-Next-App")))
    add("--no-promoted", action="store_true", help=say(N_("no paid placements among the results")))
    add(
        "--disallow",
        action="append",
        default=[],
        metavar="PATH",
        help=say(N_("path that robots.txt disallows, besides its own")),
    )
    add(
        "--missed-share",
        type=float,
        default=0.0,
        help=say(N_("share of the listings that all searches of a day leave out, others on each day")),
    )
    add("--truth", action="store_true", help=say(N_("give away at /__truth__ what no visitor sees, for evaluations")))
    add("--die-with-parent", action="store_true", help=say(N_("end when the program that started this one ends")))
    return parser


def _check_numbers(asked: argparse.Namespace) -> None:
    for name, (least, most) in _RANGES.items():
        value = getattr(asked, name)
        if not least <= value <= most:
            why = N_("it must be between {least} and {most}")
            raise _unusable("--" + name.replace("_", "-"), value, why, least=least, most=most)


def _clock(asked: argparse.Namespace) -> VirtualClock:
    try:
        return VirtualClock(_moment(asked.start), ticking=asked.ticking)
    except ValueError as error:
        raise _unusable("--start", asked.start, N_("write a day between 1990 and 2100, such as 2026-11-01")) from error


def _options(asked: argparse.Namespace) -> Options:
    return Options(
        seed=asked.seed,
        era=Era(asked.era),
        token_lifetime_s=asked.token_lifetime_s,
        token_on_redirect=asked.token_on_redirect,
        needs_anon_id=asked.needs_anon_id,
        with_promoted=not asked.no_promoted,
        slow_s=asked.slow_s,
        disallowed=tuple(asked.disallow),
        answer_takes_s=asked.answer_takes_s,
        with_truth=asked.truth,
        missed_share=asked.missed_share,
    )


def _market(asked: argparse.Namespace) -> SimulatedMarket:
    if asked.listings is None:
        from vopt_lib.simulator.generate import generate

        return generate(asked.seed, _moment(asked.start), asked.days, days_after=asked.days_after, scale=asked.scale)
    from vopt_lib.simulator.listings import UnusableListings, read_listings

    try:
        return read_listings(asked.listings)
    except UnusableListings as error:
        raise _unusable("--listings", asked.listings, str(error)) from error


def _painter() -> Painter:
    from vopt_lib.simulator.photos import draw_photo

    return draw_photo


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _unusable(name: str, value: object, why: str, **facts: object) -> SettingsError:
    return SettingsError(name=name, value=f"“{value}”", why=why, where=N_("the command"), **facts)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _end_with_parent(parent: int) -> None:
    """End this process, as SIGTERM does, when its parent is gone: a killed parent cannot tell its children."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_POLL_S)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
