"""This is where the page of duplicates gets what it shows, and where what is pressed there is done and answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vopt_lib.desk import permission
from vopt_lib.desk.duplicates import ask_again, decide, duplicates
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.errors import VoptError
from vopt_lib.schema.duplicates_page import DECISIONS, DuplicatesMoment, DuplicatesPage
from vopt_lib.schema.searches import Told
from vopt_lib.schema.visitor import Visitor
from vopt_lib.words import N_, Words

ASK_AGAIN: Final = "ask-again"

_SAID: Final[Mapping[str, str]] = {
    "same": N_("Noted: it is the same. It stands below, with what you can do."),
    "different": N_("Noted: it is not the same. You are not asked again."),
    "later": N_("It comes back in a week."),
    ASK_AGAIN: N_("It waits for you again."),
}


def duplicates_page(desk: Desk, visitor: Visitor, moment: DuplicatesMoment) -> DuplicatesPage:
    """What waits for her, and what she decided; what stands in the way is its `trouble`."""
    try:
        found = duplicates(desk, member_of(desk, visitor))
        markets = {one.other.market for one in (*found.open, *found.decided) if not one.other.is_own}
        may_fetch = all(permission.is_given(desk, market) for market in markets)
    except VoptError as error:
        return DuplicatesPage(trouble=error)
    answers: list[tuple[str, str]] = [(name, visitor.words.say(label)) for name, label in DECISIONS.items()]
    acts: dict[str, list[tuple[str, str]]] = {one.key: answers for one in found.open}
    acts |= {one.key: [_again(visitor.words)] for one in found.decided}
    if moment.undo:
        acts[""] = [(ASK_AGAIN, visitor.words.say(N_("Undo")))]
    return DuplicatesPage(found, acts, may_fetch)


def press(desk: Desk, visitor: Visitor, act: str, key: str, *, moment: DuplicatesMoment) -> DuplicatesMoment:
    """Do this with these two (key "": with the last ones), and say what was done or why not."""
    meant = key or moment.undo
    try:
        member = member_of(desk, visitor)
        if act == ASK_AGAIN:
            ask_again(desk, member, meant)
        else:
            decide(desk, member, meant, act)
    except VoptError as error:
        return DuplicatesMoment(Told(visitor.words.error(error), "bad"), turn=moment.turn + 1)
    told = Told(visitor.words.say(_SAID[act]), "good")
    return DuplicatesMoment(told, "" if act == ASK_AGAIN else meant, moment.turn + 1)


def _again(words: Words) -> tuple[str, str]:
    return ASK_AGAIN, words.say(N_("Ask me again"))
