"""This is where the tests of this room draw garments: a plain outline in one colour on a plain ground."""

from __future__ import annotations

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]

RED: Colour = (190, 40, 45)
BLUE: Colour = (40, 60, 170)
FLOOR: Colour = (205, 190, 165)
WALL: Colour = (120, 125, 130)

SHIRT = ((38, 10), (62, 10), (92, 28), (84, 44), (72, 36), (72, 90), (28, 90), (28, 36), (16, 44), (8, 28))
TROUSERS = ((34, 6), (66, 6), (74, 94), (56, 94), (50, 38), (44, 94), (26, 94))


def garment(
    outline: tuple[tuple[int, int], ...] = SHIRT,
    *,
    colour: Colour = RED,
    ground: Colour = FLOOR,
    size: tuple[int, int] = (300, 400),
) -> Image.Image:
    """A photo of one, its outline given in hundredths of the width and of the height."""
    photo = Image.new("RGB", size, ground)
    ImageDraw.Draw(photo).polygon([(x * size[0] / 100, y * size[1] / 100) for x, y in outline], fill=colour)
    return photo
