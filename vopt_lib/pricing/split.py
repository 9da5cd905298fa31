"""This is where things are parted by their ids alone into those to learn from and those to judge by."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import polars as pl

JUDGED: Final = 9
"""The tenth to judge by: 0 to 7 are for learning, 8 for choosing among what was learnt, 9 for nothing but judging. A
price model chooses by folds of its own and needs no tenth for it: it learns from 0 to 8, and so do the baselines."""


def tenth(id_and_salt: str) -> int:
    """0 to 9: the 64 bytes of BLAKE2b of this text as UTF-8, as a number with the highest byte first, modulo 10."""
    return int.from_bytes(blake2b(id_and_salt.encode("utf-8", "surrogatepass")).digest(), "big") % 10


def parted(rows: pl.DataFrame, salt: str = "") -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows to learn from and those to judge by, as their ids and the salt say. Needs: id (String)."""
    judged = pl.Series([tenth(found + salt) == JUDGED for found in rows["id"]], dtype=pl.Boolean)
    return rows.filter(~judged), rows.filter(judged)
