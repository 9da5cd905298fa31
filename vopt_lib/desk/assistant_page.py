"""This is where the page of language models gets what it shows, and where what is pressed there is done."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from vopt_lib.assistant.ollama import OllamaBackend
from vopt_lib.desk.assistant_health import ask_again, health_of
from vopt_lib.desk.assistant_use import allowance, usage
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.model_fetching import begin_fetching, fetching
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.errors import VoptError
from vopt_lib.schema.assistant_page import AssistantMoment, AssistantNow, AssistantPage, Fetching, Health
from vopt_lib.schema.searches import Act, Told
from vopt_lib.schema.visitor import Visitor
from vopt_lib.words import N_, Words

DAYS: Final = 30
"""Days whose usage is shown."""


def first_moment(desk: Desk, told: Told | None = None) -> AssistantMoment:
    """What a page remembers when it is opened, or after a press."""
    return AssistantMoment(told, happening(desk).mark)


def assistant_page(desk: Desk, visitor: Visitor, moment: AssistantMoment) -> AssistantPage:
    """Everything the page shows; what stands in the way is its `trouble`."""
    health, told = health_of(desk), moment.told
    try:
        member = member_of(desk, visitor)
        used, left = usage(desk, member, DAYS), allowance(desk, member)
    except VoptError as error:
        return AssistantPage(health, told=told, trouble=error)
    acts = _acts(health, fetching(desk), visitor.words) if member.is_admin else {}
    return AssistantPage(health, used, left, member.is_admin, acts, told)


def happening(desk: Desk) -> AssistantNow:
    """What happens now. Cheap: an open page asks every second."""
    now, health = fetching(desk), health_of(desk, wait_s=0)
    asked = "" if health.states is None else str(hash(health.states))
    return AssistantNow(now, health.states is None, f"{asked} {now.model if now else ''} {bool(now and now.is_over)}")


def press(desk: Desk, visitor: Visitor, act: str, thing: str) -> AssistantMoment:
    """Do what was pressed; only who sees the whole household may, and is told so."""
    words = visitor.words
    try:
        may_change = member_of(desk, visitor).is_admin
    except VoptError as error:
        return first_moment(desk, Told(words.error(error), "bad"))
    if not may_change:
        told = Told(words.say(N_("Only an admin of the household can fetch models.")), "bad")
        return first_moment(desk, told)
    if act == "fetch":
        begin_fetching(desk, thing)
    else:
        ask_again(desk)
    return first_moment(desk)


def noticed(moment: AssistantMoment, mark: str) -> AssistantMoment:
    """The same moment after the page was drawn for what this mark stands for."""
    return replace(moment, seen=mark)


def _acts(health: Health, now: Fetching | None, words: Words) -> dict[str, tuple[Act, ...]]:
    """Fetch what is missing, one at a time; ask anew how they are."""
    acts: dict[str, tuple[Act, ...]] = {"": (("again", words.say(N_("Look again"))),)}
    if now is not None and not now.is_over:
        return acts
    for state in health.states or ():
        missing = state.wanted if state.name == OllamaBackend.name and state.trouble is None else ()
        acts |= {one.name: (("fetch", words.say(N_("Fetch"))),) for one in missing if one.here is None}
    return acts
