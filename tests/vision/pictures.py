"""This is where the tests' photos come from: drawn here, told by a seed, and written as any kind of file."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image

SECRET = "via dei Test 7, Bologna"


def drawn(width: int = 120, height: int = 160, seed: int = 0) -> Image.Image:
    """A photo full of soft blotches of colour: nothing of it is plain."""
    blotches = np.random.default_rng(seed).integers(0, 256, (-(-height // 8), -(-width // 8), 3), dtype=np.uint8)
    return Image.fromarray(blotches).resize((width, height), Image.Resampling.BICUBIC)


def quarters() -> Image.Image:
    """A photo that shows which way is up: red above, blue below, on the left darker than on the right."""
    image = Image.new("RGB", (80, 120), (200, 0, 0))
    image.paste((0, 0, 200), (0, 60, 80, 120))
    image.paste((80, 0, 0), (0, 0, 40, 60))
    return image


def thing(width: int = 600, height: int = 800) -> Image.Image:
    """A sharp, striped shirt, well lit, that fills most of a light wall with shadows on it."""
    image = (
        drawn(15, 20, seed=3).resize((width, height), Image.Resampling.BICUBIC).point(lambda value: 170 + value // 4)
    )
    shirt = Image.new("RGB", (width * 7 // 10, height * 7 // 10), (30, 60, 140))
    for top in range(0, shirt.height, 40):
        shirt.paste((240, 240, 235), (0, top, shirt.width, top + 20))
    for left in range(0, shirt.width, 90):
        shirt.paste((20, 20, 30), (left, 0, left + 6, shirt.height))
    image.paste(shirt, (width * 15 // 100, height * 15 // 100))
    return image


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The image as a file of this kind; HEIC too."""
    file = io.BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(image).save(file, quality=options.pop("quality", 80), **options)
    else:
        image.save(file, kind, **options)
    return file.getvalue()


def told_place() -> Image.Exif:
    """What a phone writes of a photo: where it was taken, with what, and by whom."""
    exif = Image.Exif()
    exif[0x010F], exif[0x010E], exif[0x013B] = "A phone", SECRET, "Anna"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (44.0, 29.0, 38.0), "E", (11.0, 20.0, 34.0)
    gps[29] = "2026:11:22"
    return exif


def segments(jpeg: bytes) -> list[str]:
    """The names of a JPEG's segments before its pixels: APP1 is Exif and XMP, APP2 a profile, COM a comment."""
    named, at = [], 2
    while (marker := jpeg[at + 1]) != 0xDA:
        named.append(
            {0xDB: "DQT", 0xC0: "SOF0", 0xC2: "SOF2", 0xC4: "DHT", 0xFE: "COM"}.get(marker, f"APP{marker - 0xE0}")
        )
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return named
