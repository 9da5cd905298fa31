"""This is where a site's robots.txt is read and obeyed (RFC 9309).

The standard library's parser knows no wildcards and lets the first rule win; Vinted's file uses wildcards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from vopt_lib.files import write_json
from vopt_lib.sources.vinted.state import read_moment, remembered

PRODUCT = "vopt"
KEPT_FOR = timedelta(hours=24)
STALE_FOR = timedelta(days=30)
"""Read once a day (RFC 9309 §2.4); while it cannot be read, an older copy counts for 30 days (§2.3.1.4)."""

TRIED_AGAIN_AFTER = timedelta(hours=1)
"""How long a host is left alone that did not show its robots.txt, while there is an older copy to go by."""

SIZE_LIMIT = 500 * 1024
"""Bytes that must be parsed (RFC 9309 §2.5)."""


@dataclass(frozen=True)
class Rule:
    """One line of a robots.txt: paths that fit the pattern are allowed or not."""

    pattern: str
    is_allowed: bool

    def fits(self, path: str) -> bool:
        """Whether the pattern (with `*` for anything and `$` for the end) matches the path from its start.

        Both are compared decoded, so that `[` and `%5B` are the same.
        """
        is_anchored = self.pattern.endswith("$")
        first, *rest = [unquote(piece) for piece in self.pattern.removesuffix("$").split("*")]
        if not path.startswith(first):
            return False
        if not rest:
            return not is_anchored or len(path) == len(first)
        reached = len(first)
        for piece in rest[:-1]:
            found = path.find(piece, reached)
            if found < 0:
                return False
            reached = found + len(piece)
        if is_anchored:
            return path.endswith(rest[-1]) and len(path) - len(rest[-1]) >= reached
        return path.find(rest[-1], reached) >= 0


@dataclass(frozen=True)
class Robots:
    """What a site asks programs not to visit."""

    rules: tuple[Rule, ...]

    @classmethod
    def parse(cls, text: str) -> Robots:
        """The rules for vopt: those of a group that names it, else those for everybody (`*`)."""
        groups: dict[str, list[Rule]] = {}
        named: list[str] = []
        is_open = False
        for line in text.removeprefix("\ufeff")[:SIZE_LIMIT].splitlines():
            key, _, value = (part.strip() for part in line.partition("#")[0].partition(":"))
            match key.casefold():
                case "user-agent":
                    named = [*named, value.casefold()] if is_open else [value.casefold()]
                    is_open = True
                    groups.setdefault(value.casefold(), [])
                case "allow" | "disallow" as verb:
                    is_open = False
                    for agent in named if value else ():
                        groups[agent].append(Rule(value, verb == "allow"))
        return cls(tuple(groups.get(PRODUCT, groups.get("*", ()))))

    def allows(self, url: str) -> bool:
        """Whether an address may be visited: the longest rule that fits decides, and permission wins a tie."""
        path = path_of(url)
        if path == "/robots.txt":
            return True
        fitting = [rule for rule in self.rules if rule.fits(unquote(path))]
        return max(((len(rule.pattern), rule.is_allowed) for rule in fitting), default=(0, True))[1]


class RobotsMemory:
    """The robots.txt files read so far, one per host, shared by every process."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def fresh(self, url: str, now: datetime) -> Robots | None:
        """The rules of the address's host, when they need not be read now: read within a day, or just tried in vain."""
        with remembered(self._file(url)) as kept:
            tried_at = read_moment(kept, "tried_at")
        is_left_alone = tried_at is not None and timedelta(0) <= now - tried_at < TRIED_AGAIN_AFTER
        return self._kept(url, now, STALE_FOR if is_left_alone else KEPT_FOR)

    def tried_in_vain(self, url: str, now: datetime) -> Robots | None:
        """Remember that the host did not show its rules. Returns older ones to go by meanwhile."""
        with remembered(self._file(url)) as kept:
            write_json(self._file(url), {**kept, "tried_at": now.isoformat()})
        return self._kept(url, now, STALE_FOR)

    def remember(self, url: str, text: str, now: datetime) -> Robots:
        """Keep what a host's robots.txt says; an empty text is a host without one."""
        write_json(self._file(url), {"read_at": now.isoformat(), "text": text[:SIZE_LIMIT]})
        return Robots.parse(text)

    def _kept(self, url: str, now: datetime, for_: timedelta) -> Robots | None:
        with remembered(self._file(url)) as kept:
            read_at = read_moment(kept, "read_at")
            if read_at is None or not timedelta(0) <= now - read_at < for_:
                return None
            return Robots.parse(kept["text"])

    def _file(self, url: str) -> Path:
        return self._state / f"robots-{urlsplit(url).netloc.replace(':', '_')}.json"


def robots_url(url: str) -> str:
    """Where the host of an address keeps its robots.txt."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def path_of(url: str) -> str:
    """What robots.txt rules are about: the path and the query of an address."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
