"""This is where the page of people gets what it shows, and where what is pressed there is done and answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop import people
from vopt_lib.desk.shop.erasing import OLD_BACKUPS
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.errors import UnknownPerson, VoptError
from vopt_lib.schema.own_people import AccountChange, OwnPerson, PersonChange
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.people_page import FormKind, PeopleMoment, PeoplePage
from vopt_lib.schema.searches import Act, Acts, Told
from vopt_lib.schema.visitor import Visitor
from vopt_lib.sources.vinted.site import LOCALES
from vopt_lib.words import N_, Words

Written = Mapping[str, Any]
"""What stands in the fields of the form."""

Done = tuple[str, Mapping[str, object]]
"""What was done: a sentence, and its facts."""

Goes = Callable[[PeopleMoment], PeopleMoment]
"""How the page's moment goes on."""


def people_page(desk: Desk, visitor: Visitor, moment: PeopleMoment) -> PeoplePage:
    """What she may see of the household; an admin with what can be pressed. Raises: ShopError."""
    by = member_of(desk, visitor)
    rows = people.people(desk, by)
    if not by.is_admin:
        return PeoplePage(rows, by.person_id, tuple(LOCALES), "none")
    of = next((one for one in rows if one.id == moment.of), None)
    form = moment.form if of else "add"
    acts = _acts(rows, form, visitor.words)
    return PeoplePage(rows, by.person_id, tuple(LOCALES), form, of, moment.draft, acts)


def trouble_of(desk: Desk, visitor: Visitor) -> VoptError | None:
    """Why the page cannot be shown; None: it can."""
    try:
        people_page(desk, visitor, PeopleMoment())
    except VoptError as trouble:
        return trouble
    return None


def press(desk: Desk, visitor: Visitor, act: str, thing: str) -> Goes:
    """Do this with this person, or begin to write about her."""
    form = _FORMS.get(act)
    if form:
        return lambda moment: PeopleMoment(None, form, int(thing), turn=moment.turn + 1)
    told = _answered(desk, visitor, lambda by: _ACTS[act](desk, by, int(thing)))
    return lambda moment: PeopleMoment(told, turn=moment.turn + 1)


def save(desk: Desk, visitor: Visitor, act: str, written: Written, *, page: PeoplePage) -> Goes:
    """Do what the form says. What is refused stays as it was written."""
    if act == "leave":
        return lambda moment: PeopleMoment(turn=moment.turn + 1)
    told = _answered(desk, visitor, lambda by: _SAVES[page.form](desk, by, page.of, written))
    if told.kind == "bad":
        return lambda moment: replace(moment, told=told, draft=dict(written), turn=moment.turn + 1)
    return lambda moment: PeopleMoment(told, turn=moment.turn + 1)


def _answered(desk: Desk, visitor: Visitor, do: Callable[[Member], Done]) -> Told:
    try:
        sentence, facts = do(member_of(desk, visitor))
    except VoptError as error:
        return Told(visitor.words.error(error), "bad")
    return Told(visitor.words.say(sentence, **facts), "good")


def _remove(desk: Desk, by: Member, person_id: int) -> Done:
    people.remove(desk, by, person_id)
    name = people.person_with(desk, by, person_id).name
    return N_("{name} is removed. What is hers stays, and she can come back."), {"name": name}


def _restore(desk: Desk, by: Member, person_id: int) -> Done:
    people.restore(desk, by, person_id)
    return N_("{name} is back."), {"name": people.person_with(desk, by, person_id).name}


def _add(desk: Desk, by: Member, of: OwnPerson | None, written: Written) -> Done:
    people.add(desk, by, written["name"], role=written["role"], language=written["language"])
    return N_("{name} belongs to your household now."), {"name": written["name"].strip()}


def _edit(desk: Desk, by: Member, of: OwnPerson | None, written: Written) -> Done:
    person = _known(of)
    accounts = {
        one.id: AccountChange(written[f"login {one.id}"], written[f"owner {one.id}"]) for one in person.accounts
    }
    wanted = PersonChange(
        written["name"], written["role"], written["language"], accounts, written["new_login"], written["new_market"]
    )
    people.change(desk, by, person.id, wanted)
    return N_("{name}: the changes are saved."), {"name": wanted.name.strip()}


def _erase(desk: Desk, by: Member, of: OwnPerson | None, written: Written) -> Done:
    person = _known(of)
    people.erase(desk, by, person.id, typed=written["typed"])
    return N_("{name} and all that was hers are erased. {backups}"), {"name": person.name, "backups": OLD_BACKUPS}


def _known(of: OwnPerson | None) -> OwnPerson:
    if of is None:
        raise UnknownPerson(name="", near="")
    return of


def _acts(rows: Iterable[OwnPerson], form: FormKind, words: Words) -> Acts:
    offered = {str(one.id): tuple(_acts_of(one, words)) for one in rows}
    label = {"add": N_("Add"), "edit": N_("Save"), "erase": N_("Erase for ever")}[form]
    leave = (("leave", words.say(N_("Leave it"))),) if form != "add" else ()
    return {**offered, "": ((f"{form}-surely", words.say(label)), *leave)}


def _acts_of(one: OwnPerson, words: Words) -> Iterator[Act]:
    if one.is_removed:
        yield "restore", words.say(N_("Bring back"))
    else:
        yield "edit", words.say(N_("Edit"))
        yield "remove", words.say(N_("Remove"))
    yield "erase", words.say(N_("Erase…"))


_FORMS: Mapping[str, FormKind] = {"edit": "edit", "erase": "erase"}
_ACTS: Mapping[str, Callable[[Desk, Member, int], Done]] = {"remove": _remove, "restore": _restore}
_SAVES: Mapping[FormKind, Callable[[Desk, Member, OwnPerson | None, Written], Done]] = {
    "add": _add,
    "edit": _edit,
    "erase": _erase,
}
