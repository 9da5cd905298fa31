"""This is where it is remembered for a day what photos told: a small file each, beside what else is made of photos.

A file is called by the first photo's hash, so that it goes with that photo, and by what it depends on: the photos in
their order, who looked, the prompt, and the listings they were compared with. No photo is in it.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from vopt_lib.desk.instance import Desk, make_folders
from vopt_lib.files import written_aside
from vopt_lib.schema.photo_analysis import Analysis, Field, Seen, Source
from vopt_lib.vision.descriptor import NAME as SHAPES

KEPT_FOR: Final = timedelta(hours=24)

FORM: Final = 1
"""Raised when photos tell something else, or it is kept in another way."""

_CALLED: Final = "*-analysis-*"


@dataclass(frozen=True)
class Question:
    """What an analysis depends on. photos: hash and turn of each; names: their own; by: who looks, told what."""

    photos: tuple[str, ...]
    names: tuple[str, ...]
    by: tuple[str, ...]


class _Value(BaseModel):
    model_config = ConfigDict(strict=True)

    value: int | str
    labels: dict[Literal["it", "en"], str]
    confidence: float
    source: Source


class _Kept(BaseModel):
    """An analysis as it lies on the disk."""

    form: Literal[1]
    fields: dict[Field, list[_Value]]
    sure: list[Field]
    by: str | None
    made_at: datetime

    @model_validator(mode="after")
    def _is_sure_of_what_it_tells(self) -> _Kept:
        if not all(self.fields.get(field) for field in self.sure):
            raise ValueError("it is sure of what it does not tell")
        return self


def kept_analysis(desk: Desk, question: Question) -> Analysis | None:
    """What these photos told within the last day; None: nothing, or nothing that can be read."""
    if not question.photos:
        return None
    kept = _read(_file(desk, question))
    if kept is None or _is_old(kept, desk.clock.now()):
        return None
    return Analysis(
        fields={field: tuple(Seen(**one.model_dump()) for one in seen) for field, seen in kept.fields.items()},
        sure=frozenset(kept.sure),
        by=kept.by,
        photos=question.names,
        made_at=kept.made_at.isoformat(),
    )


def keep_analysis(desk: Desk, question: Question, found: Analysis) -> None:
    """Remember it, and forget what is older than a day. Where the disk takes no more, it is not remembered."""
    told: dict[str, Any] = {
        "form": FORM,
        "fields": {field: [_told(one) for one in seen] for field, seen in found.fields.items()},
        "sure": sorted(found.sure),
        "by": found.by,
        "made_at": found.made_at,
    }
    file = _file(desk, question)
    with suppress(OSError):
        make_folders(desk.paths, [file.parent])
        _forget_old(file.parent, desk.clock.now())
        with written_aside(file) as aside:
            aside.write_bytes(orjson.dumps(told))


def _told(one: Seen) -> dict[str, Any]:
    return {"value": one.value, "labels": dict(one.labels), "confidence": one.confidence, "source": one.source}


def _file(desk: Desk, question: Question) -> Path:
    depends_on = orjson.dumps([FORM, question.photos, question.by, _index(desk)])
    key = hashlib.sha256(depends_on).hexdigest()[:32]
    return desk.paths.thumbnails / f"{question.photos[0][:64]}-analysis-{key}.json"


def _index(desk: Desk) -> str:
    """Which listings photos are compared with: what the index of their photos says of itself."""
    try:
        said = (desk.paths.photo_index(SHAPES) / "index.json").read_bytes()
    except OSError:
        return ""
    return hashlib.sha256(said).hexdigest()


def _read(file: Path) -> _Kept | None:
    try:
        return _Kept.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None


def _is_old(kept: _Kept, now: datetime) -> bool:
    """Older than a day, or of a day to come: a clock was set back."""
    with suppress(TypeError):  # it tells no time zone
        return not timedelta() <= now - kept.made_at < KEPT_FOR
    return True


def _forget_old(folder: Path, now: datetime) -> None:
    for file in folder.glob(_CALLED):
        kept = _read(file)
        if kept is None or _is_old(kept, now):
            file.unlink(missing_ok=True)
