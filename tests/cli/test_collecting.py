"""`vopt ingest` and `vopt consent` as a person uses them; the real site is never asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Vopt
from tests.sources.vinted.answers import envelope, svc_listing, v2_2025_listing


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    """A saved answer that names its market and its moment."""
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(envelope(v2_2025_listing())))
    return file


def test_a_saved_answer_goes_in_once_and_can_be_asked(vopt: Vopt, answer: Path) -> None:
    assert vopt("ingest", str(answer)).out == "answer.json: 1 sighting\n"
    assert vopt("ingest", str(answer)).out == "answer.json: taken in before, nothing new.\n"
    assert vopt("sql", "SELECT title, asked_amount, market FROM listing_seen").lines == [
        "title   asked_amount  market",
        "Giacca        110.00  it",
    ]


def test_refused_rows_are_told_with_their_reason(vopt: Vopt, tmp_path: Path) -> None:
    file = tmp_path / "mixed.json"
    file.write_text(json.dumps(envelope(v2_2025_listing(), v2_2025_listing(2, price=None))))
    assert vopt("ingest", str(file)).out == "mixed.json: 1 sighting, 1 row refused (there is no price)\n"


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("empty.json", b"", "it holds no listings"),
        ("noise.bin", bytes(range(256)), "it holds no listings"),
        ("list.json", b"[]", "it holds no listings"),
        ("page.html", b"<html><body>ciao</body></html>", "it holds no listings"),
        ("nowhere.json", json.dumps(envelope(svc_listing())).encode(), "Say it with --market"),
    ],
)
def test_a_file_that_cannot_go_in_is_named_with_the_next_step(
    vopt: Vopt, tmp_path: Path, name: str, body: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(body)
    answer = vopt("ingest", str(tmp_path / name))
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith(name)
    assert told in answer.err


def test_a_folder_and_a_missing_file_are_told_apart(vopt: Vopt, tmp_path: Path) -> None:
    told = vopt("ingest", str(tmp_path), str(tmp_path / "missing.json"), language="it").err.splitlines()
    assert told == [
        f"{tmp_path.name} non si può leggere: è una cartella.",
        "missing.json non si può leggere: non esiste.",
    ]


def test_a_hostile_file_name_is_only_text(vopt: Vopt, tmp_path: Path) -> None:
    file = tmp_path / "\u202e[red]a\x1b[31m.json"
    file.write_text("{}")
    assert vopt("ingest", str(file)).err.startswith("�[red]a�[31m.json is not a saved catalogue")


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("Sì\n", 0), ("n\n", 1), ("maybe\n", 1), ("", 1)])
def test_only_a_yes_is_consent(vopt: Vopt, answer: str, status: int) -> None:
    told = vopt("consent", answer=answer, language="it")
    assert told.status == status
    assert "Accetti? [s/N]" in told.out
    assert vopt("status").out.count("Vinted is not visited") == status


def test_consent_is_given_without_a_question_and_taken_back(vopt: Vopt) -> None:
    assert vopt("consent", "--yes").lines[-1].startswith("Accepted.")
    assert "not visited" not in vopt("status").out
    assert vopt("consent", "--withdraw").out == "Consent withdrawn: vopt no longer visits Vinted.\n"
    assert "Vinted is not visited" in vopt("status").out


def test_without_consent_nothing_is_collected_and_the_next_step_is_told(vopt: Vopt) -> None:
    vopt("follow", "add", "--catalog", "Donna > Borse")
    told = vopt("collect")
    assert told.status == 1
    assert "Read and accept the conditions once with `vopt consent`." in told.err
    assert told.err.count("\n") == 1
    assert "not collected yet" in vopt("follow", "list").out


def test_the_conditions_fit_eighty_columns(vopt: Vopt) -> None:
    assert max(len(line) for line in vopt("consent", language="it").lines) <= 80


def test_an_empty_vopt_has_no_figures_that_are_up_to_date(vopt: Vopt) -> None:
    assert vopt("refine").out.startswith("There is no published data yet.")


def test_what_was_held_back_is_published_anyway_when_she_says_so(
    vopt: Vopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[object] = []
    monkeypatch.setattr("vopt_lib.desk.publish.publish_day", held.append)
    assert vopt("refine", "--anyway").out.startswith("The figures are up to date.")
    assert held == []
