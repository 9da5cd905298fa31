"""This is where the people of the household are told and changed: each change by somebody, and written down as hers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop import erasing
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.errors import UnknownPerson
from vopt_lib.schema.own_people import Account, OwnPerson, PersonChange
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.visitor import Role
from vopt_lib.shop import people as room
from vopt_lib.words import Language

Result = TypeVar("Result")


def people(desk: Desk, by: Member) -> tuple[OwnPerson, ...]:
    """Whom she may see, those removed included: an admin everybody, a member herself."""
    with shop_of(desk).reading() as session:
        return room.people_of(session, by)


def person_called(desk: Desk, by: Member, name: str) -> OwnPerson:
    """The person of this name, or the only one whose name begins so; one who is there before one who was removed.

    Raises: UnknownPerson, with those there are.
    """
    everybody, asked = people(desk, by), name.strip().casefold()
    for known in ([one for one in everybody if not one.is_removed], everybody):
        exact = [one for one in known if one.name.casefold() == asked]
        fitting = exact or [one for one in known if asked and one.name.casefold().startswith(asked)]
        if len(fitting) == 1:
            return fitting[0]
    raise UnknownPerson(name=name, near=", ".join(one.name for one in everybody))


def person_with(desk: Desk, by: Member, person_id: int) -> OwnPerson:
    """The person with this number. Raises: UnknownPerson, also for one whom she may not see."""
    everybody = people(desk, by)
    for one in everybody:
        if one.id == person_id:
            return one
    raise UnknownPerson(name=str(person_id), near=", ".join(one.name for one in everybody))


def account_called(desk: Desk, by: Member, name: str) -> Account:
    """The account of this name. Raises: UnknownAccount, with those there are."""
    with shop_of(desk).reading() as session:
        return room.account_named(session, by, name)


def add(desk: Desk, by: Member, name: str, *, role: Role = "member", language: Language | None = None) -> int:
    """Somebody new. Returns: her number. Raises: NotAllowed; NameTaken; NameUnusable."""
    return _do(desk, by, "add person", room.add_person, name, role=role, language=language)


def rename(desk: Desk, by: Member, person_id: int, name: str) -> None:
    """Call her so. Raises: NotAllowed; UnknownPerson; NameTaken; NameUnusable."""
    _do(desk, by, "rename person", room.rename_person, person_id, name)


def give_role(desk: Desk, by: Member, person_id: int, role: Role) -> None:
    """Let her change everything, or her own only. Raises: NotAllowed; UnknownPerson; LastAdmin."""
    _do(desk, by, "change role", room.give_role, person_id, role)


def share(desk: Desk, by: Member, person_id: int, is_seen: bool) -> None:
    """Let a member look at what the whole household has (`onlooker_of`), and change her own only; or no more.

    Raises: NotAllowed; UnknownPerson.
    """
    _do(desk, by, "share" if is_seen else "share no more", room.share, person_id, is_seen)


def give_language(desk: Desk, by: Member, person_id: int, language: Language | None) -> None:
    """Let her read in this language. Raises: NotAllowed; UnknownPerson."""
    _do(desk, by, "change language", room.give_language, person_id, language)


def change(desk: Desk, by: Member, person_id: int, wanted: PersonChange) -> None:
    """Let a person and her accounts be as they are wanted: all of it or nothing.

    Raises: NotAllowed; UnknownPerson; UnknownAccount; UnknownMarket; LastAdmin; NameTaken; AccountTaken; NameUnusable.
    """
    desk.site(wanted.new_market)
    _do(desk, by, "change person", room.change_person, person_id, wanted, at=desk.clock.now())


def remove(desk: Desk, by: Member, person_id: int) -> None:
    """Put her aside; what is hers stays. Raises: NotAllowed; UnknownPerson; LastAdmin."""
    _do(desk, by, "remove person", room.remove_person, person_id, desk.clock.now())


def restore(desk: Desk, by: Member, person_id: int) -> None:
    """Bring her back. Raises: NotAllowed; UnknownPerson; NameTaken."""
    _do(desk, by, "restore person", room.restore_person, person_id)


def add_account(desk: Desk, by: Member, person_id: int, name: str, *, market: str = "it") -> None:
    """An account of hers on Vinted. Raises: NotAllowed; UnknownPerson; UnknownMarket; AccountTaken; NameUnusable."""
    site = desk.site(market)
    _do(desk, by, "add account", room.add_account, person_id, market=site.market, name=name)


def rename_account(desk: Desk, by: Member, account_id: int, name: str) -> None:
    """Her login there is called so now. Raises: NotAllowed; UnknownAccount; AccountTaken; NameUnusable."""
    _do(desk, by, "rename account", room.rename_account, account_id, name)


def move_account(desk: Desk, by: Member, account_id: int, person_id: int) -> None:
    """Give an account to somebody else, with what is on it. Raises: NotAllowed; UnknownAccount; UnknownPerson."""
    _do(desk, by, "move account", room.move_account, account_id, person_id)


def remove_account(desk: Desk, by: Member, account_id: int) -> None:
    """Put an account aside; what was sold on it stays. Raises: NotAllowed; UnknownAccount."""
    _do(desk, by, "remove account", room.remove_account, account_id, desk.clock.now())


def erase(desk: Desk, by: Member, person_id: int, *, typed: str) -> None:
    """Erase a person and all that is hers, for ever, when what was typed is her name.

    Raises: NotConfirmed; NotAllowed; UnknownPerson; LastAdmin; AlreadyRunning; ShopBusy.
    """
    erasing.erase(desk, shop_of(desk), by, person_id, typed=typed)


def _do(desk: Desk, by: Member, deed: str, act: Callable[..., Result], *given: Any, **named: Any) -> Result:
    """Change the shop as this person, in one transaction."""
    with shop_of(desk).writing(author_of(desk, by, deed)) as session:
        return act(session, by, *given, **named)
