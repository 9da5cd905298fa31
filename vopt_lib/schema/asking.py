"""This is where we say what a question in SQL is: its address, and a question that stands ready as an example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

# Servers and browsers cut longer addresses: such a question is asked, but cannot be shared as a link.
LONGEST_ADDRESS = 6000


@dataclass(frozen=True)
class Example:
    """A question that somebody who sells asks; `title` is a sentence to say in her language."""

    title: str
    sql: str


def sql_of(query: str | Mapping[str, object]) -> str:
    """The SQL of an address ("?sql=FROM+run"); empty when it holds none."""
    if isinstance(query, str):
        return parse_qs(query.removeprefix("?")).get("sql", [""])[0]
    return str(query.get("sql", ""))


def query_of(sql: str) -> str:
    """The address of this SQL, without the question mark; empty for none, and for one too long to be an address."""
    query = urlencode({"sql": sql}) if sql.strip() else ""
    return query if len(query) <= LONGEST_ADDRESS else ""
