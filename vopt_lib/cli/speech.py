"""This is where the command line chooses its language and says things: one person sits before one terminal."""

from __future__ import annotations

import gettext
import os
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vopt_lib.words import LANGUAGES, LOCALE_DIR, N_, Words, reader_language

if TYPE_CHECKING:
    from rich.console import Console

    from vopt_lib.errors import VoptError


NOTHING_FOLLOWED = N_(
    "Nothing is followed yet. Start with `vopt follow add`, for instance `vopt follow add --catalog 'Donna > Vestiti'`."
)


@cache
def words() -> Words:
    """The words of whoever runs this command: VOPT_LANGUAGE, else `language` in vopt.toml, else the system's."""
    if "VOPT_LANGUAGE" not in os.environ and (language := _language_of_file()) is not None:
        return Words(reader_language({"VOPT_LANGUAGE": language}))
    return Words(reader_language())


def speak_to_typer() -> None:
    """Let Typer's own sentences (Usage, Options, missing argument …) come out in the same language."""
    os.environ["LANGUAGE"] = words().language
    gettext.bindtextdomain("messages", LOCALE_DIR)


@cache
def console(*, errors: bool = False) -> Console:
    """The terminal."""
    from rich.console import Console

    return Console(stderr=errors, highlight=False, soft_wrap=True)


def say(sentence: str, /, **facts: object) -> None:
    """Print a sentence in her language."""
    tell(words().say(sentence, **facts))


def tell(text: str) -> None:
    """Print text as it is: a title with [brackets] is no markup."""
    console().print(text, markup=False)


def tell_error(error: VoptError) -> None:
    """Print what went wrong and what to do next."""
    console(errors=True).print(words().error(error), markup=False, style="red")


def _language_of_file() -> str | None:
    try:
        stored = tomllib.loads((Path(os.environ.get("VOPT_DATA", "data")) / "vopt.toml").read_text())
    except (OSError, ValueError):
        return None
    language = stored.get("language")
    return language if language in LANGUAGES else None
