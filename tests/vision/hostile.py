"""This is where fifty files are made that nobody should have to trust: each is named, and said to be a photo or not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache, partial

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from tests.vision.pictures import SECRET, drawn, told_place, written

PHOTO, OTHER = drawn(300, 400), drawn(300, 400, seed=1)
Make = Callable[[], bytes]
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><p>{SECRET}</p></x:xmpmeta>".encode()


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *, rows: int, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG that says it is so large, with as many rows of zeros."""
    row = bytes(min(1 + -(-width * depth * {0: 1, 2: 3, 3: 1, 6: 4}[colour] // 8), 10_000))
    packed = zlib.compressobj(9)
    data = b"".join(packed.compress(row) for _ in range(rows)) + packed.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def with_size(content: bytes, old: tuple[int, int], new: tuple[int, int], form: str) -> bytes:
    """The same file that says it has another size."""
    was, is_now = struct.pack(form, *old), struct.pack(form, *new)
    assert was in content
    return content.replace(was, is_now)


def many_scans(count: int) -> bytes:
    """A progressive JPEG with its last scan again and again."""
    photo = written(PHOTO, "JPEG", progressive=True)
    last = photo.rindex(b"\xff\xda")
    return photo[:last] + photo[last:-2] * count + b"\xff\xd9"


def webp_on_a_large_canvas() -> bytes:
    """Two small pictures, on a canvas that takes two gigabytes."""
    canvas = b"".join((edge - 1).to_bytes(3, "little") for edge in PHOTO.size)
    return moving("WEBP").replace(canvas, (15_999).to_bytes(3, "little") * 2, 1)


def large_avif_that_says_otherwise() -> bytes:
    """A picture of 22 million pixels in a file that says 1,200."""
    large = written(drawn(60, 80).resize((5400, 4000)), "AVIF", speed=10)
    return with_size(large, (5400, 4000), (30, 40), ">II")


def moving(kind: str) -> bytes:
    """Two pictures, one after the other."""
    return written(PHOTO, kind, save_all=True, append_images=[OTHER])


def zipped() -> bytes:
    """An archive with a program in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("run.js", "alert('" + "x" * 500 + "')")
    return file.getvalue()


def bombs() -> Iterator[tuple[str, Make]]:
    """Small files that say, or hold, more pixels than fit into memory."""
    yield "PNG of 100,000 x 100,000", lambda: png(100_000, 100_000, rows=1)
    yield "PNG of the largest numbers", lambda: png(2**31 - 1, 2**31 - 1, rows=1)
    yield "PNG of 30,000 x 30,000, whole", lambda: png(30_000, 30_000, rows=30_000, depth=1, colour=0)
    yield "PNG of 8,000 x 8,000, whole", lambda: png(8_000, 8_000, rows=8_000, colour=3, depth=1)
    yield (
        "JPEG that says 65,500 x 65,500",
        lambda: with_size(written(PHOTO, "JPEG"), (400, 300), (65_500, 65_500), ">HH"),
    )
    yield "WebP on 16,000 x 16,000", webp_on_a_large_canvas
    yield (
        "AVIF that says 60,000 x 60,000",
        lambda: with_size(written(PHOTO, "AVIF"), (300, 400), (60_000, 60_000), ">II"),
    )
    yield (
        "HEIC that says 60,000 x 60,000",
        lambda: with_size(written(PHOTO, "HEIC"), (300, 400), (60_000, 60_000), ">II"),
    )
    yield "AVIF that says less than it holds", large_avif_that_says_otherwise
    yield "HEIC that says less than it holds", lambda: with_size(written(PHOTO, "HEIC"), (300, 400), (30, 40), ">II")
    yield "JPEG of 2,000 scans", lambda: many_scans(2_000)
    yield "more bytes than any photo", lambda: written(PHOTO, "JPEG") + bytes(20 * 2**20)


def cut() -> Iterator[tuple[str, Make]]:
    """Photos that broke off."""
    for kind in ("JPEG", "PNG", "WEBP", "AVIF", "HEIC"):
        for share in (0.02, 0.3, 0.6):
            yield f"{kind} cut off at {share:.0%}", partial(cut_off, kind, share)


def cut_off(kind: str, share: float) -> bytes:
    whole = written(PHOTO, kind)
    return whole[: int(len(whole) * share)]


def others() -> Iterator[tuple[str, Make]]:
    """What is called photo.jpg and is none."""
    yield "nothing", lambda: b""
    yield "one byte", lambda: b"\xff"
    yield "a signature alone", lambda: b"\xff\xd8\xff"
    yield "zeros", lambda: bytes(10_000)
    yield "HTML", lambda: b"<!doctype html><script>alert(1)</script>"
    yield "SVG", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
    yield "GIF", lambda: written(PHOTO.quantize(), "GIF")
    yield "GIF that ends as a JPEG", lambda: written(PHOTO.quantize(), "GIF") + written(PHOTO, "JPEG")
    yield "TIFF", lambda: written(PHOTO, "TIFF")
    yield "BMP", lambda: written(PHOTO, "BMP")
    yield "EPS", lambda: written(PHOTO.convert("L"), "EPS")
    yield "ZIP", lambda: zipped()
    yield "film", lambda: b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + bytes(500)


def photos() -> Iterator[tuple[str, Make]]:
    """What is odd and still a photo."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    text = PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    text.add_text("Comment", SECRET, zip=True)
    place = told_place().tobytes()
    yield "JPEG with a ZIP behind it", lambda: written(PHOTO, "JPEG") + zipped()
    yield "JPEG with a page in its comment", lambda: written(PHOTO, "JPEG", comment=b"<script>alert(1)</script>")
    yield "CMYK", lambda: written(PHOTO.convert("CMYK"), "JPEG")
    yield "16 bits", lambda: written(Image.linear_gradient("L").convert("I;16").point(lambda value: value * 257), "PNG")
    yield "two colours", lambda: written(PHOTO.convert("1"), "PNG")
    yield "palette with holes", lambda: written(PHOTO.quantize(32), "PNG", transparency=3)
    yield "see-through", lambda: written(Image.merge("RGBA", (*PHOTO.split(), PHOTO.getchannel("R"))), "WEBP")
    yield "moving WebP", lambda: moving("WEBP")
    yield "moving PNG", lambda: moving("PNG")
    yield "a profile of other pixels", lambda: written(PHOTO, "JPEG", icc_profile=profile)
    yield "a profile that is none", lambda: written(PHOTO, "JPEG", icc_profile=b"ICC" * 999)
    yield (
        "Exif that is none",
        lambda: written(PHOTO, "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + b"\xff" * 99),
    )
    yield "one pixel", lambda: written(Image.new("RGB", (1, 1), "red"), "PNG")
    yield "20,000 x 1", lambda: written(Image.new("RGB", (20_000, 1), "red"), "PNG")
    yield "1 x 20,000", lambda: written(Image.new("RGB", (1, 20_000), "red"), "JPEG")
    yield "JPEG with a place", lambda: written(PHOTO, "JPEG", exif=place, xmp=XMP, comment=SECRET.encode())
    yield "PNG with a place", lambda: written(PHOTO, "PNG", exif=place, pnginfo=text)
    yield "WebP with a place", lambda: written(PHOTO, "WEBP", exif=place, xmp=XMP)
    yield "AVIF with a place", lambda: written(PHOTO, "AVIF", exif=place, xmp=XMP)
    yield "HEIC with a place", lambda: written(PHOTO, "HEIC", exif=place, xmp=XMP)


_REFUSED, _TAKEN = dict([*bombs(), *cut(), *others()]), dict(photos())
REFUSED, TAKEN = list(_REFUSED), list(_TAKEN)


@cache
def made(name: str) -> bytes:
    """One of the files."""
    return (_REFUSED | _TAKEN)[name]()
