"""This is where the vectors of one model lie on the disk, ready to be searched: the old ones or the new, always whole.

    index.json                    {model, length, photos, write, …}: it names the files
    rows-<write>.npy              key and number of each photo
    vectors-<write>.npy           their vectors, read where they lie
    graph-<write>.usearch         the graph of neighbours, above EXACT_UP_TO photos

Files are written under new names; index.json is then replaced in one step, and the old ones go. All of it can be made
anew from the lake. Readers need no lock: files that have gone stay theirs while they hold them.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.errors import FileDamaged, IndexDamaged, IndexMissing, LikenessError, ModelsDiffer, VectorsUnusable
from vopt_lib.files import only_one, read_json, sync_files, write_json
from vopt_lib.vision.approximate import WIDTHS, Graph
from vopt_lib.vision.index import EXACT_UP_TO, Index, recall_at_10
from vopt_lib.vision.vectors import Keys, Matrix, Numbers, Vectors, as_keys, as_texts, checked
from vopt_lib.words import N_

FORM: Final = 1
"""Raised when vectors are kept in another way."""

STALE_SHARE: Final = 0.2
"""Share of places in the graph whose photo has gone, above which it is made anew: they take time and room."""

LEAST_RECALL: Final = 0.99
"""Share of the ten most alike that a graph shall find: it looks wider until it does, as far as WIDTHS go."""

MOST_LOST: Final = 0.02
"""A graph that was added to, and finds so much less than when it was made, is made anew."""

SAMPLE: Final = 100
"""Photos whose ten most alike are looked for both ways, to tell the recall: 1,000 answers, so to about .003."""

BLOCK: Final = 4_096
"""Vectors that are held in memory at once while an index is written."""

_NAMED: Final = "index.json"
_FILE: Final = re.compile(r"rows-\d+\.npy|vectors-\d+\.npy|graph-\d+\.usearch")


@dataclass(frozen=True)
class Photos:
    """What an index is to hold.

    model: the name of the model; length: numbers of each of its vectors. keys: the hashes of the photos, each once.
    vectors_of: the vectors (k, length) of some of these keys, in their order; it is asked for what is missing alone.
    changed: keys whose vector is no longer the one that was given before.
    """

    model: str
    length: int
    keys: Sequence[str]
    vectors_of: Callable[[Sequence[str]], npt.ArrayLike]
    changed: Collection[str] = ()


@dataclass(frozen=True)
class IndexFigures:
    """What an index holds, and what the last change of it was.

    photos, added, removed: so many. is_rebuilt: the graph was made anew. recall_at_10: share of the ten most alike that
    the graph finds, over SAMPLE photos; None where all photos are compared and nothing can be missed.
    """

    photos: int
    added: int
    removed: int
    is_rebuilt: bool
    recall_at_10: float | None


@dataclass(frozen=True)
class _Change:
    """What lies in a folder: `told` by its index.json (empty: nothing that can be built on), the rows `before`, which
    of them stay, and the keys of what is new.
    """

    folder: Path
    told: Mapping[str, Any]
    before: Vectors
    stays: npt.NDArray[np.bool_]
    added: list[str]

    @property
    def gone(self) -> Numbers:
        return self.before.numbers[~self.stays]

    @property
    def is_none(self) -> bool:
        return bool(self.told) and not self.added and bool(self.stays.all())


def open_index(folder: Path, model: str) -> Index:
    """The photos that lie there, to be searched; they stay on the disk and are there at once.

    Raises: IndexMissing; ModelsDiffer; IndexDamaged.
    """
    for is_last in (False, True):
        told = _told(folder, model)
        try:
            return Index(_vectors(folder, told), _graph(folder, told, Graph.view))
        except FileNotFoundError as error:
            # Another process has just replaced it, and removed the files that were named a moment ago.
            if is_last:
                raise IndexDamaged(model=model, why=N_("one of its files is missing")) from error
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(model=model, why=N_("its files are not what was written")) from error
    raise AssertionError


def made_for(folder: Path) -> tuple[str, int] | None:
    """The model whose vectors lie there, and the length of each; None: nothing that can be searched or added to."""
    try:
        told = read_json(folder / _NAMED)
    except FileDamaged:
        return None
    return (str(told["model"]), int(told["length"])) if told and told.get("form") == FORM else None


def update_index(folder: Path, photos: Photos, *, seed: int = 0, exact_up_to: int = EXACT_UP_TO) -> IndexFigures:
    """Bring what lies there to these photos: what is missing is added, what is no longer wanted goes.

    What another model made there, or what is damaged, is replaced. Raises: VectorsUnusable; AlreadyRunning; OSError.
    """
    with only_one(folder / "index.lock", "vopt embed"):
        change = _change(folder, photos)
        needs_graph = len(photos.keys) > exact_up_to
        if change.is_none and change.told.get("has_graph") == needs_graph:
            return IndexFigures(len(photos.keys), 0, 0, False, change.told["recall_at_10"])
        _remove_leftovers(folder)
        write = 1 + max(map(_write_of, _files(folder)), default=0)
        after = _write_vectors(write, change, photos)
        return _name(write, change, after, _Graph.of(change, after, seed) if needs_graph else None)


@dataclass(frozen=True)
class _Graph:
    """A graph with what is known of it. holes: places in it whose photo has gone; first_recall: when it was made."""

    graph: Graph
    holes: int
    is_rebuilt: bool
    recall: float
    first_recall: float

    @classmethod
    def of(cls, change: _Change, after: Vectors, seed: int) -> _Graph:
        """The graph of these vectors: the one before with what changed, or a new one where that finds too little."""
        grown = _grown(change, after)
        if grown is not None:
            recall, first = _widened(after, grown, seed), change.told["first_recall"]
            if recall >= min(LEAST_RECALL, first - MOST_LOST):
                return cls(grown, change.told["holes"] + len(change.gone), False, recall, first)
        new = Graph(after.length)
        _add(new, after, np.arange(len(after)))
        recall = _widened(after, new, seed)
        return cls(new, 0, True, recall, recall)


def _widened(vectors: Vectors, graph: Graph, seed: int) -> float:
    """Let the graph look as wide as it must to find LEAST_RECALL. Returns: what it finds."""
    recall = 0.0
    for width in (width for width in WIDTHS if width >= graph.width):
        graph.width = width
        recall = recall_at_10(Index(vectors, graph), sample=SAMPLE, seed=seed)
        if recall >= LEAST_RECALL:
            break
    return recall


def _grown(change: _Change, after: Vectors) -> Graph | None:
    """The graph before without what has gone and with what is new; None where there is none, or it is stale."""
    told = change.told
    if not told.get("has_graph") or told["holes"] + len(change.gone) > STALE_SHARE * len(after):
        return None
    graph = _graph(change.folder, told, Graph.load)
    if graph is not None:
        graph.remove(change.gone)
        _add(graph, after, np.arange(int(change.stays.sum()), len(after)))
    return graph


def _add(graph: Graph, vectors: Vectors, rows: npt.NDArray[np.int64]) -> None:
    for first in range(0, len(rows), BLOCK):
        some = rows[first : first + BLOCK]
        graph.add(vectors.numbers[some], vectors.matrix[some])


def _change(folder: Path, photos: Photos) -> _Change:
    wanted, changed = set(photos.keys), set(photos.changed)
    if len(wanted) != len(photos.keys):
        raise ValueError("a photo is given twice")
    told = _usable(folder, photos)
    before = _vectors(folder, told) if told else _nothing(photos)
    there = as_texts(before.keys)
    stays = np.array([key in wanted and key not in changed for key in there], dtype=bool)
    kept = {key for key, stay in zip(there, stays, strict=True) if stay}
    return _Change(folder, told, before, stays, [key for key in photos.keys if key not in kept])


def _write_vectors(write: int, change: _Change, photos: Photos) -> Vectors:
    """The files of the vectors under new names. Returns: what they hold."""
    kept = np.flatnonzero(change.stays)
    count = len(kept) + len(change.added)
    path = change.folder / f"vectors-{write}.npy"
    _write_matrix(path, count, photos.length, _blocks(change, kept, photos))
    numbers = np.concatenate([change.before.numbers[kept], _new_numbers(change)])
    keys = as_keys([*as_texts(change.before.keys[kept]), *change.added])
    rows = np.empty(count, dtype=[("key", keys.dtype), ("number", np.uint64)])
    rows["key"], rows["number"] = keys, numbers
    np.save(change.folder / f"rows-{write}.npy", rows, allow_pickle=False)
    return Vectors(photos.model, keys, _mapped(path)[:count], numbers)


def _write_matrix(path: Path, count: int, length: int, blocks: Iterable[Matrix]) -> None:
    """A file of so many vectors, as numpy maps it. Not through a map: on a full disk that kills the process."""
    # numpy maps no file without rows: an empty one gets a row that is not read.
    shape = (max(count, 1), length)
    with path.open("wb") as file:
        header = {"descr": "<f4", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        for block in blocks if count else [np.zeros(shape, np.float32)]:
            file.write(np.ascontiguousarray(block, dtype="<f4").tobytes())


def _blocks(change: _Change, kept: npt.NDArray[np.int64], photos: Photos) -> Iterator[Matrix]:
    """The vectors, some at a time: those that stay, then the new ones."""
    for first in range(0, len(kept), BLOCK):
        yield change.before.matrix[kept[first : first + BLOCK]]
    for first in range(0, len(change.added), BLOCK):
        keys = change.added[first : first + BLOCK]
        block = checked(np.asarray(photos.vectors_of(keys)))
        if block.shape != (len(keys), photos.length):
            raise VectorsUnusable(why=N_("it has another length than those it is compared with"))
        yield block


def _new_numbers(change: _Change) -> Numbers:
    numbers = change.before.numbers
    first = int(numbers[-1]) + 1 if len(numbers) else 0
    return np.arange(first, first + len(change.added), dtype=np.uint64)


def _name(write: int, change: _Change, after: Vectors, made: _Graph | None) -> IndexFigures:
    """Save the graph, put all on the disk, and let readers have it."""
    folder = change.folder
    paths = [folder / f"rows-{write}.npy", folder / f"vectors-{write}.npy"]
    if made:
        paths.append(folder / f"graph-{write}.usearch")
        made.graph.save(paths[-1])
    sync_files(paths)
    reached(CommitPoint.INDEX_WRITTEN)
    recall = made.recall if made else None
    told = {"form": FORM, "model": after.model, "length": after.length, "photos": len(after), "write": write}
    told |= {"has_graph": made is not None, "graph_bytes": paths[-1].stat().st_size if made else 0}
    told |= {"recall_at_10": recall}
    if made:
        told |= {"width": made.graph.width, "holes": made.holes, "first_recall": made.first_recall}
    write_json(folder / _NAMED, told)
    reached(CommitPoint.INDEX_NAMED)
    _remove_leftovers(folder)
    return IndexFigures(len(after), len(change.added), len(change.gone), made is not None and made.is_rebuilt, recall)


def _remove_leftovers(folder: Path) -> None:
    """Files that index.json does not name: older ones, and those of a process that was killed."""
    try:
        told = read_json(folder / _NAMED) or {}
    except FileDamaged:
        told = {}
    for path in _files(folder):
        if _write_of(path) != told.get("write"):
            path.unlink()
            reached(CommitPoint.INDEX_OLD_REMOVED)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if _FILE.fullmatch(path.name))


def _write_of(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _told(folder: Path, model: str) -> dict[str, Any]:
    try:
        told = read_json(folder / _NAMED)
    except FileDamaged as error:
        raise IndexDamaged(model=model, why=N_("its index.json is not what was written")) from error
    if told is None:
        raise IndexMissing(model=model)
    if told.get("form") != FORM:
        raise IndexDamaged(model=model, why=N_("another version of vopt wrote it"))
    if told.get("model") != model:
        raise ModelsDiffer(theirs=model, ours=str(told.get("model")))
    return told


def _usable(folder: Path, photos: Photos) -> dict[str, Any]:
    """What index.json says, where its vectors can be built on; else nothing."""
    try:
        open_index(folder, photos.model)
        told = _told(folder, photos.model)
    except LikenessError:
        return {}
    return told if told["length"] == photos.length else {}


def _vectors(folder: Path, told: Mapping[str, Any]) -> Vectors:
    rows = np.load(folder / f"rows-{told['write']}.npy", mmap_mode=None, allow_pickle=False)
    matrix = _mapped(folder / f"vectors-{told['write']}.npy")
    count = int(told["photos"])
    if len(rows) != count or matrix.shape != (max(count, 1), told["length"]) or matrix.dtype != np.float32:
        raise ValueError(f"{folder} does not hold what its index.json says")
    return Vectors(told["model"], np.ascontiguousarray(rows["key"]), matrix[:count], rows["number"].copy())


def _mapped(path: Path) -> npt.NDArray[Any]:
    """An array that stays on the disk until it is read; in large pages where the system has them, which takes a tenth
    off the time of a product with it."""
    held = np.load(path, mmap_mode="r", allow_pickle=False)
    if isinstance(held.base, mmap.mmap) and hasattr(mmap, "MADV_HUGEPAGE"):
        with suppress(OSError):
            held.base.madvise(mmap.MADV_HUGEPAGE)
    return np.asarray(held)


def _graph(folder: Path, told: Mapping[str, Any], read: Callable[[Path, int], Graph]) -> Graph | None:
    if not told["has_graph"]:
        return None
    path = folder / f"graph-{told['write']}.usearch"
    # usearch itself closes a stranger's file when it finds that its own is cut off.
    if path.stat().st_size != told["graph_bytes"]:
        raise ValueError(f"{path} is not of the size that was written")
    graph = read(path, told["length"])
    if len(graph) != told["photos"]:
        raise ValueError(f"{path} holds {len(graph)} photos, not {told['photos']}")
    graph.width = int(told["width"])
    return graph


def _nothing(photos: Photos) -> Vectors:
    keys: Keys = np.empty(0, dtype="S1")
    return Vectors(photos.model, keys, np.empty((0, photos.length), np.float32), np.empty(0, np.uint64))
