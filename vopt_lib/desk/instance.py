"""This is where one vopt is opened: its settings, its places, its lake and its clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vopt_lib.desk.clock import MarketClock
from vopt_lib.desk.folders import make_folders as make_folders
from vopt_lib.lake import Lake
from vopt_lib.paths import Paths
from vopt_lib.schema.clock import Clock, SystemClock
from vopt_lib.settings import Settings, load_settings
from vopt_lib.sources.vinted.client import VintedClient
from vopt_lib.sources.vinted.pacing import Pacing, pacing_for
from vopt_lib.sources.vinted.site import Site


@dataclass(frozen=True)
class Desk:
    """One vopt instance: whoever holds it can do every job on it.

    `pacing` is how slowly sites are asked; None: as each of them deserves. A real one is never asked faster than is
    decent, whatever it says.
    """

    settings: Settings
    paths: Paths
    lake: Lake
    clock: Clock
    pacing: Pacing | None = None

    def site(self, market: str) -> Site:
        """The marketplace site of a country, as the settings name it."""
        return Site.of(self.settings, market)


def open_desk(*, clock: Clock | None = None, **given: Any) -> Desk:
    """The desk that the settings describe; `given` settings win over the environment.

    Where the settings name a simulator, the desk lives in its virtual time while it runs. A restore that was killed
    while it put things in place is ended first.

    Raises: SettingsError; DataFolderUnusable; AlreadyRunning, while a restore puts things in place.
    """
    settings = load_settings(**given)
    paths = Paths.of(settings)
    if paths.restore_plan.exists():
        from vopt_lib.desk.restoring import finish_restore

        finish_restore(paths, settings)
        return open_desk(clock=clock, **given)
    make_folders(paths, (paths.locks, paths.runs))
    return desk_of(settings, clock=clock)


def desk_of(settings: Settings, *, clock: Clock | None = None) -> Desk:
    """The same as it lies there, to look at: nothing is made, mended or waited for."""
    paths = Paths.of(settings)
    return Desk(settings, paths, Lake(paths), clock or _clock(settings))


def client_of(desk: Desk, site: Site) -> VintedClient:
    """A polite guest of this site that remembers, in VOPT_DATA, what its other processes did."""
    return VintedClient(site, state=desk.paths.host_state(site.host), clock=desk.clock, pacing=pacing_of(desk, site))


def pacing_of(desk: Desk, site: Site) -> Pacing:
    """How slowly this site is asked."""
    return desk.pacing or pacing_for(site, desk.settings)


def _clock(settings: Settings) -> Clock:
    site = Site.of(settings, "it")
    return SystemClock() if site.is_real else MarketClock(site.www)
