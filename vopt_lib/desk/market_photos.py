"""This is where photos of listings lie once they were fetched, so that none is asked for twice.

A file for each photo, by the hash of its bytes, and a line for each address with what came of it. Lines are only added:
of a killed process all but the last, half-written one can be read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import orjson
import polars as pl

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.desk.describing import whole
from vopt_lib.desk.instance import Desk, make_folders
from vopt_lib.files import write_bytes
from vopt_lib.sources.vinted.photo import unsigned
from vopt_lib.sources.vinted.site import Site

KEPT: Final = timedelta(days=180)
"""As long as the words of a listing."""

USELESS: Final = ""
"""Stands for the hash of what is no photo, or no longer there."""


@dataclass(frozen=True)
class MarketPhotos:
    """The photos of one market on this disk. came: what came of each unsigned address, a hash or USELESS."""

    folder: Path
    log: Path
    came: dict[str, str]

    def hash_of(self, url: str) -> str | None:
        """The hash of the photo at an address, or USELESS; None: it was never asked for."""
        return self.came.get(url, self.came.get(unsigned(url)))

    def has(self, sha256: str) -> bool:
        """Whether the file of a photo is here."""
        return bool(sha256) and (self.folder / sha256).is_file()

    def keep(self, url: str, content: bytes) -> str:
        """Keep what came from an address, for good before it is noted. Returns: its hash. Raises: OSError."""
        sha256 = hashlib.sha256(content).hexdigest()
        if whole(self.folder / sha256) is None:
            write_bytes(self.folder / sha256, content)
        reached(CommitPoint.EMBED_PHOTO_KEPT)
        self._note(unsigned(url), sha256)
        reached(CommitPoint.EMBED_PHOTO_NOTED)
        return sha256

    def give_up(self, url: str) -> None:
        """Note that nothing lies at an address as it was signed; signed anew, it is asked for again."""
        self._note(url, USELESS)

    def refuse(self, url: str, sha256: str) -> None:
        """Note that what came from an address is no photo, and remove it."""
        self._note(unsigned(url), USELESS)
        (self.folder / sha256).unlink(missing_ok=True)

    def _note(self, address: str, sha256: str) -> None:
        self.came[address] = sha256
        with self.log.open("ab") as file:
            file.write(orjson.dumps([address, sha256]) + b"\n")


def market_photos(desk: Desk, site: Site, addresses: Collection[str]) -> MarketPhotos:
    """The photos of a market, and what is noted of these addresses; what is noted of others is forgotten."""
    log = desk.paths.photos_asked(site.host, site.market)
    make_folders(desk.paths, (desk.paths.market_photos, log.parent))
    wanted = {*addresses, *map(unsigned, addresses)}
    came = {address: sha256 for address, sha256 in _noted(log) if address in wanted}
    write_bytes(log, b"".join(orjson.dumps([*pair]) + b"\n" for pair in came.items()))
    return MarketPhotos(desk.paths.market_photos, log, came)


def forget_old(desk: Desk, links: pl.DataFrame, now: datetime) -> int:
    """Remove the files of photos whose listings were last linked longer than KEPT ago. Returns: how many.

    Needs: photo_sha256, observed_at.
    """
    newest = links.group_by("photo_sha256").agg(pl.col("observed_at").max())
    old = newest.filter(pl.col("observed_at") < now - KEPT)["photo_sha256"]
    found = [path for path in (desk.paths.market_photos / sha256 for sha256 in old) if path.exists()]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _noted(log: Path) -> list[tuple[str, str]]:
    if not log.exists():
        return []
    found = []
    for line in log.read_bytes().split(b"\n"):
        try:
            address, sha256 = orjson.loads(line)
        except ValueError:  # empty, or cut off when its process was killed
            continue
        found.append((str(address), str(sha256)))
    return found
