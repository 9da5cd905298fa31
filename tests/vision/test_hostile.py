"""Whatever a file claims to be, there is a clean photo or a word, and the memory stays small."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.vision.hostile import REFUSED, TAKEN, made
from tests.vision.pictures import SECRET, drawn, segments, written
from vopt_lib.errors import PhotoTooLarge, PhotoUnreadable
from vopt_lib.vision.cleaning import prepared, thumbnail, whole

MOST_MB = 400
_MEASURE = """
import resource, sys
from pathlib import Path
from vopt_lib.errors import PhotoError
from vopt_lib.vision.cleaning import prepared, thumbnail, whole
refused = set()
for path in map(Path, sys.argv[1:]):
    for make in (prepared, whole, lambda content: thumbnail(content, 240)):
        try:
            make(path.read_bytes())
        except PhotoError:
            refused.add(path.name)
# On Linux the largest size that getrusage tells is that of the parent, where the parent was larger.
status = Path("/proc/self/status")
if status.exists():
    print(next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:")) // 2**10)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20)
print(*refused)
"""


def test_there_are_fifty_of_them() -> None:
    assert len(REFUSED) + len(TAKEN) >= 50


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_photo_is_refused_with_a_word(name: str) -> None:
    for make in (prepared, whole):
        with pytest.raises((PhotoUnreadable, PhotoTooLarge)):
            make(made(name))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("name", TAKEN)
def test_a_photo_comes_clean(name: str) -> None:
    for jpeg in (prepared(made(name)).content, thumbnail(made(name), 240), whole(made(name))):
        image = Image.open(io.BytesIO(jpeg))
        image.load()
        assert (image.format, image.mode) == ("JPEG", "RGB")
        assert set(segments(jpeg)) <= {"APP0", "DQT", "SOF0", "DHT"}
        assert image.getexif() == {}
        assert jpeg.endswith(b"\xff\xd9")
        assert not any(told in jpeg for told in (SECRET.encode(), b"script", b"run.js", b"Exif"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "AVIF", "HEIC"])
def test_the_place_was_there(kind: str) -> None:
    assert SECRET.encode() in made(f"{kind} with a place")
    assert b"2026:11:22" in made(f"{kind} with a place")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nothing", "This photo cannot be opened: there is nothing in it."),
        ("GIF", "whatever its name says, it is no photo of a kind that vopt knows"),
        ("JPEG cut off at 60%", "it is cut off or damaged"),
        ("more bytes than any photo", "This photo is too large: at most 20 MB can be opened."),
        ("JPEG that says 65,500 x 65,500", "This photo is too large: at most 97 megapixel can be opened."),
        ("WebP on 16,000 x 16,000", "This photo is too large: at most 17 megapixel can be opened."),
    ],
)
def test_the_word_says_what_is_wrong(name: str, told: str) -> None:
    with pytest.raises((PhotoUnreadable, PhotoTooLarge), match=told.replace(".", r"\.")):
        prepared(made(name))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "AVIF", "HEIC"])
@given(st.data())
@settings(max_examples=30)
def test_a_photo_with_wrong_bytes_in_it_is_still_a_photo_or_refused(kind: str, data: st.DataObject) -> None:
    content = bytearray(made(f"{kind} with a place"))
    # Most of what can go wrong stands in the first kilobyte.
    places = st.integers(0, len(content) - 1) | st.integers(0, 1000)
    for at, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=8)):
        content[at] = byte
    try:
        jpeg = thumbnail(bytes(content), 100)
    except (PhotoUnreadable, PhotoTooLarge):
        return
    assert set(segments(jpeg)) <= {"APP0", "DQT", "SOF0", "DHT"}


@pytest.mark.slow
def test_the_largest_photos_and_all_hostile_ones_fit_into_memory(tmp_path: Path) -> None:
    largest = {
        "whole.jpg": written(drawn(8160, 6120), "JPEG", quality=60),
        "progressive.jpg": written(drawn(7800, 6100), "JPEG", quality=60, progressive=True, subsampling=0),
        "whole.png": written(Image.linear_gradient("L").resize((6400, 5000)).convert("RGB"), "PNG", compress_level=1),
        "alpha.png": written(Image.new("RGBA", (6500, 4900), (9, 9, 9, 99)), "PNG", compress_level=1),
        "whole.webp": written(drawn(4700, 3600), "WEBP", method=0),
        "whole.avif": written(drawn(5000, 4000), "AVIF", speed=10),
    }
    files = []
    for content in (*largest.values(), *map(made, (*REFUSED, *TAKEN))):
        files.append(tmp_path / str(len(files)))
        files[-1].write_bytes(content)
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURE, *map(str, files)], capture_output=True, text=True, check=True, timeout=110
    )
    most_mb, *refused = measured.stdout.split()
    assert int(most_mb) < MOST_MB
    assert {file.name for file in files[: len(largest)]}.isdisjoint(refused)
    assert len(refused) >= len(REFUSED)
