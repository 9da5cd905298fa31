"""Made-up facts are the same for the same seed, and every hostile note meets every thing."""

from __future__ import annotations

from vopt_lib.desk.made_up_facts import HOSTILE_NOTES, made_up_facts, with_notes


def test_the_same_seed_makes_the_same_things() -> None:
    assert made_up_facts(5, 1) == made_up_facts(5, 1) != made_up_facts(5, 2)
    assert all(one.catalog_id and one.colours and not one.notes for one in made_up_facts(20, 1))


def test_every_thing_meets_every_hostile_note() -> None:
    found = with_notes(made_up_facts(3, 1))
    assert [one.notes for one in found] == list(HOSTILE_NOTES) * 3
    assert len({one.catalog_id for one in found[:5]}) == 1
