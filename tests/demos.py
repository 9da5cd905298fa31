"""This is where tests, pictures and benchmarks get the data of a demo that was really played."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

FREE_PORTS = {f"VOPT_{name}_PORT": "0" for name in ("PAGES", "PREFECT", "SIMULATOR")}
VOPT = Path(sys.executable).with_name("vopt")


def play_demo(root: Path, days: int) -> Path:
    """Live through so many days of the made-up market. Returns: its folder, below `root`."""
    environment = os.environ | FREE_PORTS | {"VOPT_DATA": str(root)}
    subprocess.run([VOPT, "demo", "--no-serve", "--days", str(days)], env=environment, check=True, capture_output=True)
    return root / "demo"


def copy_demo(data: Path, root: Path) -> Path:
    """The same as it was played into `data` before. Returns: its folder, below `root`."""
    return Path(shutil.copytree(data, root / "demo", ignore=shutil.ignore_patterns("homes", "logs")))
