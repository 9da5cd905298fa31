"""This is where we say what is told of the people of a household: types that the shop hands to pages and commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vopt_lib.schema.visitor import Role
from vopt_lib.words import Language


@dataclass(frozen=True)
class Account:
    """An account of hers on a marketplace (or her mailbox). name: her login there."""

    id: int
    channel: str
    market: str
    name: str


@dataclass(frozen=True)
class OwnPerson:
    """Somebody of the household, with how much is hers. language None: that of her browser.

    sales: sold or reserved, without those that were cancelled. sees_household: a member who may look at everything;
    signs_in: she has a password; has_code: and a second factor.
    """

    id: int
    name: str
    role: Role
    language: Language | None
    is_removed: bool
    accounts: tuple[Account, ...]
    listings: int
    sales: int
    sees_household: bool = False
    signs_in: bool = False
    has_code: bool = False


@dataclass(frozen=True)
class AccountChange:
    """How an account is to be: what it is called, and whose it is (None: nobody's any more)."""

    name: str
    person_id: int | None


@dataclass(frozen=True)
class PersonChange:
    """How a person is to be, with her accounts ({number: how}); new_account: a login of hers that is to be added."""

    name: str
    role: Role
    language: Language | None
    accounts: Mapping[int, AccountChange] = field(default_factory=dict)
    new_account: str = ""
    new_market: str = "it"
