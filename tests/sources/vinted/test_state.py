from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vopt_lib.errors import StateDamaged
from vopt_lib.sources.vinted import consent
from vopt_lib.sources.vinted.breaker import Breaker
from vopt_lib.sources.vinted.budget import Budget
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.sources.vinted.pacing import Pace, Pacing
from vopt_lib.sources.vinted.robots import RobotsMemory
from vopt_lib.sources.vinted.session import SessionMemory
from vopt_lib.sources.vinted.state import read_cache

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
URL = "https://www.vinted.it/catalog"
LIMITED = Pacing(10, 20, requests_per_hour=80, item_pages_per_hour=15, requests_per_run=400)


@pytest.mark.parametrize(
    ("file", "kept", "look"),
    [
        ("breaker.json", {"until": "tomorrow", "why": "403"}, lambda state: Breaker(state).rest(NOW)),
        ("breaker.json", {"until": "2026-11-20T09:00:00", "why": "403"}, lambda state: Breaker(state).rest(NOW)),
        ("breaker.json", {"until": "2026-11-20T09:00:00+00:00"}, lambda state: Breaker(state).rest(NOW)),
        ("breaker.json", {"opened_at": ["x"]}, lambda state: Breaker(state).open("403", NOW)),
        ("breaker.json", {"refused_at": 12}, lambda state: Breaker(state).refused(NOW)),
        ("budget.json", {"requests": ["x"]}, lambda state: Budget(state, LIMITED).require(Kind.CATALOGUE, NOW)),
        ("budget.json", {"requests": 7}, lambda state: Budget(state, LIMITED).spend(Kind.CATALOGUE, NOW)),
        ("pace.json", {"last_at": "x"}, lambda state: _pace(state).seconds_to_wait(NOW)),
        ("pace.json", {"not_before": "2026-11-20"}, lambda state: _pace(state).seconds_to_wait(NOW)),
        ("session-it.json", {"opened_at": NOW.isoformat()}, lambda state: SessionMemory(state, "it").load()),
        (
            "session-it.json",
            {"opened_at": NOW.isoformat(), "anon_id": None, "cookies": [{"name": "x"}]},
            lambda state: SessionMemory(state, "it").load(),
        ),
        ("robots-www.vinted.it.json", {"read_at": NOW.isoformat()}, lambda state: RobotsMemory(state).fresh(URL, NOW)),
        ("robots-www.vinted.it.json", {"read_at": "x"}, lambda state: RobotsMemory(state).fresh(URL, NOW)),
        ("consent.json", {"decisions": [{"what": "accepted"}]}, lambda state: consent.is_accepted(state, "vinted")),
        ("consent.json", ["accepted"], lambda state: consent.is_accepted(state, "vinted")),
    ],
)
def test_a_memory_with_a_missing_or_wrong_value_is_damaged_and_never_forgotten(
    tmp_path: Path, file: str, kept: object, look: Callable[[Path], object]
) -> None:
    (tmp_path / file).write_text(json.dumps(kept))

    with pytest.raises(StateDamaged, match=file):
        look(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '"x"', '{"a": 1}', '{"a": {"at": "x"}}', '{"a": {"at": "2026-11-20"}}']
)
def test_what_can_be_asked_for_again_is_forgotten_when_it_is_damaged(tmp_path: Path, text: str) -> None:
    file = tmp_path / "counts-it.json"
    file.write_text(text)

    assert read_cache(file) == {}


def test_a_damaged_entry_does_not_cost_the_others(tmp_path: Path) -> None:
    good = {"at": NOW.isoformat(), "value": 3}
    file = tmp_path / "counts-it.json"
    file.write_text(json.dumps({"a": good, "b": {"value": 4}}))

    assert read_cache(file) == {"a": good}


def _pace(state: Path) -> Pace:
    return Pace(state, LIMITED, random.Random(0))
