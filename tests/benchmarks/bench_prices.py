"""What learning prices takes as a table grows: `python -m tests.benchmarks.bench_prices`.

    --sizes 10000 200000 1000000    things of each table
    --keep FOLDER                   write the tables there, and leave them

Things come from the simulator's own draws (what they are, what they are worth, how their titles are typed), at prices
that differ from what they are worth as people's do. `vopt evaluate prices` reads each table in a process of its own,
whose peak memory counts with everything it imports.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from vopt_lib.schema.vinted_terms import colours, conditions
from vopt_lib.simulator.generate import ON_SALE_AT_ONCE, ON_SALE_ELSEWHERE
from vopt_lib.simulator.kinds import MATERIALS, leaves
from vopt_lib.simulator.prices import ASKED_LOG_SD
from vopt_lib.simulator.things import NONE, Levels, Things, draw_things, shown_brand, true_brand
from vopt_lib.simulator.titles import Subject, description_of, language_of, make_titles

BLOCK = 20_000
FIRST_DAY, DAYS = 20_600, 120  # since 1970
COUNTRIES = ("IT", "FR", "ES", "DE")
NONSENSE_EUR = (1.0, 0.5, 999.0, 123.45)


def write_things(file: Path, count: int, *, seed: int = 1) -> Path:
    """A CSV of so many things with titles, attributes, descriptions and prices, written block by block."""
    rng = np.random.default_rng(seed)
    with file.open("wb") as stream:
        for place, rows in enumerate(_blocks(rng, count)):
            rows.write_csv(stream, include_header=place == 0)
    return file


def _blocks(rng: np.random.Generator, count: int) -> Iterator[pl.DataFrame]:
    levels, share = Levels(rng), _leaf_shares()
    for first_id in range(0, count, BLOCK):
        n = min(BLOCK, count - first_id)
        leaf = rng.choice(len(share), n, p=share)
        day = rng.uniform(FIRST_DAY, FIRST_DAY + DAYS, n)
        drawn = draw_things(rng, leaf, day, np.ones(1), levels=levels)
        asked = drawn.fair_eur * np.exp(rng.normal(0.0, ASKED_LOG_SD, n))
        odd = drawn.is_nonsense
        asked[odd] = rng.choice(NONSENSE_EUR, int(odd.sum()))
        yield _told(drawn, rng).with_columns(id=first_id + pl.int_range(n), price=pl.Series(asked).round(2).clip(0.5))


def _leaf_shares() -> np.ndarray:
    """Share of each leaf among things on sale: a busy catalogue shares its number among its leaves."""
    paths = [leaf.node.path for leaf in leaves()]
    wanted = np.full(len(paths), float(ON_SALE_ELSEWHERE))
    for busy, on_sale in ON_SALE_AT_ONCE.items():
        inside = np.array([f"{path} > ".startswith(f"{busy} > ") for path in paths])
        wanted[inside] = on_sale / inside.sum()
    return wanted / wanted.sum()


def _told(drawn: Things, rng: np.random.Generator) -> pl.DataFrame:
    """What a listing shows of each thing."""
    n, worn = len(drawn), {known.id: known.labels["it"] for known in conditions()}
    hues = {known.id: known.labels["it"] for known in colours()}
    languages = [language_of(COUNTRIES[place], 1.0) for place in rng.integers(len(COUNTRIES), size=n)]
    sizes = [
        None if p == NONE else leaves()[leaf].sizes[p].title for leaf, p in zip(drawn.leaf, drawn.size, strict=True)
    ]
    brands = [true_brand(drawn, row) for row in range(n)]
    subjects = [
        Subject(
            kind=leaves()[drawn.leaf[row]].kind,
            language=languages[row],
            brand=brand.title if (brand := brands[row]) else None,
            size=sizes[row],
            colour_id=int(drawn.colour_ids[row, 0]),
            pieces=int(drawn.pieces[row]),
        )
        for row in range(n)
    ]
    titles = make_titles(subjects, drawn.seed)
    told = zip(titles, languages, rng.integers(1_000, size=n).tolist(), strict=True)
    shown = [shown_brand(drawn, row) for row in range(n)]
    return pl.DataFrame(
        {
            "title": titles,
            "brand": [brand.title if brand else None for brand in shown],
            "category": [leaves()[leaf].node.path for leaf in drawn.leaf],
            "size": sizes,
            "condition": [worn[int(place)] for place in drawn.condition_id],
            "color": [hues[int(first)] for first in drawn.colour_ids[:, 0]],
            "material": [None if place == NONE else MATERIALS[place].title for place in drawn.material],
            "description": [description_of(title, language, draw) for title, language, draw in told],
        },
        schema_overrides={"size": pl.String, "condition": pl.String, "material": pl.String},
    )


def evaluated(file: Path) -> dict[str, Any]:
    """What `vopt evaluate prices` tells of this table, and the seconds that all of it took."""
    began = time.perf_counter()
    command = [sys.executable, "-c", "from vopt_lib.cli import main; main()", "evaluate", "prices", str(file), "--json"]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return {**json.loads(answer.stdout), "seconds": time.perf_counter() - began}


def rows_of(told: dict[str, Any]) -> str:
    """One line of the table."""
    cost, points, ridge = told["model"]["cost"], told["model"]["points"], told["baselines"]["ridge"]
    return (
        f"| {told['things']:,} | {cost['cpu_s']:.0f} s | {cost['peak_mb']:,.0f} MB | {cost['saved_mb']:.1f} MB "
        f"| {cost['ms_per_1000']:.0f} ms | {cost['ms_for_one']:.1f} ms | {points['rmsle']:.3f} "
        f"| {told['model']['intervals']['coverage']:.3f} | {ridge['points']['rmsle']:.3f} | {ridge['cpu_s']:.0f} s "
        f"| {told['seconds']:.0f} s |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 200_000])
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    print("| things | learn, CPU | peak | saved | 1,000 told in | one told in | RMSLE | covered ", end="")
    print("| ridge: RMSLE | learn, CPU | all of it |")
    print("|---:" * 11 + "|")
    with tempfile.TemporaryDirectory() as folder:
        for size in asked.sizes:
            file = write_things((asked.keep or Path(folder)) / f"things_{size}.csv", size)
            print(rows_of(evaluated(file)), flush=True)


if __name__ == "__main__":
    main()
