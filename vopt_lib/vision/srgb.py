"""This is where decoded pixels of any kind become plain ones: upright, 8 bits of red, green and blue, in sRGB."""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np
from PIL import Image, ImageCms
from PIL.Image import Transpose

LARGEST_PROFILE: Final = 4 * 2**20
"""Bytes; those of printers have up to 3 MB, those of cameras some kB."""

_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""What makes a photo upright again. Source: Exif 2.32, tag 0x0112."""

_SPACES: Final = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
"""Mode of pixels: what a profile must be of to mean them. Source: ICC.1:2022, 7.2.6."""


def plain_rgb(image: Image.Image) -> Image.Image:
    """The pixels in mode RGB, in sRGB as their ICC profile means them, on white where they are transparent."""
    profile = image.info.get("icc_profile")
    opaque = _opaque(image)
    plain = _in_srgb(opaque, profile) if profile else opaque
    if plain is image or plain.mode != "RGB":  # Pillow would copy what is RGB already
        plain = plain.convert("RGB")
    plain.info = {}
    return plain


def upright(image: Image.Image, told: Image.Image) -> Image.Image:
    """The image as the file that `told` was read from says it was held; as it is, where that cannot be read."""
    turn = _TURNS.get(_orientation(told))
    return image if turn is None else image.transpose(turn)


def _orientation(told: Image.Image) -> Any:
    try:
        return told.getexif().get(_ORIENTATION)
    except Exception:  # what is written about a photo may be broken where the photo is not
        return None


def _opaque(image: Image.Image) -> Image.Image:
    """The pixels as RGB, CMYK or grey, 8 bits each, on white where they are transparent."""
    if image.mode.startswith("I"):
        # Pillow would clip 16 bits, not scale them.
        return Image.fromarray((np.asarray(image) >> 8).clip(0, 255).astype(np.uint8))
    if image.mode == "LA":
        return _on_white(image.getchannel("L"), image.getchannel("A"))
    if image.has_transparency_data or image.mode == "RGBa":
        layered = image if image.mode == "RGBA" else image.convert("RGBA")
        return _on_white(layered, layered)
    if image.mode in ("RGB", "CMYK", "L"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours as the profile means them; as they are, where it is broken or means other pixels."""
    if len(profile) > LARGEST_PROFILE or image.mode not in _SPACES:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != _SPACES[image.mode]:
            return image
        srgb = ImageCms.createProfile("sRGB")
        if image.mode == "RGB":
            ImageCms.profileToProfile(image, source, srgb, inPlace=True)
            return image
        return ImageCms.profileToProfile(image, source, srgb, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def _on_white(image: Image.Image, mask: Image.Image) -> Image.Image:
    flat = Image.new("L" if image.mode == "L" else "RGB", image.size, "white")
    flat.paste(image, mask=mask)
    return flat
