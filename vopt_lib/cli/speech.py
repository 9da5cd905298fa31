"""This is where the command line chooses its language and says things: one person sits before one terminal."""

from __future__ import annotations

import io
import os
import sys
import textwrap
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vopt_lib.words import LANGUAGES, N_, Words, reader_language

if TYPE_CHECKING:
    from rich.console import Console

    from vopt_lib.errors import VoptError


NOTHING_FOLLOWED = N_(
    "Nothing is followed yet. Start with `vopt follow add`, for instance `vopt follow add --catalog 'Donna > Vestiti'`."
)
NOT_COLLECTED_YET = N_("not collected yet")
WIDTH = 80
YES = ("y", "yes", "s", "si", "sì")


@cache
def words() -> Words:
    """The words of whoever runs this command: VOPT_LANGUAGE, else `language` in vopt.toml, else the system's."""
    if not os.environ.get("VOPT_LANGUAGE") and (language := _language_of_file()) is not None:
        return Words(reader_language({"VOPT_LANGUAGE": language}))
    return Words(reader_language())


def survive_any_terminal() -> None:
    """Let a terminal without accents or arrows show question marks instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def console(*, errors: bool = False) -> Console:
    """The terminal."""
    from rich.console import Console

    return Console(stderr=errors, highlight=False, soft_wrap=True)


def say(sentence: str, /, **facts: object) -> None:
    """Print a sentence in her language."""
    tell(words().say(sentence, **facts))


def tell(text: str) -> None:
    """Print text as it is: a title with [brackets] is no markup, and one with control characters controls nothing."""
    console().print(harmless(text), markup=False)


def tell_wrapped(lines: Iterable[str], bullet: str = "") -> None:
    """Print each line as a paragraph that breaks between words, at 80 columns or where the terminal ends."""
    width = min(console().width, WIDTH)
    for line in lines:
        tell(textwrap.fill(line, width, initial_indent=bullet, subsequent_indent=" " * len(bullet)))


def tell_error(error: VoptError) -> None:
    """Print what went wrong and what to do next."""
    complain(words().error(error))


def complain(text: str) -> None:
    """Print to standard error, in red where there are colours."""
    console(errors=True).print(harmless(text), markup=False, style="red")


def is_agreed(question: str) -> bool:
    """Whether she answers yes; no answer at all is a no."""
    return answer_to(words().say(question) + " " + words().say(N_("[y/N]"))).casefold() in YES


def answer_to(question: str) -> str:
    """What she types after this; nothing where nobody can answer."""
    sys.stdout.write(harmless(question) + " ")
    sys.stdout.flush()
    answer = sys.stdin.readline() if sys.stdin else ""
    if not answer.endswith("\n"):
        sys.stdout.write("\n")
    return answer.strip()


def harmless(text: str) -> str:
    """The text without what moves a terminal's cursor, colours it or turns its writing around."""
    return "".join(sign if sign == "\n" or not _controls(sign) else "�" for sign in text)


def _controls(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs") or unicodedata.bidirectional(sign) in _TURNING


_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def _language_of_file() -> str | None:
    try:
        data = Path(os.environ.get("VOPT_DATA") or "data").expanduser()
        stored = tomllib.loads((data / "vopt.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    language = stored.get("language")
    return language if language in LANGUAGES else None
