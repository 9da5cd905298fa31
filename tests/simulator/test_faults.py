import pytest

from tests.simulator.small_market import START
from vopt_lib.errors import SettingsError
from vopt_lib.simulator.faults import FAULTS, Fault, FaultOrder, Faults, Place


def test_every_fault_says_where_it_acts_and_what_it_does():
    assert set(FAULTS) == set(Fault)
    assert all(rule.places and rule.does for rule in FAULTS.values())


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("rate_limited", FaultOrder(Fault.RATE_LIMITED)),
        ("rate_limited:2", FaultOrder(Fault.RATE_LIMITED, 2)),
        ("rate_limited:2@wardrobe", FaultOrder(Fault.RATE_LIMITED, 2, Place.WARDROBE)),
        ("timeout_504@item_page", FaultOrder(Fault.TIMEOUT_504, None, Place.ITEM_PAGE)),
        ("timeout_504:1@catalogue+30", FaultOrder(Fault.TIMEOUT_504, 1, Place.CATALOGUE, after=30)),
    ],
)
def test_an_order_is_name_times_and_place(text, order):
    assert FaultOrder.parse(text) == order


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("rate_limitd", "near it is rate_limited"),
        ("", "known: unauthorized"),
        ("slow:0", "between 1 and"),
        ("slow:-1", "between 1 and"),
        ("slow:two", "between 1 and"),
        ("slow:9999999999", "between 1 and"),
        ("slow@moon", "home, refresh"),
        ("slow+few", "between 0 and"),
        ("slow+", "between 0 and"),
    ],
)
def test_an_order_that_cannot_be_understood_is_refused_with_a_reason(text, why):
    with pytest.raises(SettingsError, match=why):
        FaultOrder.parse(text)


def test_a_fault_acts_so_many_times():
    faults = Faults()
    faults.switch_on(FaultOrder(Fault.SCHEMA_DRIFT, 2), START)
    assert [list(faults.take(Place.CATALOGUE)) for _ in range(3)] == [[Fault.SCHEMA_DRIFT], [Fault.SCHEMA_DRIFT], []]


def test_a_fault_that_comes_later_lets_requests_at_its_places_pass_first():
    faults = Faults()
    faults.switch_on(FaultOrder.parse("server_error:1@catalogue+2"), START)
    assert faults.take(Place.WARDROBE) == {}
    assert [list(faults.take(Place.CATALOGUE)) for _ in range(4)] == [[], [], [Fault.SERVER_ERROR], []]


def test_a_fault_acts_only_at_its_places():
    faults = Faults()
    faults.switch_on(FaultOrder(Fault.NOT_ACCEPTABLE, 1), START)
    assert faults.take(Place.CATALOGUE) == {}
    assert list(faults.take(Place.HOME)) == [Fault.NOT_ACCEPTABLE]


def test_faults_that_take_the_answers_place_act_one_after_the_other():
    faults = Faults()
    for name in ("rate_limited:1", "frozen_feed", "timeout_504:1"):
        faults.switch_on(FaultOrder.parse(name), START)
    taken = [list(faults.take(Place.CATALOGUE)) for _ in range(3)]
    assert taken == [[Fault.RATE_LIMITED], [Fault.TIMEOUT_504], [Fault.FROZEN_FEED]]


def test_a_second_order_of_a_fault_replaces_the_first():
    faults = Faults()
    faults.switch_on(FaultOrder(Fault.SLOW, 5), START)
    faults.switch_on(FaultOrder(Fault.SLOW, 1), START)
    assert [on.times for on in faults.in_force()] == [1]


def test_one_or_all_faults_are_switched_off():
    faults = Faults()
    for fault in (Fault.SLOW, Fault.FROZEN_FEED, Fault.RATE_LIMITED):
        faults.switch_on(FaultOrder(fault), START)
    faults.switch_off(Fault.SLOW)
    assert [on.fault for on in faults.in_force()] == [Fault.FROZEN_FEED, Fault.RATE_LIMITED]
    faults.switch_off()
    assert faults.in_force() == []
