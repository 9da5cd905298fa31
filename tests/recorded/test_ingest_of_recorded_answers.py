"""What others saved of Vinted goes in with `vopt ingest` and is told by `vopt sql`, each as a command of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parents[2]
PAYLOADS = Path(os.environ.get("VOPT_RECORDED_DATA", HERE.parent / "shared" / "data")) / "vinted" / "payloads"
FR_2023 = PAYLOADS / "catalog_items_v2_FR_2023-01_48items.json"
IT_2026 = PAYLOADS / "catalog_items_v2_IT_2026-08_2items_trimmed.json"
SVC = PAYLOADS / "svc_catalogue_items_IT_2026-09-19_5items.json"
ITEM = PAYLOADS / "item_page_IT_2026-09-19_head_and_ldjson.html"
ERRORS = PAYLOADS / "error_responses.json"
OTHERS = PAYLOADS / "flea_shapes_synthetic_2026-08_09.json"
SAYS_ALL = ("--market", "it", "--observed-at", "2026-09-19T12:00")

Vopt = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not PAYLOADS.is_dir(), reason=f"no recorded data at {PAYLOADS} (VOPT_RECORDED_DATA)"),
]


def vopt_in(data: Path) -> Vopt:
    """Runs `vopt …` in English on this VOPT_DATA."""

    def vopt(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [Path(sys.executable).with_name("vopt"), *arguments]
        environ = {**os.environ, "VOPT_DATA": str(data), "VOPT_LANGUAGE": "en"}
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=100, check=False)

    return vopt


def asked(vopt: Vopt, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    answer = vopt("sql", query, "--format", "json")
    assert (answer.returncode, answer.stderr) == (0, "")
    return [tuple(row.values()) for row in json.loads(answer.stdout)]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ingested")


@pytest.fixture(scope="module")
def ingested(data: Path) -> subprocess.CompletedProcess[str]:
    """All recorded files taken in at once."""
    return vopt_in(data)("ingest", *sorted(PAYLOADS.iterdir()), *SAYS_ALL)


@pytest.fixture
def vopt(ingested: subprocess.CompletedProcess[str], data: Path) -> Vopt:
    """Commands on the vopt that took everything in."""
    return vopt_in(data)


@pytest.fixture
def empty_vopt(tmp_path: Path) -> Vopt:
    """Commands on a fresh vopt."""
    return vopt_in(tmp_path / "data")


def test_every_answer_goes_in_and_what_is_none_is_reported(ingested: subprocess.CompletedProcess[str]) -> None:
    assert ingested.stdout.splitlines() == [
        f"{FR_2023.name}: 48 sightings",
        f"{IT_2026.name}: 2 sightings",
        f"{ITEM.name}: 1 sighting",
        f"{SVC.name}: 5 sightings",
    ]
    why = "is not a saved catalogue, wardrobe or item page of Vinted (it holds no listings). Nothing was taken from it."
    assert ingested.stderr.splitlines() == [f"{file.name} {why}" for file in (ERRORS, OTHERS)]
    assert ingested.returncode == 1


def test_56_sightings_are_published(vopt: Vopt) -> None:
    told = "SELECT market, shape, count(*), min(observed_at)::DATE::TEXT FROM listing_seen GROUP BY ALL ORDER BY ALL"
    assert asked(vopt, told) == [
        ("fr", "v2-2023", 48, "2023-01-29"),
        ("it", "item-page", 1, "2026-09-19"),
        ("it", "svc-2026-09", 5, "2026-09-19"),
        ("it", "v2-2025", 2, "2026-09-19"),
    ]


def test_the_item_page_and_the_search_result_show_the_same_listing(vopt: Vopt) -> None:
    assert asked(vopt, "SELECT count(*) FROM listing_live") == [(55,)]
    told = (
        "SELECT brand, size, condition_id, last_asked_amount::DOUBLE FROM listing_live WHERE listing_id = 10051317969"
    )
    assert asked(vopt, told) == [("Nike Air", "L", 1, 6.0)]


COLUMNS = "listing_id, brand, size, condition_id, asked_amount, service_fee_amount, total_amount, currency"


def test_sql_shows_what_todays_answer_recorded(vopt: Vopt) -> None:
    conditions = {"Nuovo con cartellino": 6, "Nuovo senza cartellino": 1, "Ottime": 2, "Buone": 3, "Discrete": 4}
    expected = []
    for item in json.loads(SVC.read_bytes())["items"]:
        *size, condition = item["item_box"]["second_line"].split(" · ")
        money = [float(item[name]["amount"]) for name in ("price", "service_fee", "total_item_price")]
        brand = item["item_box"]["first_line"] or None
        expected.append((item["id"], brand, size[0] if size else None, conditions[condition], *money, "EUR"))
    assert rows_of(vopt, "svc-2026-09") == sorted(expected)


def test_sql_shows_what_the_older_answers_recorded(vopt: Vopt) -> None:
    expected = [
        (
            item["id"],
            item["brand_title"] or None,
            item["size_title"] or None,
            None,
            *(float(item[name]) for name in ("price", "service_fee", "total_item_price")),
            item["currency"],
        )
        for item in json.loads(FR_2023.read_bytes())["items"]
    ]
    assert rows_of(vopt, "v2-2023") == sorted(expected, key=lambda row: row[0])
    assert rows_of(vopt, "v2-2025") == [
        (9806312295, "Barbour", "XL", 2, 75.0, None, None, "EUR"),
        (9806352123, "Barbour", "XXL", 2, 110.0, None, None, "EUR"),
    ]


def test_sql_shows_what_the_item_page_recorded(vopt: Vopt) -> None:
    assert rows_of(vopt, "item-page") == [(10051317969, "Nike Air", None, None, 6.0, None, None, "EUR")]
    told = "SELECT title, description, colour, category, state FROM listing_seen WHERE shape = 'item-page'"
    assert asked(vopt, told) == [
        ("Brassière de sport Nike", "Jamais porté", "Grigio", "Donna Reggiseni sportivi", "on_sale")
    ]


def rows_of(vopt: Vopt, shape: str) -> list[tuple[Any, ...]]:
    """COLUMNS of the sightings of one shape, money as numbers."""
    rows = asked(vopt, f"SELECT {COLUMNS} FROM listing_seen WHERE shape = '{shape}' ORDER BY listing_id")
    return [(*row[:4], *(None if value is None else float(value) for value in row[4:7]), row[7]) for row in rows]


def test_the_same_files_again_change_nothing(vopt: Vopt) -> None:
    counted = "SELECT (SELECT count(*) FROM listing_seen), (SELECT count(*) FROM listing_live)"
    before = asked(vopt, counted)
    again = vopt("ingest", FR_2023, SVC, ITEM, IT_2026, *SAYS_ALL)
    assert again.returncode == 0
    assert again.stdout.splitlines() == [
        f"{file.name}: taken in before, nothing new." for file in (FR_2023, SVC, ITEM, IT_2026)
    ]
    assert asked(vopt, counted) == before == [(56, 55)]


def test_a_file_under_another_name_is_the_same_file(vopt: Vopt, tmp_path: Path) -> None:
    copy = tmp_path / "copia.json"
    copy.write_bytes(SVC.read_bytes())
    assert vopt("ingest", copy, *SAYS_ALL).stdout == "copia.json: taken in before, nothing new.\n"


@pytest.mark.parametrize(
    ("file", "flag", "said"),
    [
        (SVC, "--market", ()),
        (IT_2026, "--observed-at", ("--market", "it")),
        (ITEM, "--observed-at", ()),
    ],
    ids=["market", "time of an answer", "time of a page"],
)
def test_a_file_that_does_not_say_enough_is_refused_with_the_flag_that_is_missing(
    empty_vopt: Vopt, file: Path, flag: str, said: tuple[str, ...]
) -> None:
    refused = empty_vopt("ingest", file, *said)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(file.name)
    assert flag in refused.stderr


def test_the_market_that_a_file_says_wins_over_the_flag(empty_vopt: Vopt) -> None:
    assert empty_vopt("ingest", FR_2023, "--market", "it").returncode == 0
    assert asked(empty_vopt, "SELECT DISTINCT market FROM listing_seen") == [("fr",)]


def test_of_a_refused_file_nothing_is_stored(empty_vopt: Vopt, tmp_path: Path) -> None:
    refused = empty_vopt("ingest", ERRORS, OTHERS, *SAYS_ALL)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 2)
    assert list((tmp_path / "data").rglob("*.parquet")) == []
