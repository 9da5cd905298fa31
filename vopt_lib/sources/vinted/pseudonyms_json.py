"""This is where people are taken out of a JSON answer, whatever its shape.

A user object, wherever it stands, keeps only `id` (the pseudonym) and `business`. Keys that hold a person's id keep the
pseudonym; keys that hold a login, a profile address, a portrait, feedback or a buyer are removed. What is known of the
people of an answer is then searched for in its free text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from vopt_lib.sources.vinted.pseudonyms import HASH_BYTES, Pseudonyms


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
    "login username user_name user_login seller_login seller_name member_login owner_login owner_name nickname "
    "screen_name profile_name"
)
PROFILE_KEYS = _spellings(
    "profile_url user_url seller_url member_url profile_path share_profile_url profile_link path_to_profile"
)
REMOVED_KEYS = _spellings(
    "avatar avatar_url portrait profile_photo profile_picture user_photo seller_photo user_avatar seller_avatar "
    "real_name full_name first_name last_name family_name given_name email phone phone_number telephone "
    "buyer buyers buyer_id buyer_ids buyer_login buyer_name feedback feedbacks feedback_list user_feedbacks reviews "
    "last_loged_on last_loged_on_ts last_logged_on_ts anon_id"
)
PERSONAL_KEYS = PERSON_KEYS | ID_KEYS | LOGIN_KEYS | PROFILE_KEYS | REMOVED_KEYS

_LISTING_KEYS = frozenset({"title", "price", "item_box", "itemBox"})
_HOLDER_KEYS = frozenset({"items", "item", "data"})
_NAMING_KEYS = LOGIN_KEYS | PROFILE_KEYS
_SUSPECT_KEYS = PERSONAL_KEYS | {"@type", "name"}
_SEARCH_PERSON = {"id", "login", "business"}
_PERSON_TYPES = ("Person", "ProfilePage")
_PERSON_BLOCKS = (
    "user_info",
    "user_info_header",
    "user_short_info",
    "seller_info",
    "user_item_badges",
    "other_user_items",
)
_HASH = re.compile(rf"[0-9a-f]{{{2 * HASH_BYTES}}}")
_WORD = re.compile(r"[A-Za-z0-9_]+")
_WORDS_ONLY = bytes(code if _WORD.match(chr(code)) else ord(" ") for code in range(256))
_MEMBER = re.compile(r"/member/(\d+)(?:-([^/?&#\s\"'<>\\]+))?")
_TERMS = """
content_source currency currency_code currencyCode type status state size_title brand_title first_line second_line
firstLine secondLine code dominant_color dominant_color_opaque orientation @type @context
"""
_TERM_KEYS = frozenset(_TERMS.split())
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
        self.portraits: set[str] = set()

    def clean(self, node: Any) -> None:
        """Clean node and everything below it."""
        containers = [node]
        add, is_harmless = containers.append, _SUSPECT_KEYS.isdisjoint
        for container in containers:  # grows while it is walked: twice as fast as calling itself
            if container.__class__ is dict:
                if not is_harmless(container):
                    self._clean_object(container, _SUSPECT_KEYS.intersection(container))
                container = container.values()
            for value in container:
                kind = value.__class__
                if kind is str:
                    continue
                if kind is dict or kind is list:
                    add(value)

    def clean_texts(self, node: Any) -> None:
        """Replace the known people in every text below node (an object or array), after all of it was cleaned."""
        named = frozenset(long_names(self.known))
        pattern = name_pattern(named)
        containers = [node]
        for container in containers:
            places: Any = container.items() if isinstance(container, dict) else enumerate(container)
            for key, value in list(places):
                if isinstance(value, dict | list):
                    containers.append(value)
                elif isinstance(value, str) and key not in _TERM_KEYS:
                    container[key] = self._clean_text(value, pattern)
                elif value.__class__ is int and str(value) in named:
                    container[key] = self.known[str(value)]

    def knows_of_any(self, text: str) -> bool:
        """Whether a known person may be named in text, or a profile address stands there. Quick; errs towards yes."""
        if "/member" in text:
            return True
        words = {_longest_word(name) for name in long_names(self.known)}
        return not words.isdisjoint(text.encode().translate(_WORDS_ONLY).split())

    def knows(self, person_id: object, *names: str | None) -> None:
        """Remember a person by id (or login) and by the names she goes by."""
        found = self.pseudonym(person_id)
        self.known |= {name: found for name in names if name}

    def address(self, text: str) -> str:
        """Pseudonyms.address."""
        return self._pseudonyms.address(text)

    def person(self, person: Any) -> dict[str, Any] | None:
        """What is kept of a user object (or of an id or login in its place)."""
        if person.__class__ is dict and person.keys() == _SEARCH_PERSON and person["id"].__class__ is int:
            return self._person_of_search(person)
        if not isinstance(person, dict):
            return {"id": self.pseudonym(person)} if _is_scalar(person) else None
        identity = self._identity(person)
        self.portraits |= set(_links(person))
        kept: dict[str, Any] = {} if identity is None else {"id": self.pseudonym(identity)}
        business = person.get("business", person.get("is_business", person.get("isBusiness")))
        return {**kept, "business": business} if isinstance(business, bool) else kept

    def _person_of_search(self, person: dict[str, Any]) -> dict[str, Any]:
        """The same for the three keys of today's search results, which are nearly all that is ever read."""
        found = self.pseudonym(person["id"])
        if person["login"].__class__ is str:
            self.known[person["login"]] = found
        return {"id": found, "business": person["business"] if isinstance(person["business"], bool) else None}

    def pseudonym(self, value: Any) -> str:
        """The pseudonym of an id or login, which is then known."""
        found = self._hashes.get(value)
        if found is None:
            text = str(value)
            is_done = value is text and _HASH.fullmatch(text)
            found = self._hashes[value] = text if is_done else self._pseudonyms.seller(text)
            self.known[text] = found
        return found

    def _identity(self, person: dict[str, Any]) -> Any:
        """The id of a user object, else what its profile address says, else its login; all of them become known."""
        names = [value for key, value in person.items() if key in LOGIN_KEYS or key in ("name", "@id")]
        links = [value for key, value in person.items() if key in PROFILE_KEYS or key in ("url", "path")]
        profiles = [profile for link in links if isinstance(link, str) for profile in _MEMBER.finditer(link)]
        ids = [person[key] for key in ("id", *sorted(ID_KEYS & person.keys())) if person.get(key) is not None]
        ids += [profile[1] for profile in profiles]
        names += [profile[2] for profile in profiles if profile[2]]
        scalars = [value for value in (*ids, *names) if _is_scalar(value)]
        if not scalars:
            return None
        found = self.pseudonym(scalars[0])
        self.known |= {str(value): found for value in scalars}
        return scalars[0]

    def _clean_object(self, node: dict[str, Any], suspect: Collection[str]) -> None:
        """Clean what an object itself says of people. Needs: suspect, those of its keys that may tell of people."""
        if self._is_person(node, suspect):
            kept = self.person(node) or {}
            node.clear()
            node.update(kept)
            return
        if "name" in suspect and str(node["name"]) in _PERSON_BLOCKS and isinstance(node.get("data"), dict):
            node["data"] = self.person(node["data"])
        if self._is_closet(node, suspect):
            node["id"] = self._scalar(node["id"])
        for key in suspect:
            if key in PERSON_KEYS:
                node[key] = _each(self.person, node[key])
            elif key in ID_KEYS:
                node[key] = _each(self._scalar, node[key])
            elif key in PERSONAL_KEYS:
                self._remember(key, node.pop(key))

    def _is_person(self, node: dict[str, Any], suspect: Collection[str]) -> bool:
        if "@type" in suspect and str(node["@type"]) in _PERSON_TYPES:
            return True
        return self._is_closet(node, suspect) and _HOLDER_KEYS.isdisjoint(node)

    def _is_closet(self, node: dict[str, Any], suspect: Collection[str]) -> bool:
        """A person, perhaps with her listings: its id is hers."""
        return not _NAMING_KEYS.isdisjoint(suspect) and "id" in node and _LISTING_KEYS.isdisjoint(node)

    def _scalar(self, value: Any) -> Any:
        return self.pseudonym(value) if _is_scalar(value) else None

    def _remember(self, key: str, value: Any) -> None:
        if isinstance(value, str) and key in LOGIN_KEYS and value:
            self.pseudonym(value)
        for profile in _MEMBER.finditer(value) if isinstance(value, str) else ():
            self.known |= {name: self.pseudonym(profile[1]) for name in profile.groups() if name}

    def _clean_text(self, text: str, pattern: re.Pattern[str] | None) -> str:
        text = self._pseudonyms.address(text)
        return pattern.sub(lambda found: self.known[found[0]], text) if pattern else text


def name_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds these names as whole words; None when none is long enough to be told from a word."""
    long = sorted(long_names(names), key=lambda name: (-len(name), name))
    if not long:
        return None
    return re.compile(r"(?<![A-Za-z0-9_])(?:" + "|".join(map(re.escape, long)) + r")(?![A-Za-z0-9_])")


def long_names(names: Iterable[str]) -> list[str]:
    """The names that can be searched for in free text."""
    return [name for name in names if len(name) >= (SHORTEST_ID if name.isdigit() else SHORTEST_LOGIN)]


def _longest_word(name: str) -> bytes:
    """The part of a name that must stand as a word wherever the name stands; a space, which does, if there is none."""
    if name.isascii() and (name.isdigit() or name.isidentifier()):
        return name.encode()
    return max(_WORD.findall(name), key=len, default=" ").encode()


def _links(value: Any) -> list[str]:
    """The web addresses in a user object: portraits, in every size."""
    if isinstance(value, str):
        return [value] if value.startswith(("http://", "https://")) else []
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [link for entry in below for link in _links(entry)]


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _each(change: Any, value: Any) -> Any:
    return [change(entry) for entry in value] if isinstance(value, list) else change(value)
