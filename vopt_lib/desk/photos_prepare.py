"""This is where photos on her disk are prepared for a listing: copies beside them; what she has stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from vopt_lib.errors import PhotoError, PhotoNotRead, PhotoNotWritten, PhotosMissing
from vopt_lib.files import reason, written_aside
from vopt_lib.paths import Paths
from vopt_lib.schema.photo_hints import Background, PhotoHint
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.settings import load_settings
from vopt_lib.vision.background import Segmenter
from vopt_lib.vision.cleaning import prepared
from vopt_lib.vision.segmentation import segmenter_in

FOLDER: Final = "prepared"
"""The folder beside her photos that their copies go to."""

ENDINGS: Final = frozenset(
    {".jpg", ".jpeg", ".jpe", ".png", ".webp", ".avif", ".heic", ".heif", ".gif", ".tif", ".tiff", ".bmp"}
)
"""What of a folder is taken for a photo, those that are refused with a word among them; not its notes and films."""


@dataclass(frozen=True)
class PhotoDone:
    """What became of one file: a prepared photo of so many pixels, or why there is none."""

    file: Path
    copy: Path | None = None
    size: tuple[int, int] | None = None
    hints: Sequence[PhotoHint] = field(default=())
    background: Background | None = None
    error: PhotoError | None = None

    def as_json(self) -> dict[str, Any]:
        """The same for programs; the sentence of a refusal is English."""
        return {
            "file": str(self.file),
            "prepared": None if self.copy is None else str(self.copy),
            "size": self.size,
            "hints": list(self.hints),
            "background": self.background,
            "error": None if self.error is None else str(self.error),
        }


def prepare_photos(
    files: Iterable[Path], folder: Path | None = None, *, segmenter: Segmenter | None = None
) -> Iterator[PhotoDone]:
    """Prepare these photos, and all of these folders, one after the other; one that cannot be read is told and left.

    A copy keeps its photo's name, as NAME.jpg in `folder`, else in a folder FOLDER beside the photo. Nothing there is
    ever replaced: a copy that is there already is left, and another file of that name makes it NAME-2.jpg. A segmenter
    gives them a plain background.

    Raises: PhotosMissing, for a folder without photos; PhotoNotWritten; SegmentationUnusable.
    """
    yield from (_prepare(photo, folder or photo.parent / FOLDER, segmenter) for photo in photos_named(files))


def photos_named(files: Iterable[Path]) -> list[Path]:
    """These photos, and all of these folders. Raises: PhotosMissing, for a folder without photos."""
    return list(chain.from_iterable(_photos_of(one) if one.is_dir() else [one] for one in files))


def segmenter_here() -> Segmenter:
    """The model that somebody put into this vopt's folder, to give photos a plain background.

    Raises: SettingsError; ExtraMissing; SegmentationMissing; SegmentationUnusable.
    """
    return segmenter_in(Paths.of(load_settings()).background_models)


def _photos_of(folder: Path) -> list[Path]:
    """The photos that lie in a folder itself, by name; not what other programs hide there."""
    try:
        found = sorted(path for path in folder.iterdir() if _is_photo(path))
    except OSError as error:
        raise PhotosMissing(folder=str(folder)) from error
    if not found:
        raise PhotosMissing(folder=str(folder))
    return found


def _is_photo(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS and not path.name.startswith(".") and path.is_file()


def _prepare(photo: Path, folder: Path, segmenter: Segmenter | None) -> PhotoDone:
    try:
        done = prepared(read_photo(photo), segmenter=segmenter)
    except PhotoError as error:
        return PhotoDone(photo, error=error)
    copy = _kept(done.content, folder, photo.stem)
    return PhotoDone(photo, copy, (done.width, done.height), done.hints, done.background)


def read_photo(photo: Path) -> bytes:
    """The file, of one that is too large no more than shows that it is. Raises: PhotoNotRead."""
    try:
        with photo.open("rb") as file:
            return file.read(LARGEST_PHOTO + 1)
    except OSError as error:
        raise PhotoNotRead(why=reason(error)) from error


def _kept(content: bytes, folder: Path, stem: str) -> Path:
    """The file in that folder with this content: the one that is there, else a new one. Raises: PhotoNotWritten."""
    names = chain([f"{stem}.jpg"], (f"{stem}-{number}.jpg" for number in count(2)))
    path = next(path for path in (folder / name for name in names) if not _is_taken(path) or _holds(path, content))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not _is_taken(path):
            with written_aside(path) as aside:
                aside.write_bytes(content)
    except OSError as error:
        raise PhotoNotWritten(file=str(path), why=reason(error)) from error
    return path


def _is_taken(path: Path) -> bool:
    """Whether something has this name, a link to nowhere too."""
    return path.exists() or path.is_symlink()


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False
