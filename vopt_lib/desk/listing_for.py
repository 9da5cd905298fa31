"""This is where somebody of the household has photos looked at and a listing written: within her allowance, noted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from vopt_lib.desk.assistant import listens, without_models
from vopt_lib.desk.assistant_use import check_allowance, note_attempts
from vopt_lib.desk.catalogue_alike import catalogue_alike
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.listing_text import write_text
from vopt_lib.desk.photo_analysis import analyse
from vopt_lib.errors import AllowanceSpent
from vopt_lib.schema.assistant import Job
from vopt_lib.schema.listing_text import Facts, Written
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.photo_analysis import Analysis


def look_for(
    desk: Desk, member: Member, contents: Sequence[bytes], *, look: Callable[..., Analysis] = analyse, **how: Any
) -> Analysis:
    """What photos tell her: as `analyse`, without language models where none listens, or where her tokens of today are
    used up.

    Raises: PhotoError; ShopError.
    """
    found = look(_able(desk, member, "look"), contents, **how)
    note_attempts(desk, member, "look", found.attempts)
    return found


def write_for(desk: Desk, member: Member, facts: Facts, *, market: str = "it", **how: Any) -> Written:
    """A listing for her: as `write_text`, without language models where none listens, or where her tokens of today are
    used up.

    Raises: ShopError.
    """
    known = replace(facts, catalog_id=catalogue_alike(desk, facts.catalog_id, market=market))
    written = write_text(_able(desk, member, "write"), known, **how)
    note_attempts(desk, member, "write", written.attempts)
    return written


def _able(desk: Desk, member: Member, job: Job) -> Desk:
    """The desk; without language models where none listens, or she may use no more of them today."""
    if not listens(desk, job):
        return without_models(desk)
    try:
        check_allowance(desk, member)
    except AllowanceSpent:
        return without_models(desk)
    return desk
