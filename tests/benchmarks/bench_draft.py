"""This is where the time from photos to a first draft is measured, without any language model; it fails above 2 s.

    python -m tests.benchmarks.bench_draft                four photos of 12 megapixels, as a telephone takes them
    python -m tests.benchmarks.bench_draft --photos 8     more

The clock runs from the start of a process to its end: `vopt draft --json` on drawn photos, in an empty vopt. Its peer
is a process that only decodes the same photos with Pillow, as small as JPEG allows for 960 pixels, and describes the
first by the built-in descriptor. They run in turns; the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.vision.pictures import thing, written

MOST_S = 2.0
BARE = """
import sys
from PIL import Image, ImageOps
from vopt_lib.vision.embedder import embedder
made_by, photos = embedder(), []
for name in sys.argv[1:]:
    with Image.open(name) as photo:
        photo.draft("RGB", (960, 960))
        photos.append(ImageOps.exif_transpose(photo).convert("RGB"))
photos[0].thumbnail((made_by.longest, made_by.longest))
made_by.vectors(photos[:1])
"""
FACTS = "brand=Levi's,category=Giubbotti di jeans,size=M,condition=2"


def seconds(command: list[str], environ: dict[str, str]) -> float:
    """How long the command takes."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environ)
    return time.perf_counter() - started


def main() -> int:
    """Print both times and their ratio. Returns the exit status."""
    parser = argparse.ArgumentParser(description="Measure the time from photos to a first draft.")
    parser.add_argument("--photos", type=int, default=4, help="photos of the thing (default: 4)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds that count (default: 7)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        photos = [str(Path(folder) / f"{number}.jpg") for number in range(given.photos)]
        for number, photo in enumerate(photos):
            Path(photo).write_bytes(written(thing(3000, 4000), "JPEG", quality=90 - number))
        environ = {**os.environ, "VOPT_DATA": str(Path(folder) / "data"), "VOPT_LANGUAGE": "en"}
        draft = [str(Path(sys.executable).with_name("vopt")), "draft", *photos, "--facts", FACTS, "--json"]
        bare = [sys.executable, "-c", BARE, *photos]
        rounds = [(seconds(draft, environ), seconds(bare, environ)) for _ in range(given.rounds + 1)][1:]
    ours, theirs = (median(side) for side in zip(*rounds, strict=True))
    print(
        f"vopt draft, {given.photos} photos: {ours:.2f} s (at most {MOST_S:.1f}), bare decoding and description:"
        f" {theirs:.2f} s, ratio {ours / theirs:.2f}"
    )
    return int(ours > MOST_S)


if __name__ == "__main__":
    sys.exit(main())
