"""`vopt doctor` as a person uses it: sentences with next steps, and a status that programs can rely on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Vopt
from vopt_lib.cli.doctor import tell_all
from vopt_lib.schema.health import Check


def test_what_is_wrong_is_told_last_with_what_to_do(environment: Any, capfdbinary: Any) -> None:
    tell_all(
        [Check("a", "bad", "One is broken.", "Mend it."), Check("b", "good", "Two."), Check("c", "warn", "Three.")]
    )
    assert capfdbinary.readouterr().out.decode().splitlines() == [
        "✓ Two.",
        "! Three.",
        "✗ One is broken.",
        "  → Mend it.",
        "1 thing is wrong, 1 is worth a look.",
    ]


def test_where_nothing_is_wrong_that_is_told(environment: Any, capfdbinary: Any) -> None:
    tell_all([Check("a", "good", "One.")])
    assert capfdbinary.readouterr().out.decode().splitlines()[-1] == "All is well."


def test_programs_get_json_and_the_status_1_where_something_is_bad(vopt: Vopt, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "vopt.toml").write_text("=")
    told = vopt("doctor", "--json")
    plain = json.loads(told.out)
    assert told.status == 1
    assert {"name", "state", "text", "next_step"} == plain[0].keys()
    assert next(one["state"] for one in plain if one["name"] == "settings") == "bad"
