"""`vopt train` and `vopt models` as a person uses them: what is learnt is told, and she can go back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Vopt
from tests.priced_market import priced_market
from tests.pricing.cards import WHY, card
from tests.pricing.standin import MEDIANS, Medians
from vopt_lib.desk import price_models, price_training
from vopt_lib.paths import Paths
from vopt_lib.pricing import store

OLD, NEW, BAD = "it-20261115T063000", "it-20261122T063000", "it-20261129T063000"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the models of the commands' vopt lie; they learn in a moment."""
    for module in (price_training, price_models):
        monkeypatch.setattr(module, "our_learner", lambda: MEDIANS)
    return Paths(tmp_path / "data", "").price_models


@pytest.fixture
def kept(folder: Path) -> Path:
    """Two models and a refused one; the newer of the two is in use."""
    state = store.State(*Medians(["Zara a"], np.array([10.0]), 1.5).state())
    for version in (OLD, NEW, BAD):
        refused = (WHY,) if version == BAD else ()
        store.save(folder, state, replace(card(version), refused=refused), f"# {version}\n\nGood.\n")
    store.publish(folder, NEW)
    return folder


def test_prices_are_learnt_and_told(vopt: Vopt, folder: Path, tmp_path: Path) -> None:
    priced_market(tmp_path / "data")
    told = vopt("train")
    assert told.status == 0
    assert told.lines[-1].startswith("Model it-")
    assert " is in use now: 823 listings, and half of its prices are off by 1" in told.lines[-1]
    [version] = store.versions(folder)
    assert store.published(folder) == {"it": version}
    assert vopt("models", "list").out.startswith(f"• {version}, ")


def test_a_program_reads_how_it_went(vopt: Vopt, folder: Path, tmp_path: Path) -> None:
    priced_market(tmp_path / "data")
    told = json.loads(vopt("train", "--json").out)
    assert (told["outcome"], told["is_used"], told["card"]["rows"]) == ("done", True, 823)
    again = vopt("train", "--market", "fr", "--json")
    assert again.status == 1
    assert json.loads(again.out)["error"] == "NothingToLearn"


@pytest.mark.usefixtures("folder")
def test_an_empty_market_says_what_to_do(vopt: Vopt) -> None:
    told = vopt("train")
    assert told.status == 1
    assert "`vopt follow add`" in told.err
    assert vopt("models", "list").out == "No price model is kept yet. `vopt train` makes one from what was collected.\n"


@pytest.mark.usefixtures("kept")
def test_the_kept_models_are_listed_with_what_they_are_good_for(vopt: Vopt) -> None:
    told = " ".join(vopt("models", "list").out.split())
    assert told.startswith(f"{BAD}, ")
    assert told.count("7,200 listings, half of its prices off by 25.0% or less") == 3
    assert [told.count(state) for state in ("(in use)", "(refused)", "(kept)")] == [1, 1, 1]
    assert told.index(f"• {NEW}") < told.index("(in use)")


@pytest.mark.usefixtures("kept")
def test_a_program_reads_the_kept_models(vopt: Vopt) -> None:
    told = json.loads(vopt("models", "list", "--json").out)
    assert [(one["version"], one["is_published"], one["median_ape"]) for one in told] == [
        (BAD, False, 0.25), (NEW, True, 0.25), (OLD, False, 0.25),
    ]  # fmt: skip
    assert told[0]["refused"] == ["Half of its prices are off by 60% or more; at most 40% are allowed."]
    assert json.loads(vopt("models", "list", "--market", "fr", "--json").out) == []


def test_a_model_whose_card_is_spoilt_does_not_hide_the_others(vopt: Vopt, kept: Path) -> None:
    (kept / NEW / "metrics.json").write_text("{")
    told = vopt("models", "list")
    assert "its metrics.json is not what was written" in told.out
    assert OLD in told.out


def test_she_goes_back_by_name(vopt: Vopt, kept: Path) -> None:
    told = vopt("models", "use", "it-20261115")
    assert told.out == f"Prices come from {OLD} now. The next `vopt train` is held against it.\n"
    assert store.published(kept) == {"it": OLD}


def test_a_refused_one_is_used_only_if_she_insists(vopt: Vopt, kept: Path) -> None:
    told = vopt("models", "use", BAD)
    assert (told.status, "--anyway" in told.err) == (1, True)
    assert store.published(kept) == {"it": NEW}
    assert vopt("models", "use", BAD, "--anyway").status == 0
    assert store.published(kept) == {"it": BAD}


@pytest.mark.usefixtures("kept")
def test_a_card_is_read_at_the_terminal(vopt: Vopt) -> None:
    assert vopt("models", "card", NEW).lines == [f"# {NEW}", "", "Good."]
    told = vopt("models", "card", "it-1999")
    assert (told.status, told.err) == (1, "There is no price model “it-1999”. `vopt models list` shows them.\n")
