"""This is where people are taken out of a JSON answer, whatever its shape.

A user object, wherever it stands, keeps only `id` (the pseudonym) and `business`. Keys that hold a person's id keep the
pseudonym; keys that hold a login, a profile address, a portrait, feedback or a buyer are removed. What is known of the
people of an answer is then searched for in its free text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import polars as pl

from vopt_lib.sources.vinted.pseudonyms import Pseudonyms


def _spellings(names: str) -> frozenset[str]:
    """snake_case, camelCase, PascalCase, kebab-case and UPPER_CASE of each name."""
    spelt = set()
    for name in names.split():
        head, *rest = name.split("_")
        camel = head + "".join(word.capitalize() for word in rest)
        spelt |= {name, camel, camel[:1].upper() + camel[1:], name.replace("_", "-"), name.upper()}
    return frozenset(spelt)


PERSON_KEYS = _spellings(
    "user users seller sellers owner owners member members author opposite_user user_info user_dto seller_info "
    "item_user current_user sender receiver recipient reviewer"
)
ID_KEYS = _spellings(
    "user_id seller_id owner_id member_id opposite_user_id sender_id receiver_id recipient_id author_id reviewer_id "
    "user_ids seller_ids member_ids"
)
LOGIN_KEYS = _spellings(
    "login username user_name user_login seller_login seller_name member_login owner_login owner_name nickname screen_name"
)
PROFILE_KEYS = _spellings("profile_url user_url seller_url member_url profile_path share_profile_url profile_link path_to_profile")
REMOVED_KEYS = _spellings(
    "avatar avatar_url portrait profile_photo profile_picture user_photo seller_photo user_avatar seller_avatar "
    "real_name full_name first_name last_name family_name given_name email phone phone_number telephone "
    "buyer buyers buyer_id buyer_ids buyer_login buyer_name feedback feedbacks feedback_list user_feedbacks reviews "
    "last_loged_on last_loged_on_ts last_logged_on_ts anon_id"
)
PERSONAL_KEYS = PERSON_KEYS | ID_KEYS | LOGIN_KEYS | PROFILE_KEYS | REMOVED_KEYS

_ITEM_KEYS = frozenset({"title", "price", "item_box", "itemBox", "items", "item", "data"})
_SUSPECT_KEYS = PERSONAL_KEYS | {"@type", "name"}
_PERSON_TYPES = ("Person", "ProfilePage")
_PERSON_BLOCKS = ("user_info", "user_info_header", "user_short_info", "seller_info", "user_item_badges", "other_user_items")
_MEMBER = re.compile(r"/member/(\d+)(?:-([^/?&#\s\"'<>\\]+))?")
_TERM_KEYS = frozenset(
    "content_source currency currency_code currencyCode type status state size_title brand_title first_line second_line "
    "firstLine secondLine code dominant_color dominant_color_opaque orientation @type @context".split()
)
"""Values of a closed vocabulary: a login that happens to be one of these words names nobody there."""

SHORTEST_LOGIN = 4
SHORTEST_ID = 5
"""Shorter logins and ids are not searched for in free text: they are ordinary words and numbers."""


class JsonCleaner:
    """Takes the people out of one parsed answer, in place, and remembers who they were until it is dropped."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self._hashes: dict[Any, str] = {}
        self.known: dict[str, str] = {}

    def clean(self, node: Any) -> None:
        """Clean everything below node."""
        if node.__class__ is dict:
            if not _SUSPECT_KEYS.isdisjoint(node):
                self._clean_block(node)
                self._clean_keys(node)
            for value in node.values():
                if value.__class__ is dict or value.__class__ is list:
                    self.clean(value)
        elif node.__class__ is list:
            for value in node:
                if value.__class__ is dict or value.__class__ is list:
                    self.clean(value)

    def clean_texts(self, node: Any) -> None:
        """Replace the known people in every text below node. Needs: `clean` before, of all the answer."""
        pattern = name_pattern(self.known)
        if isinstance(node, dict):
            for key, value in node.items():
                if not isinstance(value, str):
                    self.clean_texts(value)
                elif key not in _TERM_KEYS:
                    node[key] = self._clean_text(value, pattern)
        elif isinstance(node, list):
            for index, value in enumerate(node):
                node[index] = self._clean_text(value, pattern) if isinstance(value, str) else value
                self.clean_texts(value)

    def knows_of_any(self, text: str) -> bool:
        """Whether a known person, or a profile address, is named in text."""
        names = _long_names(self.known)
        return "/member" in text or bool(names and pl.Series([text]).str.contains_any(names)[0])

    def person(self, person: Any) -> dict[str, Any] | None:
        """What is kept of a user object (or of an id or login in its place)."""
        if not isinstance(person, dict):
            return None if person is None or isinstance(person, bool) else {"id": self.pseudonym(person)}
        identity = self._identity(person)
        kept: dict[str, Any] = {} if identity is None else {"id": self.pseudonym(identity)}
        business = person.get("business", person.get("is_business", person.get("isBusiness")))
        return {**kept, "business": business} if isinstance(business, bool) else kept

    def pseudonym(self, value: Any) -> str:
        """The pseudonym of an id or login, which is then known."""
        found = self._hashes.get(value)
        if found is None:
            found = self._hashes[value] = self._pseudonyms.seller(value)
            self.known[str(value)] = found
        return found

    def _identity(self, person: dict[str, Any]) -> Any:
        """The id of a user object, else what its profile address says, else its login; all of them become known."""
        names = [value for key, value in person.items() if key in LOGIN_KEYS or key in ("name", "@id")]
        profiles = [m for key, value in person.items() if key in PROFILE_KEYS | {"url", "path"} for m in _MEMBER.finditer(str(value))]
        ids = [person[key] for key in ("id", *sorted(ID_KEYS & person.keys())) if person.get(key) is not None]
        ids += [profile[1] for profile in profiles]
        names += [profile[2] for profile in profiles if profile[2]]
        scalars = [value for value in (*ids, *names) if isinstance(value, str | int) and not isinstance(value, bool) and value != ""]
        if not scalars:
            return None
        found = self.pseudonym(scalars[0])
        self.known |= {str(value): found for value in scalars}
        return scalars[0]

    def _clean_keys(self, node: dict[str, Any]) -> None:
        if self._is_person(node):
            kept = self.person(node) or {}
            node.clear()
            node.update(kept)
            return
        for key in PERSONAL_KEYS.intersection(node):
            if key in PERSON_KEYS:
                node[key] = _each(self.person, node[key])
            elif key in ID_KEYS:
                node[key] = _each(self._scalar, node[key])
            else:
                self._remember(key, node.pop(key))

    def _is_person(self, node: dict[str, Any]) -> bool:
        named = not (LOGIN_KEYS | PROFILE_KEYS).isdisjoint(node)
        return named and "id" in node and _ITEM_KEYS.isdisjoint(node)

    def _scalar(self, value: Any) -> Any:
        return self.pseudonym(value) if isinstance(value, str | int) and not isinstance(value, bool) else None

    def _remember(self, key: str, value: Any) -> None:
        if isinstance(value, str) and key in LOGIN_KEYS and value:
            self.pseudonym(value)
        for profile in _MEMBER.finditer(value) if isinstance(value, str) else ():
            self.known |= {name: self.pseudonym(profile[1]) for name in profile.groups() if name}

    def _clean_block(self, node: dict[str, Any]) -> None:
        """Persons that are told by a type: JSON-LD, and the plug-ins of an item page."""
        if node.get("@type") in _PERSON_TYPES:
            kept = self.person(node) or {}
            node.clear()
            node.update(kept)
        elif node.get("name") in _PERSON_BLOCKS and isinstance(node.get("data"), dict):
            node["data"] = self.person(node["data"])

    def _clean_text(self, text: str, pattern: re.Pattern[str] | None) -> str:
        text = self._pseudonyms.address(text)
        return pattern.sub(lambda found: self.known[found[0]], text) if pattern else text


def name_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds these names as whole words; None when none is long enough to be told from a word."""
    long = sorted(_long_names(names), key=lambda name: (-len(name), name))
    if not long:
        return None
    return re.compile(r"(?<![A-Za-z0-9_])(?:" + "|".join(map(re.escape, long)) + r")(?![A-Za-z0-9_])")


def _long_names(names: Iterable[str]) -> list[str]:
    return [name for name in names if len(name) >= (SHORTEST_ID if name.isdigit() else SHORTEST_LOGIN)]


def _each(change: Any, value: Any) -> Any:
    return [change(entry) for entry in value] if isinstance(value, list) else change(value)
