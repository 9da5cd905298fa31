"""This is where machines that use the same tables on an object store tell each other a few facts, beside the tables."""

from __future__ import annotations

import re
import socket
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import orjson
import polars as pl

from vopt_lib.errors import LakeKeptElsewhere, LakeUnreachable
from vopt_lib.files import read_json, write_first
from vopt_lib.paths import Paths

KEEPER = "keeper"
"""The file that names the machine which collects and refines."""

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_T = TypeVar("_T")


class SharedFile:
    """A small JSON object on the object store, replaced in one step."""

    def __init__(self, paths: Paths, name: str) -> None:
        self.address = paths.shared(name)
        self._paths = paths

    def read(self) -> dict[str, Any] | None:
        """What it holds; None: there is no such file. Raises: LakeUnreachable."""

        def fetch() -> dict[str, Any] | None:
            try:
                lines = pl.scan_lines(self.address, storage_options=self._options).collect().to_series()
            except FileNotFoundError as error:
                # Polars tells a bucket that is not there in the same way.
                if "NoSuchBucket" in str(error):
                    raise LakeUnreachable(lake=self._paths.lake_root, why="NoSuchBucket") from error
                return None
            return dict(orjson.loads(lines[0]))

        return reached_store(self._paths.lake_root, fetch)

    def write(self, value: Mapping[str, object]) -> None:
        """Replace it. Raises: LakeUnreachable."""
        row = pl.LazyFrame({name: [one] for name, one in value.items()})
        reached_store(
            self._paths.lake_root, lambda: row.sink_ndjson(self.address, storage_options=self._options or None)
        )

    @property
    def _options(self) -> dict[str, str]:
        return dict(self._paths.storage_options)


def ensure_keeper(paths: Paths) -> None:
    """Make this machine the one that collects and refines for these tables, unless another one is.

    Crawl cursors, budgets, the breaker, follows, the journal and the locks of derived tables are one machine's own.
    Raises: LakeKeptElsewhere; LakeUnreachable.
    """
    shared, own = SharedFile(paths, KEEPER), _own_name(paths)
    known = shared.read()
    if known is None:
        shared.write({"machine": own, "computer": socket.gethostname()})
    elif known["machine"] != own:
        raise LakeKeptElsewhere(computer=known["computer"], lake=paths.lake_root, claim=shared.address)


def reached_store(lake: str, asked: Callable[[], _T]) -> _T:
    """What comes back from the object store.

    Raises: FileNotFoundError; LakeUnreachable, for whatever else goes wrong on the way there.
    """
    try:
        return asked()
    except (FileNotFoundError, LakeUnreachable):
        raise
    except (OSError, pl.exceptions.ComputeError) as error:
        raise LakeUnreachable(lake=lake, why=why_unreached(error)) from error


def why_unreached(error: Exception) -> str:
    """The last, plainest line of what the libraries tell, without colours and arrows."""
    told = [line.strip(" ↳\t") for line in _COLOURS.sub("", str(error)).splitlines()]
    code = re.search(r"<Code>(\w+)</Code>", str(error))
    return code[1] if code else next((line for line in reversed(told) if line), type(error).__name__)


def _own_name(paths: Paths) -> str:
    write_first(paths.machine, orjson.dumps({"machine": uuid.uuid4().hex}))
    return str((read_json(paths.machine) or {})["machine"])
