"""This is where a number given to a listing becomes its private random choices, the same whenever it is asked."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from vopt_lib.simulator.arrays import Floats, Ints

Words64 = npt.NDArray[np.uint64]


def draws(seeds: Ints, stream: int) -> Words64:
    """One well-mixed 64-bit number per seed and stream. Source: splitmix64 (Steele, Lea, Flood 2014)."""
    with np.errstate(over="ignore"):
        mixed = seeds.astype(np.uint64) + np.uint64((stream + 1) * 0x9E3779B97F4A7C15 % 2**64)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def uniforms(seeds: Ints, stream: int) -> Floats:
    """One number in [0, 1) per seed and stream."""
    return np.asarray((draws(seeds, stream) >> np.uint64(11)).astype(np.float64) / float(2**53))


def stable_number(*words: object, bits: int = 48) -> int:
    """The same whole number for the same words, on every machine."""
    digest = hashlib.blake2b("\x1f".join(map(str, words)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - bits)
