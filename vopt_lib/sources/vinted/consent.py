"""This is where the owner allows vopt to visit a real marketplace, or takes that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from vopt_lib.files import write_json
from vopt_lib.sources.vinted.state import moment, remembered
from vopt_lib.words import N_

TEXT_VERSION = 2
"""Raised whenever the text says something new: then it must be accepted again."""


@dataclass(frozen=True)
class Decision:
    """One decision of the owner's: who took it, when, about which version of the text."""

    what: Literal["accepted", "withdrawn"]
    host: str
    who: str
    at: datetime
    text_version: int


def consent_text() -> tuple[str, ...]:
    """What the owner agrees to, as plain sentences (message ids) in reading order."""
    return (
        N_("vopt will read public pages of Vinted from this computer, as a visitor who is not logged in."),
        N_("vopt is not affiliated with Vinted. Vinted offers no public interface for this and may object to it."),
        N_(
            "It asks slowly: one request at a time, 10 to 20 seconds apart unless you set it otherwise,"
            " never less than 3 seconds apart and never more than 100 requests and 20 pages of single listings an hour."
        ),
        N_(
            "It reads only what you follow, and never an address that the site asks programs not to visit (robots.txt)."
        ),
        N_(
            "It never logs in, never uses your account or another network address, and never solves a test for humans."
            " When the site objects, vopt stops by itself for 6 hours, the next time for 24 hours, and tells you why."
        ),
        N_(
            "It stores what listings show (title, brand, size, condition, prices, favourites, photo addresses)"
            " in its data folder on this computer. Titles and descriptions are removed after 180 days."
        ),
        N_(
            "Where photos are compared (`vopt embed`), it also fetches the leading photo of listings, as slowly,"
            " and keeps a small copy of it on this computer for 180 days."
        ),
        N_("Sellers' names and numbers are replaced by codes before anything is stored; buyers are never stored."),
        N_("Using it is your decision and your responsibility: read Vinted's terms and conditions first."),
        N_("You can take this permission back at any time with `vopt consent --withdraw`; what was collected stays."),
    )


def accept(state: Path, host: str, now: datetime, who: str) -> Decision:
    """Record that the owner agrees to the present text, for a marketplace (Site.host) and all its countries."""
    return _decide(state, Decision("accepted", host, who, now, TEXT_VERSION))


def withdraw(state: Path, host: str, now: datetime, who: str) -> Decision:
    """Record that the owner no longer agrees: the next request is refused."""
    return _decide(state, Decision("withdrawn", host, who, now, TEXT_VERSION))


def is_accepted(state: Path, host: str) -> bool:
    """Whether the owner's last decision about this marketplace was to agree to the present text."""
    taken = [decision for decision in decisions(state) if decision.host == host]
    return bool(taken) and taken[-1].what == "accepted" and taken[-1].text_version == TEXT_VERSION


def decisions(state: Path) -> tuple[Decision, ...]:
    """Every decision taken so far, oldest first."""
    with remembered(_file(state)) as kept:
        return tuple(Decision(**{**plain, "at": moment(plain["at"])}) for plain in kept.get("decisions", ()))


def _decide(state: Path, decision: Decision) -> Decision:
    taken = (*decisions(state), decision)
    write_json(_file(state), {"decisions": [{**vars(each), "at": each.at.isoformat()} for each in taken]})
    return decision


def _file(state: Path) -> Path:
    return state / "consent.json"
