"""Fingerprints on the disk: each photo's once, what a killed process left is no row, and what is forgotten is gone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.vision.pictures import drawn
from vopt_lib.vision.duplicates import same_photos
from vopt_lib.vision.fingerprint_store import (
    ROW,
    add_fingerprints,
    forget,
    keep_only,
    mark_compared,
    read_fingerprints,
)
from vopt_lib.vision.perceptual_hash import Fingerprint, fingerprint

A, B, C = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.bin"


def some(*keys: str) -> dict[str, Fingerprint]:
    return {key: fingerprint(drawn(seed=ord(key[0]))) for key in keys}


def test_what_is_added_is_read_as_it_was(file: Path) -> None:
    assert read_fingerprints(file).keys == []
    add_fingerprints(file, some(A))
    add_fingerprints(file, some(B, A))
    kept = read_fingerprints(file)
    assert kept.keys == [A, B]
    found = kept.of({B})
    assert found.keys == [B]
    assert np.array_equal(found.hashes[0], some(B)[B].hashes)
    assert np.array_equal(found.thumbnails[0], some(B)[B].thumbnail)
    assert file.stat().st_size == 2 * ROW.itemsize


def test_those_that_are_read_can_be_compared(file: Path) -> None:
    add_fingerprints(file, some(A, B) | {C: fingerprint(drawn(seed=ord("a")).transpose(0))})
    pairs = same_photos(read_fingerprints(file).of({A, B, C}))
    assert pairs.select("first", "second", "is_mirrored").rows() == [(A, C, True)]


def test_a_row_that_was_half_written_is_none_and_the_next_takes_its_place(file: Path) -> None:
    add_fingerprints(file, some(A))
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:100])
    assert read_fingerprints(file).keys == [A]
    add_fingerprints(file, some(B))
    assert read_fingerprints(file).keys == [A, B]
    assert np.array_equal(read_fingerprints(file).of({B}).hashes[0], some(B)[B].hashes)


def test_which_were_compared_stays_known(file: Path) -> None:
    mark_compared(file, {A})
    add_fingerprints(file, some(A, B))
    mark_compared(file, {B})
    add_fingerprints(file, some(C))
    assert read_fingerprints(file).compared == {B}
    forget(file, {A})
    assert read_fingerprints(file).compared == {B}


def test_what_is_forgotten_is_not_in_the_file_any_more(file: Path) -> None:
    add_fingerprints(file, some(A, B, C))
    assert forget(file, {B, "d" * 64}) == 1
    assert bytes.fromhex(B) not in file.read_bytes()
    assert some(B)[B].thumbnail.tobytes() not in file.read_bytes()
    assert keep_only(file, {C}) == 1
    assert keep_only(file, {C}) == 0
    assert read_fingerprints(file).keys == [C]
    assert forget(file, {C}) == 1
    assert read_fingerprints(file).keys == []
