"""`vopt follow` as a person uses it, against a running simulator."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Vopt
from tests.servers import RunningSimulator

pytestmark = pytest.mark.usefixtures("market")


def test_a_follow_is_added_listed_paused_resumed_and_removed(vopt: Vopt) -> None:
    assert vopt("follow", "list").out.startswith("Nothing is followed yet. Start with `vopt follow add`")

    added = vopt("follow", "add", "--catalog", "donna > borse", "--brand", "zara", "--price", "5-30")
    assert added.out == "Following “Borse (Donna) · Zara · 5–30 €” from now on. Collect it with `vopt collect`.\n"
    assert vopt("follow", "list").lines[:3] == [
        "Borse (Donna) · Zara · 5–30 €",
        "  borse-donna-zara-5-30",
        "  not collected yet",
    ]
    assert vopt("follow", "pause", "borse").out == "“Borse (Donna) · Zara · 5–30 €” is paused.\n"
    assert vopt("follow", "list").lines[0].endswith("(paused)")
    assert vopt("collect").out.startswith("Everything you follow is paused.")
    assert vopt("follow", "resume", "borse-donna-zara-5-30").status == 0
    assert vopt("follow", "remove", "Borse (Donna) · Zara · 5–30 €").out.endswith("What it collected stays.\n")
    assert vopt("follow", "list").out.startswith("Nothing is followed yet.")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Choose at least a catalogue, a brand or some words."),
        (["--text", "  "], "Choose at least a catalogue, a brand or some words."),
        (["--catalog", "Vestiti"], "Near it: Donna > Vestiti; Uomo > Vestiti."),
        (["--brand", "Zarra"], "There is no brand called “Zarra”. Near it: Zara"),
        (["--brand", "Qqqqxyz"], "Near it: nothing vopt knows."),
        (["--catalog", "Donna > Borse > Qqqxyz"], "Near it: Donna > Borse."),
        (["--catalog", "Donna > Borse", "--size", "M"], "Donna > Vestiti, Uomo > Vestiti. Choose one with --catalog."),
        (["--catalog", "Donna > Borse", "--condition", "bello"], "Near it: Nuovo con cartellino"),
        (["--catalog", "Donna > Borse", "--price", "cheap"], "Write it as 5-30, 5- or -30."),
        (["--catalog", "Donna > Borse", "--price", "30-5"], "the lowest price (30) is above the highest (5)."),
        (["--market", "xx", "--text", "borsa"], "Vinted has no country “xx”. Known: at, be,"),
        (["https://www.ebay.it/x"], "is not the address of a Vinted catalogue page."),
        (["https://www.vinted.it/catalog?catalog[]=4", "--brand", "Zara"], "Give either a link or words"),
    ],
)
def test_what_cannot_be_followed_is_told_in_one_sentence(vopt: Vopt, arguments: list[str], told: str) -> None:
    answer = vopt("follow", "add", *arguments)
    assert (answer.status, answer.out) == (1, "")
    assert told in answer.err
    assert answer.err.count("\n") == 1


def test_the_reason_is_italian_too(vopt: Vopt) -> None:
    assert vopt("follow", "add", "--catalog", "Donna > Borse", "--price", "30-5", language="it").err == (
        "Questa ricerca non si può fare: il prezzo più basso (30) supera il più alto (5).\n"
    )


@pytest.mark.parametrize(
    ("price", "name"),
    [("5,50-", "Borse (Donna) · ≥ 5.50 €"), ("-30", "Borse (Donna) · ≤ 30 €"), ("5-30", "Borse (Donna) · 5–30 €")],
)
def test_a_price_may_be_open_on_either_side(vopt: Vopt, price: str, name: str) -> None:
    assert f"“{name}”" in vopt("follow", "add", "--catalog", "Donna > Borse", "--price", price).out


def test_the_same_search_is_followed_once(vopt: Vopt) -> None:
    link = "https://www.vinted.it/catalog?catalog[]=4&brand_ids[]=12"
    assert "“Vestiti (Donna) · Zara”" in vopt("follow", "add", link).out
    again = vopt("follow", "add", "--catalog", "Donna > Vestiti", "--brand", "Zara")
    assert again.err == "This is followed already, as “Vestiti (Donna) · Zara”.\n"


def test_markup_and_control_characters_in_a_name_are_only_text(vopt: Vopt) -> None:
    vopt("follow", "add", "--text", "[red]seta[/red]\x1b[31m")
    assert vopt("follow", "list").lines[0] == "“[red]seta[/red]�[31m”"


def test_a_beginning_that_several_share_is_told(vopt: Vopt) -> None:
    vopt("follow", "add", "--catalog", "Donna > Borse", "--brand", "Zara")
    vopt("follow", "add", "--catalog", "Donna > Borse", "--brand", "Mango")
    assert vopt("follow", "pause", "borse").err == (
        "“borse” may be borse-donna-zara, borse-donna-mango. Write a little more of it.\n"
    )
    assert vopt("follow", "pause", "nope").err.startswith("There is no follow “nope”.")


def test_what_was_collected_shows_in_list_and_status(vopt: Vopt, market: RunningSimulator) -> None:
    vopt("follow", "add", "--catalog", "Donna > Borse")
    collected = vopt("collect")
    assert collected.status == 0
    assert collected.lines[0].startswith("Borse (Donna): ")
    assert collected.lines[0].endswith("100% of the market")
    assert "requests a day, share seen: 100%" in vopt("follow", "list").out
    status = vopt("status").out
    assert "Figures as of 1 Nov 2026 " in status
    assert "• Borse (Donna), 1 Nov 2026 " in status


def test_a_refusal_of_the_site_is_told_and_ends_with_1(vopt: Vopt, market: RunningSimulator) -> None:
    vopt("follow", "add", "--catalog", "Donna > Borse")
    market.switch_on("challenge_datadome:1@catalogue")
    told = vopt("collect")
    assert told.status == 1
    assert "nothing collected" in told.out
    assert told.err.startswith("Not published, because “Borse (Donna)” could not be collected.")
