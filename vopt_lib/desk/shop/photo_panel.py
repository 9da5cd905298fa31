"""This is where what somebody presses at the photos of a thing of hers is done, and answered in a sentence.

A page tells it in words of its own: `move PHOTO PLACE` (0: the first), `turn PHOTO QUARTERS` (clockwise),
`delete PHOTO`, `back NUMBER` of a deleted one, `add UPLOAD …`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.photos_prepare import read_photo
from vopt_lib.desk.shop.deleted_photos import let_deleted_go
from vopt_lib.desk.shop.incoming_photos import take_photo_in
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.photos import remember_hints
from vopt_lib.desk.shop.uploads import claim, let_go
from vopt_lib.errors import UnknownPhoto, UploadNotKept, VoptError
from vopt_lib.files import reason
from vopt_lib.schema.inventory_page import Answered
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.searches import Kind, Told
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop import listings, photos
from vopt_lib.vision.cleaning import judged
from vopt_lib.words import N_

ADDED: Final = "add photo"
"""The deed under which a photo that she chose on the page is written down."""

_TOLD: Final = re.compile(r"(move|turn|delete|back|add)((?: [0-9a-f]{1,40}){1,50})", re.ASCII)


def press_photo(desk: Desk, visitor: Visitor, listing_id: int, told: str) -> Answered:
    """Do with the photos of a listing's thing what a page tells."""
    found = _TOLD.fullmatch(told)
    try:
        if found is None:
            raise UnknownPhoto
        act, given = found[1], found[2].split()
        if act == "add":
            return _add(desk, visitor, listing_id, given)
        return _DEEDS[act](desk, visitor, listing_id, _numbers(given, _NUMBERS[act]))
    except VoptError as error:
        return Answered(Told(visitor.words.error(error), "bad"))


def _move(desk: Desk, visitor: Visitor, listing_id: int, told: Sequence[int]) -> Answered:
    with _at_photos(desk, visitor, listing_id, "arrange photos") as (session, item):
        photos.move_photo(session, item, *told)
        place = next(number for number, photo in enumerate(item.photos, start=1) if photo.id == told[0])
    return _said(visitor, N_("The photo is number {n} now."), n=place)


def _turn(desk: Desk, visitor: Visitor, listing_id: int, told: Sequence[int]) -> Answered:
    with _at_photos(desk, visitor, listing_id, "turn photo") as (session, item):
        photos.turn_photo(session, item, *told)
    return _said(visitor, N_("The photo is turned."))


def _delete(desk: Desk, visitor: Visitor, listing_id: int, told: Sequence[int]) -> Answered:
    with _at_photos(desk, visitor, listing_id, "delete photo") as (session, item):
        gone = photos.delete_photo(session, item, *told)
    let_deleted_go(desk, shop_of(desk))
    said = visitor.words.say(N_("The photo is deleted. It can be brought back for a day."))
    return Answered(Told(said, "good"), photo=gone)


def _back(desk: Desk, visitor: Visitor, listing_id: int, told: Sequence[int]) -> Answered:
    with _at_photos(desk, visitor, listing_id, "bring photo back") as (session, item):
        photos.bring_photo_back(session, item, *told)
    return _said(visitor, N_("The photo is back in its place."))


def _add(desk: Desk, visitor: Visitor, listing_id: int, uploads: Sequence[str]) -> Answered:
    """Take in what she chose, one after the other; what is refused is told, and the others come all the same."""
    words, member, refused = visitor.words, member_of(desk, visitor), list[str]()
    for upload in uploads:
        file = claim(desk, member, upload)
        try:
            _take_in(desk, member, listing_id, file)
        except VoptError as error:
            refused.append(f"{file.name}: {words.error(error)}")
        finally:
            let_go(desk, member, upload)
    added = len(uploads) - len(refused)
    said = [words.count(N_("{n} photo was added."), N_("{n} photos were added."), added)] if added else []
    return Answered(Told(" ".join([*said, *refused]), _kind(added, len(refused))))


def _take_in(desk: Desk, member: Member, listing_id: int, file: Path) -> None:
    content = read_photo(file)
    try:
        hints = judged(content)
        sha256 = take_photo_in(desk, member, listing_id, content, deed=ADDED)
        remember_hints(desk.paths, sha256, hints)
    except OSError as error:
        raise UploadNotKept(why=reason(error)) from error


def _kind(added: int, refused: int) -> Kind:
    return "good" if not refused else "warn" if added else "bad"


@contextmanager
def _at_photos(desk: Desk, visitor: Visitor, listing_id: int, deed: str) -> Iterator[tuple[Any, Any]]:
    """A transaction of the shop, and the thing whose photos she may change."""
    member = member_of(desk, visitor)
    with shop_of(desk).writing(author_of(desk, member, deed)) as session:
        yield session, listings.find(session, member, listing_id).item


def _numbers(given: Sequence[str], wanted: int) -> list[int]:
    if len(given) != wanted or not all(one.isdecimal() and len(one) < 10 for one in given):
        raise UnknownPhoto
    return [int(one) for one in given]


def _said(visitor: Visitor, sentence: str, **facts: object) -> Answered:
    return Answered(Told(visitor.words.say(sentence, **facts), "good"))


_DEEDS: Final[Mapping[str, Callable[[Desk, Visitor, int, Sequence[int]], Answered]]] = {
    "move": _move,
    "turn": _turn,
    "delete": _delete,
    "back": _back,
}
_NUMBERS: Final = {"move": 2, "turn": 2, "delete": 1, "back": 1}
