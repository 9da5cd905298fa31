"""This is where tests get a PostgreSQL server of their own, for as long as they run: no port, a socket in a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER_USER = "postgres"
"""Whom the server runs as where the tests run as root, whom it refuses: Debian's package makes that user."""


def programs() -> Path | None:
    """Where initdb and pg_ctl are; None: no server is installed here."""
    beside = [Path(found).parent] if (found := shutil.which("initdb")) else []
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in (*beside, *installed) if (folder / "initdb").exists()), None)


@contextmanager
def server() -> Iterator[str]:
    """The address of a fresh server that is gone afterwards, with all it held."""
    found = programs()
    assert found
    user = SERVER_USER if os.geteuid() == 0 else None
    # A socket's path may have 107 characters: pytest's folders are too long.
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)
        data, options = str(folder / "data"), f"-k {folder} -c listen_addresses= -c fsync=off"
        quiet = {"check": True, "user": user, "stdout": subprocess.DEVNULL, "cwd": folder}
        subprocess.run([str(found / "initdb"), "-D", data, "-U", "vopt", "-A", "trust", "-E", "UTF8"], **quiet)  # type: ignore[call-overload]
        control = [str(found / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options]
        subprocess.run([*control, "start"], **quiet)  # type: ignore[call-overload]
        try:
            yield f"postgresql+psycopg://vopt@/postgres?host={folder}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)  # type: ignore[call-overload]
