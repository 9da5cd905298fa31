"""What a listing may become."""

from __future__ import annotations

import pytest

from vopt_lib.errors import NotPossible
from vopt_lib.shop.states import ENDS, NEXT, State, check_change


@pytest.mark.parametrize("now", State)
def test_every_state_can_be_left_stays_what_it_is_and_leads_back_on_sale(now: State) -> None:
    assert NEXT[now]
    check_change(now, now)
    reached, found = {now}, {now}
    while found:
        found = {after for state in found for after in NEXT[state]} - reached
        reached |= found
    assert State.PUBLISHED in reached


@pytest.mark.parametrize(
    ("now", "wanted"),
    [(State.SOLD, State.RESERVED), (State.DRAFT, State.SOLD), (State.ARCHIVED, State.PUBLISHED)],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(now: State, wanted: State) -> None:
    with pytest.raises(NotPossible, match=f"What is {now.label} cannot become {wanted.label}"):
        check_change(now, wanted)


def test_what_ended_is_on_sale_no_more() -> None:
    assert State.PUBLISHED not in ENDS
    assert State.PAUSED not in ENDS
