"""Her accounts on Vinted: the one that bears her own name becomes the first whose login somebody tells."""

from __future__ import annotations

import pytest

from tests.shop.keeping import ANNA, BEN, acting, with_ben
from vopt_lib.errors import AccountMissing, AccountOfAnother, AccountTaken
from vopt_lib.shop import people
from vopt_lib.shop.accounts import own_accounts, stands_in, vinted_account
from vopt_lib.shop.closets import account_called, only_account
from vopt_lib.shop.listings import account_to_sell_on
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import ChannelAccount


@pytest.fixture
def household(shop: Shop) -> Shop:
    """Anna has the account anna_r, Ben sells on one whose login nobody has said."""
    with_ben(shop)
    with acting(shop) as session:
        session.delete(session.get_one(ChannelAccount, 2))
    with acting(shop, BEN) as session:
        account_to_sell_on(session, BEN)
    return shop


def accounts(shop: Shop) -> list[tuple[str, str, bool]]:
    """(name, country, whether it stands in) of Ben's."""
    with shop.reading() as session:
        return [(one.name, one.market, stands_in(one)) for one in own_accounts(session, BEN)]


def test_whoever_has_no_account_sells_on_one_that_bears_her_name(household: Shop) -> None:
    assert accounts(household) == [("Ben", "it", True)]
    with acting(household, BEN) as session:
        assert account_to_sell_on(session, BEN).name == "Ben"


@pytest.mark.parametrize("login", ["ben_r", "Ben"])
def test_the_first_login_that_is_told_is_that_account_s_and_the_next_one_another_s(household: Shop, login: str) -> None:
    with acting(household, BEN) as session:
        vinted_account(session, BEN, login, market="fr")
    assert accounts(household) == [(login, "fr", False)]
    with acting(household, BEN) as session:
        vinted_account(session, BEN, "ben_2")
    assert accounts(household) == [(login, "fr", False), ("ben_2", "it", False)]


def test_its_name_is_nobody_s_login(household: Shop) -> None:
    with acting(household, BEN) as session:
        assert (account_called(session, BEN, "Ben"), only_account(session, BEN)) == (None, None)
    with acting(household, BEN) as session, pytest.raises(AccountMissing):
        vinted_account(session, BEN, None)


def test_a_login_that_is_written_among_the_people_is_that_account_s(household: Shop) -> None:
    with acting(household) as session:
        people.add_account(session, ANNA, 2, market="de", name="Ben")
    assert accounts(household) == [("Ben", "de", False)]
    with acting(household) as session, pytest.raises(AccountTaken):
        people.add_account(session, ANNA, 2, market="de", name="Ben")


def test_renaming_it_tells_its_login(household: Shop) -> None:
    with acting(household) as session:
        number = own_accounts(session, BEN)[0].id
        people.rename_account(session, ANNA, number, "Ben")
    assert accounts(household) == [("Ben", "it", True)]
    with acting(household) as session:
        people.rename_account(session, ANNA, number, "ben_r")
    assert accounts(household) == [("ben_r", "it", False)]


def test_it_makes_way_for_another_s_login_and_never_takes_one(household: Shop) -> None:
    with acting(household) as session:
        vinted_account(session, ANNA, "Ben")
    assert accounts(household) == [("Ben 2", "it", True)]
    with acting(household, BEN) as session, pytest.raises(AccountOfAnother):
        vinted_account(session, BEN, "ben")
    with acting(household, BEN) as session:
        session.delete(own_accounts(session, BEN)[0])
        session.flush()
        assert account_to_sell_on(session, BEN).name == "Ben 2"
