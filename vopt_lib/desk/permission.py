"""This is where the owner allows vopt to visit the real marketplace, or takes that back."""

from __future__ import annotations

import getpass

from vopt_lib.desk.instance import Desk
from vopt_lib.errors import ConsentNeeded
from vopt_lib.sources.vinted import consent
from vopt_lib.words import N_, Words


def heading(desk: Desk, market: str, words: Words) -> str:
    """The line above the conditions, in the reader's language."""
    return words.say(N_("Before vopt visits {host}:"), host=desk.site(market).name)


def conditions(words: Words) -> list[str]:
    """What she agrees to, point by point, in the reader's language."""
    return [words.say(sentence) for sentence in consent.consent_text()]


def accept(desk: Desk, market: str) -> None:
    """Remember that the owner agrees."""
    site = desk.site(market)
    consent.accept(desk.paths.host_state(site.host), site.host, desk.clock.now(), _who())


def withdraw(desk: Desk, market: str) -> None:
    """Remember that the owner no longer agrees: the next request is refused."""
    site = desk.site(market)
    consent.withdraw(desk.paths.host_state(site.host), site.host, desk.clock.now(), _who())


def is_given(desk: Desk, market: str) -> bool:
    """Whether this market may be visited: agreed to, or a simulator that needs no consent."""
    site = desk.site(market)
    return not site.is_real or consent.is_accepted(desk.paths.host_state(site.host), site.host)


def demand(desk: Desk, market: str) -> None:
    """Let this market pass if it may be visited. Raises: ConsentNeeded."""
    if not is_given(desk, market):
        raise ConsentNeeded(host=desk.site(market).name)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "owner"
