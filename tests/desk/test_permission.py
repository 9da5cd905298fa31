"""Who may visit what: the owner's word for the real site, nobody's for a simulator."""

from __future__ import annotations

from pathlib import Path

import pytest

from vopt_lib.desk import permission
from vopt_lib.desk.instance import Desk, client_of, open_desk
from vopt_lib.errors import ConsentNeeded
from vopt_lib.sources.vinted.kinds import Kind
from vopt_lib.words import Words


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("VOPT_VINTED_WWW", "VOPT_VINTED_API"):
        monkeypatch.delenv(name, raising=False)
    return open_desk(data=tmp_path / "data")


def test_a_real_site_waits_for_the_owners_word_and_heeds_it_taken_back(real: Desk) -> None:
    told = [permission.is_given(real, "it")]
    permission.accept(real, "it")
    told.append(permission.is_given(real, "it"))
    permission.withdraw(real, "it")
    told.append(permission.is_given(real, "it"))
    assert told == [False, True, False]


def test_one_word_counts_for_every_country_of_the_marketplace(real: Desk) -> None:
    permission.accept(real, "it")
    assert permission.is_given(real, "fr")


def test_without_the_word_nothing_leaves_this_computer(real: Desk) -> None:
    with client_of(real, real.site("it")) as client, pytest.raises(ConsentNeeded):
        client.get("/", kind=Kind.METADATA)
    assert client.stats.requests == 0


def test_a_simulator_needs_no_word(desk: Desk) -> None:
    assert permission.is_given(desk, "it")


@pytest.mark.parametrize(
    ("language", "head", "part"),
    [
        ("en", "Before vopt visits www.vinted.it:", "not affiliated"),
        ("it", "Prima che vopt visiti www.vinted.it:", "non è affiliato"),
    ],
)
def test_the_conditions_are_told_in_her_language(real: Desk, language: str, head: str, part: str) -> None:
    words = Words(language)  # type: ignore[arg-type]
    assert permission.heading(real, "it", words) == head
    assert any(part in sentence for sentence in permission.conditions(words))
