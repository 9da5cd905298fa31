"""This is where the file of a photo is opened, whatever it claims to be: within limits, upright, in sRGB."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Final

from PIL.AvifImagePlugin import AvifImageFile
from PIL.Image import DecompressionBombError, DecompressionBombWarning, Image, frombytes, getmodebands, new
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from vopt_lib.errors import PhotoError, PhotoTooLarge, PhotoUnreadable
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.vision.av1 import largest_picture
from vopt_lib.vision.srgb import plain_rgb, upright
from vopt_lib.words import N_

# Pillow would tell the terminal what it thinks of a file; here a person is told, or it does not matter.
warnings.filterwarnings("ignore", category=DecompressionBombWarning)
warnings.filterwarnings("ignore", "Corrupt EXIF data|Truncated File Read|Metadata Warning", UserWarning)

MOST_MEMORY: Final = 290_000_000
"""Bytes that decoding may take. With the file itself and Python, a process stays under 400 MB."""

MOST_SCANS: Final = 500
"""A JPEG of more is made to take hours. Source: libjpeg-turbo's own fuzzers; ordinary ones have 1 to 12."""

_A_PIXEL: Final = 4
"""Bytes that Pillow keeps a pixel in, whatever its mode but grey."""

_PNG_PIXEL: Final = 9.0
_WEBP_PIXEL: Final = 16.6
_AVIF_PIXEL: Final = 14.0
_HEIC_PIXEL: Final = 5.5
"""Bytes of memory that a pixel takes at the worst moment, with 8 bits a colour. Source: measured on 12 million pixels,
Pillow 13 and libheif 1.23; that of AVIF has room for 10 bits."""

_DAMAGED: Final = N_("it is cut off or damaged")
_EMPTY: Final = N_("there is nothing in it")
_NO_PHOTO: Final = N_("whatever its name says, it is no photo of a kind that vopt knows")

_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1"})


def open_photo(content: bytes, *, longest: int | None = None) -> Image:
    """The photo in a file: mode RGB, in sRGB, upright, on white where it is transparent, nothing else attached to it.

    The format is told by the first bytes, never by a name; of several pictures it is the first. `longest`: it may come
    smaller where that costs less, not with fewer pixels than these on its long edge. A JPEG or HEIC of more than 30 to
    36 million pixels (as memory allows) comes smaller by a half in any case.

    Raises: PhotoTooLarge, before any pixel is decoded; PhotoUnreadable.
    """
    if len(content) > LARGEST_PHOTO:
        raise PhotoTooLarge(most=f"{LARGEST_PHOTO // 2**20} MB")
    opened = _opener_of(content)
    try:
        return opened(content, longest)
    except PhotoError:
        raise
    except Exception as error:  # a broken photo breaks decoders in every way there is
        raise PhotoUnreadable(why=_DAMAGED) from error


def _opener_of(content: bytes) -> Callable[[bytes, int | None], Image]:
    """What opens a file that begins so. Source: the formats' specifications. Raises: PhotoUnreadable."""
    if content.startswith(b"\xff\xd8\xff"):
        return _open_jpeg
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return partial(_open_whole, PngImageFile, _PNG_PIXEL)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return partial(_open_whole, WebPImageFile, _WEBP_PIXEL)
    brands = _brands(content)
    if brands & _AVIF_BRANDS:
        return _open_avif
    if brands & _HEIC_BRANDS:
        return _open_heic
    raise PhotoUnreadable(why=_NO_PHOTO if content else _EMPTY)


def _brands(content: bytes) -> set[bytes]:
    """What an ISO media file says it can be read as; empty: it is none."""
    if content[4:8] != b"ftyp":
        return set()
    box = content[8 : min(int.from_bytes(content[:4], "big"), 256)]
    return {box[:4], *(box[at : at + 4] for at in range(8, len(box), 4))}


def _check_pixels(pixels: int, bytes_a_pixel: float) -> None:
    if pixels * bytes_a_pixel > MOST_MEMORY:
        raise _too_many_pixels(bytes_a_pixel)


def _too_many_pixels(bytes_a_pixel: float) -> PhotoTooLarge:
    return PhotoTooLarge(most=f"{MOST_MEMORY / bytes_a_pixel / 1e6:.0f} megapixel")


def _finished(image: Image) -> Image:
    """The decoded pixels in their plain form."""
    image.load()
    return upright(plain_rgb(image), image)


def _open_jpeg(content: bytes, longest: int | None) -> Image:
    """A JPEG, drawn smaller by a half, a quarter or an eighth while it is decoded."""
    if content.count(b"\xff\xda") > MOST_SCANS:
        raise PhotoUnreadable(why=_DAMAGED)
    image = JpegImageFile(BytesIO(content))
    # Where it comes in several scans, all of its coefficients are held, two bytes each.
    widest = max(across for _, across, _, _ in image.layer) * max(down for _, _, down, _ in image.layer)
    coefficients = 2 * sum(across * down for _, across, down, _ in image.layer) / widest
    _check_pixels(image.width * image.height, coefficients)
    shrink = _shrink(image.size, coefficients, longest)
    image.draft(None, (max(image.width // shrink, 1), max(image.height // shrink, 1)))
    return _finished(image)


def _shrink(size: tuple[int, int], held: float, longest: int | None) -> int:
    """By what to divide its edges: as far as is not wanted larger, or as memory asks for where a pixel takes `held`."""
    pixels = size[0] * size[1]
    wanted = [by for by in (1, 2, 4, 8) if longest is not None and max(size) // by >= longest]
    needed = (by for by in (1, 2, 4) if pixels * max(held + _A_PIXEL / by**2, 2 * _A_PIXEL / by**2) <= MOST_MEMORY)
    return max(next(needed, 8), *wanted, 1)


def _open_whole(opened: Callable[[BytesIO], Image], held: float, content: bytes, longest: int | None) -> Image:
    """A photo of a format that is only drawn in its whole size, whatever is wanted."""
    try:
        image = opened(BytesIO(content))
    except DecompressionBombError as error:
        raise _too_many_pixels(held) from error
    _check_pixels(image.width * image.height, held)
    return _finished(image)


def _open_avif(content: bytes, longest: int | None) -> Image:
    """An AVIF; of a moving one the picture that stands for it, which is an item as in any other."""
    still = content[:8] + b"avif" + content[12:]
    _check_pixels(largest_picture(still), _AVIF_PIXEL)
    return _open_whole(AvifImageFile, _AVIF_PIXEL, still, longest)


def _open_heic(content: bytes, longest: int | None) -> Image:
    """A HEIC as iPhones take them; its decoder has turned it upright already."""
    from pillow_heif import open_heif

    file = open_heif(BytesIO(content))
    image = file[file.primary_index]
    held = _HEIC_PIXEL * (1 if image.info["bit_depth"] == 8 else 2)
    _check_pixels(image.size[0] * image.size[1], held)
    pixels = image.data  # its size is that of the upright photo only from here on
    drawn = _in_bands(image.mode, image.size, pixels, _shrink(image.size, held, longest))
    drawn.info = {"icc_profile": image.info.get("icc_profile")}
    return plain_rgb(drawn)


def _in_bands(mode: str, size: tuple[int, int], pixels: bytes, shrink: int) -> Image:
    """Raw pixels as an image, smaller by so much: some rows at a time, because it takes more bytes a pixel."""
    (width, height), channels = size, getmodebands(mode)
    image = new(mode, (-(-width // shrink), -(-height // shrink)))
    for top in range(0, height, 64 * shrink):
        rows = min(64 * shrink, height - top)
        start, end = top * width * channels, (top + rows) * width * channels
        band = frombytes(mode, (width, rows), memoryview(pixels)[start:end])
        image.paste(band.reduce(shrink) if shrink > 1 else band, (0, top // shrink))
    return image
