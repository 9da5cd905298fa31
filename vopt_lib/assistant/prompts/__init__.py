"""This is where what language models are told is kept, a file each, and how data is put into it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Final

OPENING: Final = "<<<DATA"
CLOSING: Final = "DATA>>>"
"""Between these stands data. `fenced` lets neither occur in it."""

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Prompt:
    """What a model is told, with fields. version: changes whenever the text does."""

    text: str
    version: str

    @property
    def fields(self) -> frozenset[str]:
        """What must be filled in."""
        return frozenset(Template(self.text).get_identifiers())

    def filled(self, **fields: str) -> str:
        """The text with its fields filled in. Raises: KeyError, for one that is lacking."""
        return Template(self.text).substitute(fields)


@cache
def prompt(name: str) -> Prompt:
    """The prompt of a name: "write". Raises: FileNotFoundError."""
    text = (_HERE / f"{name}.txt").read_text(encoding="utf-8")
    return Prompt(text, hashlib.sha256(text.encode()).hexdigest()[:12])


def fenced(data: Any) -> str:
    """Data as JSON that cannot end its fence: angle brackets are written as JSON's escapes."""
    told = json.dumps(data, ensure_ascii=False, indent=1)
    return re.sub(r"[<>]", lambda sign: f"\\u{ord(sign[0]):04x}", told)
