"""This is where trained models are kept: a folder each, whole or not at all, and which of them each market uses.

    <version>/model.npz      its arrays, not compressed: loading is reading
              model.json     the rest of its state, and checksums of both
              metrics.json   its card, for programs
              card.md        its card, for people
    published.json           {market: version}

Nothing is ever pickled, so a model from elsewhere can be wrong but cannot do anything. A folder gets its name when all
its files are on the disk; one that leaves loses its name first. Whoever changes anything holds one lock (`Paths.
models_lock`); readers need none.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson

from vopt_lib import __version__
from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.errors import ModelDamaged, ModelNotKept, ModelTooNew, UnknownModel, VoptError
from vopt_lib.files import read_json, reason, sync_files, sync_folder, write_json
from vopt_lib.schema.model_card import ModelCard
from vopt_lib.words import N_

FORM: Final = 1
"""Raised when models are kept in another way."""

MOST_KEPT: Final = 5
"""Models that may be used, the one in use among them. Of those that were refused, the newest alone is kept: a row of
bad weeks must not push out the good models that she could go back to."""

ARRAYS: Final = "model.npz"
STATE: Final = "model.json"
METRICS: Final = "metrics.json"
CARD: Final = "card.md"
PUBLISHED: Final = "published.json"

_FORMAT: Final = "vopt price model"
_DRAFT: Final = ".draft-"
_LEAVING: Final = ".leaving-"
_NAME: Final = re.compile(r"(?P<market>[a-z]{2,3}(?:\.[a-z]{2,3})?)-\d{8}T\d{6}(?:-\d+)?")
_CHUNK: Final = 2**20

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class State:
    """A model as it lies on the disk: arrays of numbers or text (no objects), and whatever JSON can hold."""

    arrays: Mapping[str, Array]
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def megabytes(self) -> float:
        """Size of its arrays."""
        return sum(array.nbytes for array in self.arrays.values()) / 10**6


# Reading


def versions(folder: Path, market: str | None = None) -> list[str]:
    """The models that are kept (of one market), the newest first."""
    named = [(path.name, _NAME.fullmatch(path.name)) for path in folder.iterdir()] if folder.is_dir() else []
    known = [name for name, found in named if found and market in (None, found["market"])]
    return sorted(known, key=_age, reverse=True)


def version_called(folder: Path, name: str) -> str:
    """The kept model of this name, or the only one whose name begins so. Raises: UnknownModel."""
    known = versions(folder)
    found = [name] if name in known else [one for one in known if name and one.startswith(name)]
    if len(found) != 1:
        raise UnknownModel(version=name)
    return found[0]


def market_of(version: str) -> str:
    """The market whose prices a model tells."""
    found = _NAME.fullmatch(version)
    return found["market"] if found else ""


def published(folder: Path) -> dict[str, str]:
    """{market: version} in use. Raises: FileDamaged."""
    return {str(market): str(version) for market, version in (read_json(folder / PUBLISHED) or {}).items()}


def card_of(folder: Path, version: str) -> ModelCard:
    """Its card. Raises: ModelDamaged."""
    plain = _read(folder, version, METRICS)
    try:
        return ModelCard.of_json(orjson.loads(plain))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelDamaged(version=version, why=N_("its metrics.json is not what was written")) from error


def card_text(folder: Path, version: str) -> str:
    """Its card for people, in Markdown. Raises: ModelDamaged."""
    return _read(folder, version, CARD).decode(errors="replace")


def load(folder: Path, version: str) -> State:
    """The state that was kept. Raises: ModelDamaged, which may be ModelTooNew."""
    told = _checked(version, _read(folder, version, STATE))
    path = folder / version / ARRAYS
    try:
        if _digest(path) != told["arrays"]:
            raise ModelDamaged(version=version, why=N_("its model.npz is not what was written"))
        with np.load(path, allow_pickle=False) as held:
            return State({name: held[name] for name in held.files}, told["told"])
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        if isinstance(error, VoptError):
            raise
        raise ModelDamaged(version=version, why=N_("its model.npz cannot be read")) from error


# Writing: whoever calls these holds the lock


def new_version(folder: Path, market: str, now: datetime) -> str:
    """A name that is not taken, and sorts by time within its market: it-20261122T063000."""
    names = (f"{market}-{now:%Y%m%dT%H%M%S}{more}" for more in chain([""], (f"-{n}" for n in count(2))))
    return next(name for name in names if not (folder / name).exists())


def save(folder: Path, state: State, card: ModelCard, text: str) -> None:
    """Keep a model under the version of its card. What a killed predecessor left half done goes.

    Raises: ModelNotKept; TypeError or ValueError, for arrays of objects and what JSON cannot hold.
    """
    with _told(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_leftovers(folder)
        draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder))
        try:
            _write(draft, state, card, text)
            reached(CommitPoint.MODEL_WRITTEN)
            draft.rename(folder / card.version)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        sync_folder(folder)
        reached(CommitPoint.MODEL_NAMED)


def publish(folder: Path, version: str) -> None:
    """Let its market use this model from now on. Raises: UnknownModel; ModelNotKept."""
    if version not in versions(folder):
        raise UnknownModel(version=version)
    with _told(folder):
        write_json(folder / PUBLISHED, published(folder) | {market_of(version): version})
        reached(CommitPoint.MODEL_PUBLISHED)


def prune(folder: Path, market: str, *, most: int = MOST_KEPT) -> list[str]:
    """Remove the models of a market beyond those worth keeping. Returns: their names."""
    kept = _worth_keeping(folder, market, most)
    leaving = [version for version in versions(folder, market) if version not in kept]
    with _told(folder):
        for version in leaving:
            aside = folder / f"{_LEAVING}{version}"
            (folder / version).rename(aside)
            sync_folder(folder)
            reached(CommitPoint.MODEL_SET_ASIDE, version)
            shutil.rmtree(aside)
            reached(CommitPoint.MODEL_REMOVED, version)
    return leaving


def _worth_keeping(folder: Path, market: str, most: int) -> set[str]:
    """The one in use, the newest that may be used, and the newest that was refused. Damaged ones count as refused."""
    used = published(folder).get(market)
    others = [version for version in versions(folder, market) if version != used]
    good = [version for version in others if _is_usable(folder, version)]
    refused = [version for version in others if version not in good]
    return {*(([used] if used else []) + good)[:most], *refused[:1]}


def _is_usable(folder: Path, version: str) -> bool:
    try:
        return not card_of(folder, version).refused
    except ModelDamaged:
        return False


def _write(draft: Path, state: State, card: ModelCard, text: str) -> None:
    json.dumps(dict(state.told), allow_nan=False)  # orjson would silently make null of what is no number
    _write_arrays(draft / ARRAYS, state.arrays)
    sealed = {"format": _FORMAT, "form": FORM, "vopt": __version__, "arrays": _digest(draft / ARRAYS)}
    sealed |= {"told": dict(state.told)}
    (draft / STATE).write_bytes(orjson.dumps(sealed | {"seal": _seal(sealed)}))
    (draft / METRICS).write_bytes(orjson.dumps(card.as_json(), option=orjson.OPT_INDENT_2))
    (draft / CARD).write_text(text, encoding="utf-8")
    sync_files(draft / name for name in (ARRAYS, STATE, METRICS, CARD))


def _write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """What np.savez writes, but for arrays of any name, and never a pickle."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            if array.dtype.hasobject:
                raise TypeError(f"{name} holds objects, and a model is kept without them")
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as stream:
                np.lib.format.write_array(stream, array, allow_pickle=False)


def _remove_leftovers(folder: Path) -> None:
    for path in folder.glob(".*"):
        if path.name.startswith((_DRAFT, _LEAVING)):
            shutil.rmtree(path)


def _read(folder: Path, version: str, name: str) -> bytes:
    if version not in versions(folder):
        raise UnknownModel(version=version)
    try:
        return (folder / version / name).read_bytes()
    except OSError as error:
        raise ModelDamaged(version=version, why=N_("one of its files cannot be read")) from error


def _checked(version: str, content: bytes) -> dict[str, Any]:
    """What model.json says. Raises: ModelDamaged, which may be ModelTooNew."""
    broken = ModelDamaged(version=version, why=N_("its model.json is not what was written"))
    try:
        told = dict(orjson.loads(content))
        seal = told.pop("seal")
        if told["format"] != _FORMAT or not isinstance(told["form"], int):
            raise broken
    except (KeyError, TypeError, ValueError) as error:
        raise broken from error
    if told["form"] != FORM:
        raise ModelTooNew(version=version, theirs=str(told.get("vopt", "?")))
    if seal != _seal(told) or not isinstance(told.get("told"), dict):
        raise broken
    return told


def _seal(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            found.update(piece)
    return found.hexdigest()


def _age(version: str) -> tuple[str, int]:
    """By time, then by the number of those of one second; the market aside."""
    _, time, *number = version.split("-")
    return time, int(number[0]) if number else 1


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Why it could not be written, in words for a person."""
    try:
        yield
    except OSError as error:
        if isinstance(error, VoptError):
            raise
        raise ModelNotKept(folder=str(folder), why=reason(error)) from error
