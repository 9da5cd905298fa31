"""This is where the people of a household and their accounts are told and changed. Only an admin changes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select, true
from sqlalchemy.orm import Session

from vopt_lib.errors import AccountTaken, LastAdmin, NameTaken, NameUnusable, NotAllowed, UnknownAccount, UnknownPerson
from vopt_lib.schema.own_people import Account, OwnPerson, PersonChange
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.visitor import Role
from vopt_lib.shop.accounts import VINTED, name_account, new_account, stands_in
from vopt_lib.shop.credentials import known_with
from vopt_lib.shop.tables import ChannelAccount, Item, Listing, Order, Person, SignInLink
from vopt_lib.shop.web_sessions import end_sessions
from vopt_lib.words import LANGUAGES, Language

ERASED: Final = ""
"""The name of whoever was erased: the row stays, because the audit log points at it."""

MOST_LETTERS: Final = 60


def people_of(session: Session, member: Member) -> tuple[OwnPerson, ...]:
    """Whom she may see: an admin everybody who was not erased, a member herself."""
    hers = true() if member.is_admin else Person.id == member.person_id
    there = (Person.household_id == member.household_id, Person.name != ERASED, hers)
    accounts = _accounts(session, member)
    listings = _counted(session, Listing)
    sales = _counted(session, Order, Order.kind == "sale", Order.state != "cancelled")
    return tuple(
        OwnPerson(
            id=person.id,
            name=person.name,
            role="admin" if person.role == "admin" else "member",
            language=next((language for language in LANGUAGES if language == person.language), None),
            is_removed=person.deleted_at is not None,
            accounts=tuple(_account(one) for one in accounts if one.person_id == person.id),
            listings=listings.get(person.id, 0),
            sales=sales.get(person.id, 0),
            sees_household=person.sees_household,
            signs_in=bool(known_with(session, person.id).password),
            has_code=known_with(session, person.id).has_code,
        )
        for person in session.scalars(select(Person).where(*there).order_by(Person.id))
    )


def add_person(session: Session, by: Member, name: str, *, role: Role, language: Language | None) -> int:
    """Somebody new. Returns: her number. Raises: NotAllowed; NameTaken; NameUnusable."""
    must_be_admin(session, by)
    person = Person(household_id=by.household_id, name=_free_name(session, by, name), role=role, language=language)
    session.add(person)
    session.flush()
    return person.id


def rename_person(session: Session, by: Member, person_id: int, name: str) -> None:
    """Call her so. Raises: NotAllowed; UnknownPerson; NameTaken; NameUnusable."""
    must_be_admin(session, by)
    person = person_with(session, by, person_id)
    person.name = _free_name(session, by, name, besides=person_id)


def give_role(session: Session, by: Member, person_id: int, role: Role) -> None:
    """Let her change everything, or her own only. Raises: NotAllowed; UnknownPerson; LastAdmin."""
    must_be_admin(session, by)
    person = person_with(session, by, person_id)
    if role != "admin":
        must_not_be_last_admin(session, person)
    person.role = role


def share(session: Session, by: Member, person_id: int, is_seen: bool) -> None:
    """Let her look at what the whole household has, or no more. Raises: NotAllowed; UnknownPerson."""
    must_be_admin(session, by)
    person_with(session, by, person_id).sees_household = is_seen


def give_language(session: Session, by: Member, person_id: int, language: Language | None) -> None:
    """Let her read in this language. Raises: NotAllowed; UnknownPerson."""
    must_be_admin(session, by)
    person_with(session, by, person_id).language = language


def change_person(session: Session, by: Member, person_id: int, wanted: PersonChange, *, at: datetime) -> None:
    """Let her and her accounts be as they are wanted; what is so already is not touched.

    Raises: NotAllowed; UnknownPerson; UnknownAccount; LastAdmin; NameTaken; AccountTaken; NameUnusable.
    """
    rename_person(session, by, person_id, wanted.name)
    give_role(session, by, person_id, wanted.role)
    give_language(session, by, person_id, wanted.language)
    for account_id, how in wanted.accounts.items():
        if how.person_id is None:
            remove_account(session, by, account_id, at)
            continue
        rename_account(session, by, account_id, how.name)
        if how.person_id != person_id:
            move_account(session, by, account_id, how.person_id)
    if wanted.new_account.strip():
        add_account(session, by, person_id, market=wanted.new_market, name=wanted.new_account)


def remove_person(session: Session, by: Member, person_id: int, at: datetime) -> None:
    """Put her aside; what is hers stays, and she can come back. Her sessions end, and her links are good no more.

    Raises: NotAllowed; UnknownPerson; LastAdmin.
    """
    must_be_admin(session, by)
    person = person_with(session, by, person_id)
    must_not_be_last_admin(session, person)
    person.deleted_at = person.deleted_at or at
    end_sessions(session, person_id)
    session.execute(delete(SignInLink).where(SignInLink.person_id == person_id))


def restore_person(session: Session, by: Member, person_id: int) -> None:
    """Bring her back. Raises: NotAllowed; UnknownPerson; NameTaken, when somebody got her name meanwhile."""
    must_be_admin(session, by)
    person = person_with(session, by, person_id)
    person.name = _free_name(session, by, person.name, besides=person_id)
    person.deleted_at = None


def add_account(session: Session, by: Member, person_id: int, *, market: str, name: str) -> None:
    """An account of hers on Vinted; one that she had before comes back. Raises: NotAllowed; AccountTaken; …"""
    must_be_admin(session, by)
    person_with(session, by, person_id)
    login = _clean(name.strip().removeprefix("@"))
    known = _account_called(session, by, login)
    if known is None or stands_in(known):
        new_account(session, by.household_id, person_id, login=login, market=market)
    elif known.deleted_at is None or known.person_id != person_id:
        raise _taken(session, known)
    else:
        known.deleted_at, known.market = None, market


def rename_account(session: Session, by: Member, account_id: int, name: str) -> None:
    """Her login there is called so now. Raises: NotAllowed; UnknownAccount; AccountTaken; NameUnusable."""
    must_be_admin(session, by)
    account = account_with(session, by, account_id)
    login = _clean(name.strip().removeprefix("@"))
    known = _account_called(session, by, login)
    if known is not None and known.id != account_id and not stands_in(known):
        raise _taken(session, known)
    if account.name != login:
        name_account(session, account, login)


def move_account(session: Session, by: Member, account_id: int, person_id: int) -> None:
    """Give an account to somebody else, with all that was sold on it and the things that are listed on it alone.

    Raises: NotAllowed; UnknownAccount; UnknownPerson.
    """
    must_be_admin(session, by)
    account, to = account_with(session, by, account_id), person_with(session, by, person_id)
    on_it = select(Listing.item_id).where(Listing.account_id == account_id)
    elsewhere = select(Listing.item_id).where(Listing.account_id != account_id)
    of_hers = (Item.person_id == account.person_id, Item.id.in_(on_it), Item.id.not_in(elsewhere))
    for item in session.scalars(select(Item).where(*of_hers)):
        item.person_id = to.id
    account.person_id = to.id


def remove_account(session: Session, by: Member, account_id: int, at: datetime) -> None:
    """Put an account aside; what was listed and sold on it stays. Raises: NotAllowed; UnknownAccount."""
    must_be_admin(session, by)
    account_with(session, by, account_id).deleted_at = at


def must_be_admin(session: Session, by: Member) -> None:
    """Let an admin pass, as she is in the database now. Raises: NotAllowed, with whom to ask."""
    admins = session.scalars(select(Person).where(*_admins(by.household_id)).order_by(Person.id)).all()
    if by.person_id not in [person.id for person in admins]:
        raise NotAllowed(admins=", ".join(person.name for person in admins))


def must_not_be_last_admin(session: Session, person: Person) -> None:
    """Let it pass when another admin stays. Raises: LastAdmin."""
    others = select(func.count(Person.id)).where(*_admins(person.household_id), Person.id != person.id)
    if person.role == "admin" and person.deleted_at is None and not session.scalar(others):
        raise LastAdmin(name=person.name)


def person_with(session: Session, by: Member, person_id: int) -> Person:
    """The person with this number, also one that was removed. Raises: UnknownPerson."""
    person = session.get(Person, person_id)
    if person is None or person.household_id != by.household_id or person.name == ERASED:
        raise UnknownPerson(name=str(person_id), near=", ".join(one.name for one in people_of(session, by)))
    return person


def account_with(session: Session, by: Member, account_id: int) -> ChannelAccount:
    """The account with this number. Raises: UnknownAccount."""
    account = session.get(ChannelAccount, account_id)
    if account is None or account.household_id != by.household_id or account.deleted_at is not None:
        raise UnknownAccount(name=str(account_id), near=_names(_accounts(session, by)))
    return account


def account_named(session: Session, by: Member, name: str) -> Account:
    """The account of this name. Raises: UnknownAccount, with those there are."""
    there, asked = _accounts(session, by), name.strip().removeprefix("@").casefold()
    fitting = [one for one in there if one.name.casefold() == asked]
    if len(fitting) != 1:
        raise UnknownAccount(name=name, near=_names(there))
    return _account(fitting[0])


def _admins(household_id: int) -> tuple[ColumnElement[bool], ...]:
    return Person.household_id == household_id, Person.role == "admin", Person.deleted_at.is_(None)


def _accounts(session: Session, member: Member) -> list[ChannelAccount]:
    """The accounts that she may see."""
    hers = true() if member.is_admin else ChannelAccount.person_id == member.person_id
    there = (ChannelAccount.household_id == member.household_id, ChannelAccount.deleted_at.is_(None), hers)
    return list(session.scalars(select(ChannelAccount).where(*there).order_by(ChannelAccount.id)))


def _account(row: ChannelAccount) -> Account:
    return Account(row.id, row.channel, row.market, row.name)


def _names(accounts: Iterable[ChannelAccount]) -> str:
    return ", ".join(one.name for one in accounts)


def _counted(session: Session, kind: type[Listing | Order], *which: ColumnElement[bool]) -> dict[int, int]:
    """{person: how many of them are on her accounts}."""
    counted = (
        select(ChannelAccount.person_id, func.count())
        .join_from(kind, ChannelAccount, kind.account_id == ChannelAccount.id)
        .where(kind.deleted_at.is_(None), *which)
        .group_by(ChannelAccount.person_id)
    )
    return dict(session.execute(counted).all())


def _free_name(session: Session, by: Member, name: str, *, besides: int | None = None) -> str:
    """The name, fit to be shown, when nobody else has it. Raises: NameTaken; NameUnusable."""
    clean = _clean(name)
    there = select(Person).where(Person.household_id == by.household_id, Person.deleted_at.is_(None))
    if any(one.id != besides and one.name.casefold() == clean.casefold() for one in session.scalars(there)):
        raise NameTaken(name=clean)
    return clean


def _clean(name: str) -> str:
    """A name without blanks around it. Raises: NameUnusable."""
    clean = " ".join(name.split())
    if not 1 <= len(clean) <= MOST_LETTERS or not clean.isprintable():
        raise NameUnusable(name=clean[:MOST_LETTERS], most=MOST_LETTERS)
    return clean


def _account_called(session: Session, by: Member, login: str) -> ChannelAccount | None:
    """The account on Vinted with this login, also one that was put aside."""
    there = select(ChannelAccount).where(
        ChannelAccount.household_id == by.household_id, ChannelAccount.channel == VINTED
    )
    return next((one for one in session.scalars(there) if one.name.casefold() == login.casefold()), None)


def _taken(session: Session, account: ChannelAccount) -> AccountTaken:
    person = session.get_one(Person, account.person_id)
    return AccountTaken(name=account.name, person=person.name)
