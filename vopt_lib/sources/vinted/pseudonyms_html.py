"""This is where people are taken out of HTML pages and RSC answers.

First every JSON value in the page is cleaned as JSON answers are; then all that became known of people (and every
profile link, id and login key at any depth of quoting) is replaced wherever it stands in the page.
"""

from __future__ import annotations

import json
import re
from typing import Any

from vopt_lib.sources.vinted.decode import whole
from vopt_lib.sources.vinted.parse_flight import PUSH, flight_text, islands, with_values
from vopt_lib.sources.vinted.pseudonyms import HASH_BYTES, Pseudonyms
from vopt_lib.sources.vinted.pseudonyms_json import ID_KEYS, LOGIN_KEYS, JsonCleaner, long_names, name_pattern

_SCRIPT_JSON = re.compile(
    r"(<script\b[^>]*\bapplication/(?:ld\+)?json\b[^>]*>)(.*?)(</script>)", re.DOTALL | re.IGNORECASE
)
_MEMBER_LINK = re.compile(r"(<a\b[^>]*?/member/[^>]*>)(.*?)(</a>)", re.DOTALL | re.IGNORECASE)
_MEMBER = re.compile(r"/members?/(\d+)(?:-([^/?&#\s\"'<>\\]+))?")
_PERSON_ARGUMENT = re.compile(r"[?&](?:amp;)?(?:user_id|seller_id|member_id|receiver_id)=(\d+)")
_NAME_ELEMENT = re.compile(
    r"(data-testid=\"[^\"]*(?:username|owner-name|seller-name|user-name|user-login)[^\"]*\"[^>]*>)([^<]+)",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_KEYED = re.compile(
    r"(?P<quote>\\*[\"'])(?P<key>" + "|".join(sorted(ID_KEYS | LOGIN_KEYS, key=len, reverse=True)) + r")(?P=quote)"
    r"(?P<colon>\s*:\s*)(?:(?P<number>\d+)|(?P=quote)(?P<text>[^\"'\\]+)(?P=quote))"
)
_HASH = re.compile(rf"[0-9a-f]{{{2 * HASH_BYTES}}}")


def clean_page(page: str, pseudonyms: Pseudonyms) -> str:
    """The page without people. The pieces of its flight text are joined in the place of the first."""
    cleaner = JsonCleaner(pseudonyms)
    flight = flight_text(page)
    _learn(page, cleaner)
    _learn(flight, cleaner)
    cleaned_flight = clean_flight(flight, cleaner)
    page = _SCRIPT_JSON.sub(lambda found: found[1] + _clean_script(found[2], cleaner) + found[3], page)
    page = _MEMBER_LINK.sub(r"\1\3", page)
    page = _NAME_ELEMENT.sub(lambda found: found[1] + cleaner.pseudonym(found[2].strip()), page)
    pushed = "self.__next_f.push([1,{}])".format(json.dumps(cleaned_flight, ensure_ascii=False).replace("</", "<\\/"))
    pieces = iter([pushed] if flight else [])
    page = PUSH.sub(lambda _: next(pieces, ""), page)
    return whole(clean_text(page, cleaner))


def clean_rsc(text: str, pseudonyms: Pseudonyms) -> str:
    """An RSC answer (flight text alone) without people."""
    cleaner = JsonCleaner(pseudonyms)
    _learn(text, cleaner)
    return whole(clean_text(clean_flight(text, cleaner), cleaner))


def clean_flight(text: str, cleaner: JsonCleaner) -> str:
    """A flight text without people in its JSON values."""
    found = islands(text)
    for island in found:
        cleaner.clean(island.value)
    for island in found:
        cleaner.clean_texts(island.value)
    return with_values(text, found)


def clean_text(text: str, cleaner: JsonCleaner) -> str:
    """Any text without the people that are known, and without profile links and keys of people."""
    text = _KEYED.sub(lambda found: _keyed(found, cleaner), text)
    text = cleaner.address(text)
    for portrait in cleaner.portraits:
        text = text.replace(portrait, "").replace(portrait.replace("&", "&amp;"), "")
    present = [name for name in long_names(cleaner.known) if name in text]
    pattern = name_pattern(present)
    if pattern is None:
        return text
    text = _IMAGE.sub(lambda found: "" if pattern.search(found[0]) else found[0], text)
    return pattern.sub(lambda found: _in_place(found, cleaner.known[found[0]]), text)


def _learn(text: str, cleaner: JsonCleaner) -> None:
    """Everybody whom a text names in a way that can be recognised."""
    for profile in _MEMBER.finditer(text):
        cleaner.knows(profile[1], profile[2])
    for person in _PERSON_ARGUMENT.finditer(text):
        cleaner.knows(person[1])
    for found in _KEYED.finditer(text):
        cleaner.knows(found["number"] or found["text"])
    for found in _NAME_ELEMENT.finditer(text):
        cleaner.knows(found[2].strip())


def _keyed(found: re.Match[str], cleaner: JsonCleaner) -> str:
    value = found["number"] or found["text"]
    pseudonym = value if _HASH.fullmatch(value) else cleaner.known.get(value) or cleaner.pseudonym(value)
    quote = found["quote"]
    return f"{quote}{found['key']}{quote}{found['colon']}{quote}{pseudonym}{quote}"


def _in_place(found: re.Match[str], pseudonym: str) -> str:
    """The pseudonym; where a number stood as a JSON value, quoted as deeply as the key before it."""
    if found[0].isdigit():
        before = found.string[max(0, found.start() - 60) : found.start()]
        key = re.search(r"(\\*[\"'])[\w-]+\1\s*:\s*$", before)
        if key:
            return f"{key[1]}{pseudonym}{key[1]}"
        if re.search(r"[\[,]\s*$", before) and re.match(r"\s*[,\]]", found.string[found.end() : found.end() + 4]):
            return "0"
    return pseudonym


def _clean_script(text: str, cleaner: JsonCleaner) -> str:
    try:
        value: Any = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return text
    cleaner.clean(value)
    cleaner.clean_texts(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
