"""This is where what language models are told is read: a file for each, whose version is told by what is in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent / "prompts"


@dataclass(frozen=True)
class Prompt:
    """What a model is told. version: another one for any other text."""

    text: str
    version: str


@cache
def prompt(name: str) -> Prompt:
    """The prompt of this name. Raises: FileNotFoundError."""
    text = (_HERE / f"{name}.txt").read_text(encoding="utf-8").strip()
    return Prompt(text, hashlib.sha256(text.encode()).hexdigest()[:8])
