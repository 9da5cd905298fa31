"""This is where we measure how long `vopt --help` takes beside `python -c "import polars"`; it fails above 1.6 times.

python tests/benchmarks/bench_start.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROUNDS = 15
MOST = 1.6


def seconds(command: list[str], language: str) -> float:
    """How long the command takes."""
    environ = {**os.environ, "VOPT_LANGUAGE": language}
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environ)
    return time.perf_counter() - started


def main() -> int:
    """Print the ratio in both languages, its two sides measured in turn. Returns the exit status."""
    helped = [str(Path(sys.executable).with_name("vopt")), "--help"]
    imported = [sys.executable, "-c", "import polars"]
    worst = 0.0
    for language in ("en", "it"):
        rounds = [(seconds(helped, language), seconds(imported, language)) for _ in range(ROUNDS + 1)][1:]
        ours, theirs = (median(side) for side in zip(*rounds, strict=True))
        worst = max(worst, ours / theirs)
        print(
            f"vopt --help ({language}): {ours * 1000:.0f} ms, import polars: {theirs * 1000:.0f} ms,"
            f" ratio {ours / theirs:.2f} (at most {MOST})"
        )
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main())
