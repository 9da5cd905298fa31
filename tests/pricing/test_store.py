"""Models on the disk: whole or not there, back as they were, and never anything that runs."""

from __future__ import annotations

import errno
import json
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st
from scipy import sparse

from tests.pricing.cards import WHY, card
from vopt_lib.commit_points import observe
from vopt_lib.errors import ModelDamaged, ModelNotKept, ModelTooNew, UnknownModel
from vopt_lib.pricing import store
from vopt_lib.pricing.store import State

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
WEIGHTS = sparse.csr_matrix(np.array([[0.0, 2.5], [1.0, 0.0]], dtype=np.float32))
STATE = State(
    {
        "weights/data": WEIGHTS.data,
        "weights/indices": WEIGHTS.indices,
        "weights/indptr": WEIGHTS.indptr,
        "file": np.arange(6).reshape(2, 3),
        "words": np.array(["è", "borsa"]),
        "nothing": np.array([], dtype=np.float64),
    },
    {"shape": [2, 2], "seed": 0, "brands": {"Zara": 1.5}},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models" / "price"


def keep(folder: Path, *names: str, state: State = STATE, **changes: object) -> None:
    for name in names:
        store.save(folder, state, card(name, **changes), f"# {name}\n")


def test_a_model_comes_back_as_it_was(folder: Path) -> None:
    keep(folder, "it-20261122T063000")
    found = store.load(folder, "it-20261122T063000")
    assert found.told == STATE.told
    assert list(found.arrays) == list(STATE.arrays)
    for name, array in STATE.arrays.items():
        np.testing.assert_array_equal(found.arrays[name], array)
        assert found.arrays[name].dtype == array.dtype
    parts = tuple(found.arrays[f"weights/{part}"] for part in ("data", "indices", "indptr"))
    assert (sparse.csr_matrix(parts, shape=tuple(found.told["shape"])) != WEIGHTS).nnz == 0


KINDS = st.one_of(
    np_st.floating_dtypes(), np_st.integer_dtypes(), np_st.boolean_dtypes(), np_st.unicode_string_dtypes()
)


@settings(max_examples=40, deadline=None)
@given(
    arrays=st.dictionaries(
        st.text("abc/é.", min_size=1, max_size=8), np_st.arrays(KINDS, np_st.array_shapes(min_side=0)), max_size=4
    )
)
def test_whatever_arrays_a_model_has_come_back(arrays: dict[str, np.ndarray]) -> None:
    with tempfile.TemporaryDirectory() as place:
        keep(Path(place), "it-20261122T063000", state=State(arrays))
        found = store.load(Path(place), "it-20261122T063000").arrays
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype


def test_it_lies_in_four_files_beside_its_card(folder: Path) -> None:
    keep(folder, "it-20261122T063000")
    assert {path.name for path in (folder / "it-20261122T063000").iterdir()} == {
        "model.npz", "model.json", "metrics.json", "card.md",
    }  # fmt: skip
    assert [path.name for path in folder.iterdir()] == ["it-20261122T063000"]
    assert store.card_of(folder, "it-20261122T063000") == card("it-20261122T063000")
    assert store.card_text(folder, "it-20261122T063000") == "# it-20261122T063000\n"
    with np.load(folder / "it-20261122T063000" / "model.npz", allow_pickle=False) as held:
        assert held["words"].tolist() == ["è", "borsa"]


def test_the_same_model_gives_the_same_bytes(folder: Path) -> None:
    keep(folder, "it-20261122T063000", "it-20261122T063000-2")
    for name in ("model.npz", "model.json"):
        one, two = (folder / version / name for version in ("it-20261122T063000", "it-20261122T063000-2"))
        assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (State({"objects": np.array([{}], dtype=object)}), TypeError),
        (State({}, {"rate": float("nan")}), ValueError),
        (State({}, {"rate": object()}), TypeError),
    ],
    ids=["objects", "no number", "no JSON"],
)
def test_what_would_need_a_pickle_or_would_change_is_not_kept(
    folder: Path, state: State, error: type[Exception]
) -> None:
    with pytest.raises(error):
        keep(folder, "it-20261122T063000", state=state)
    assert list(folder.iterdir()) == []


def test_names_are_by_market_and_time_and_never_taken(folder: Path) -> None:
    first = store.new_version(folder, "it", NOW)
    keep(folder, first)
    second = store.new_version(folder, "it", NOW)
    keep(folder, second)
    assert (first, second) == ("it-20261122T063000", "it-20261122T063000-2")
    assert store.market_of(store.new_version(folder, "co.uk", NOW)) == "co.uk"


def test_models_are_listed_the_newest_first_and_nothing_else_is_one(folder: Path) -> None:
    keep(folder, "it-20261122T063000-2", "it-20261122T063000", "it-20261122T063000-10", "fr-20261121T063000")
    for other in (".draft-x", "README.md", "it-now", "it-20261122T0630"):
        (folder / other).mkdir()
    assert store.versions(folder) == [
        "it-20261122T063000-10", "it-20261122T063000-2", "it-20261122T063000", "fr-20261121T063000",
    ]  # fmt: skip
    assert store.versions(folder, "fr") == ["fr-20261121T063000"]
    assert store.versions(folder / "nowhere") == []


def test_a_model_is_named_by_the_beginning_of_its_name_if_only_one_begins_so(folder: Path) -> None:
    keep(folder, "it-20261122T063000", "it-20261122T063000-2", "it-20261115T063000")
    assert store.version_called(folder, "it-20261115") == "it-20261115T063000"
    assert store.version_called(folder, "it-20261122T063000") == "it-20261122T063000"
    for name in ("it-2026112", "fr", "", "../x"):
        with pytest.raises(UnknownModel):
            store.version_called(folder, name)


def test_each_market_uses_a_model_of_its_own(folder: Path) -> None:
    keep(folder, "it-20261122T063000", "it-20261115T063000", "fr-20261122T063000")
    assert store.published(folder) == {}
    store.publish(folder, "it-20261122T063000")
    store.publish(folder, "fr-20261122T063000")
    store.publish(folder, "it-20261115T063000")
    assert store.published(folder) == {"it": "it-20261115T063000", "fr": "fr-20261122T063000"}
    with pytest.raises(UnknownModel):
        store.publish(folder, "it-20261101T063000")


def test_the_last_five_that_may_be_used_are_kept_the_one_in_use_always(folder: Path) -> None:
    days = [f"it-202611{day:02}T063000" for day in range(1, 9)]
    keep(folder, *days, "fr-20261101T063000")
    store.publish(folder, days[0])
    assert store.prune(folder, "it") == [days[3], days[2], days[1]]
    assert store.versions(folder, "it") == [*reversed(days[4:]), days[0]]
    assert store.versions(folder, "fr") == ["fr-20261101T063000"]


def test_refused_models_push_no_good_one_out_and_only_the_newest_of_them_stays(folder: Path) -> None:
    keep(folder, "it-20261101T063000", "it-20261102T063000")
    keep(folder, *(f"it-202611{day:02}T063000" for day in range(3, 12)), refused=(WHY,))
    store.publish(folder, "it-20261102T063000")
    store.prune(folder, "it")
    assert store.versions(folder) == ["it-20261111T063000", "it-20261102T063000", "it-20261101T063000"]


def test_what_a_killed_process_left_goes_with_the_next_model(folder: Path) -> None:
    for left in (".draft-abc", ".leaving-it-20261101T063000"):
        (folder / left).mkdir(parents=True)
        (folder / left / "model.npz").write_bytes(b"x")
    keep(folder, "it-20261122T063000")
    assert [path.name for path in folder.iterdir()] == ["it-20261122T063000"]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("spoil", [_cut, _flip, Path.unlink, lambda path: path.write_bytes(b"")],
                         ids=["cut off", "one bit", "gone", "empty"])  # fmt: skip
@pytest.mark.parametrize("name", ["model.npz", "model.json"])
def test_a_spoilt_file_is_told_with_what_to_do(folder: Path, name: str, spoil: Callable[[Path], object]) -> None:
    keep(folder, "it-20261122T063000")
    spoil(folder / "it-20261122T063000" / name)
    with pytest.raises(ModelDamaged, match="Train anew with `vopt train`, or go back to another one"):
        store.load(folder, "it-20261122T063000")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"version": "x"}', b"\xff"])
def test_a_spoilt_card_is_told_too(folder: Path, content: bytes) -> None:
    keep(folder, "it-20261122T063000")
    (folder / "it-20261122T063000" / "metrics.json").write_bytes(content)
    with pytest.raises(ModelDamaged, match=r"metrics\.json"):
        store.card_of(folder, "it-20261122T063000")


def test_a_model_of_another_form_says_whose_it_is(folder: Path) -> None:
    keep(folder, "it-20261122T063000")
    path = folder / "it-20261122T063000" / "model.json"
    path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), "form": 99, "vopt": "7.0"}))
    with pytest.raises(ModelTooNew, match=r"another version of vopt \(7\.0\)"):
        store.load(folder, "it-20261122T063000")


@pytest.mark.parametrize("content", [b"null", b"[1]", b'{"format": "x"}', b'{"seal": 1, "format": "vopt price model"}'])
def test_a_foreign_file_is_no_model(folder: Path, content: bytes) -> None:
    keep(folder, "it-20261122T063000")
    (folder / "it-20261122T063000" / "model.json").write_bytes(content)
    with pytest.raises(ModelDamaged, match=r"its model\.json is not what was written"):
        store.load(folder, "it-20261122T063000")


def test_a_pickle_inside_is_refused_even_if_its_checksum_is_right(folder: Path) -> None:
    keep(folder, "it-20261122T063000")
    place = folder / "it-20261122T063000"
    with zipfile.ZipFile(place / "model.npz", "w") as archive, archive.open("evil.npy", "w") as stream:
        np.lib.format.write_array(stream, np.array([print], dtype=object), allow_pickle=True)
    told = {**orjson.loads((place / "model.json").read_bytes()), "arrays": store._digest(place / "model.npz")}
    del told["seal"]
    (place / "model.json").write_bytes(orjson.dumps(told | {"seal": store._seal(told)}))
    with pytest.raises(ModelDamaged, match=r"its model\.npz cannot be read"):
        store.load(folder, "it-20261122T063000")


@pytest.mark.parametrize("version", ["it-20261101T063000", "../..", "", "published.json"])
def test_a_model_that_is_not_there_is_unknown(folder: Path, version: str) -> None:
    keep(folder, "it-20261122T063000")
    with pytest.raises(UnknownModel):
        store.load(folder, version)


@pytest.mark.parametrize("point", ["model.written", "model.named"])
def test_a_full_disk_leaves_the_models_as_they_were(folder: Path, point: str) -> None:
    keep(folder, "it-20261115T063000")
    store.publish(folder, "it-20261115T063000")

    def full(reached: str) -> None:
        if reached == point:
            raise OSError(errno.ENOSPC, "No space left on device")

    observe(full)
    try:
        with pytest.raises(ModelNotKept, match=r"the disk is full\. The one in use stays"):
            keep(folder, "it-20261122T063000")
    finally:
        observe(lambda _: None)
    assert store.published(folder) == {"it": "it-20261115T063000"}
    assert store.load(folder, "it-20261115T063000").told == STATE.told
    assert not list(folder.glob(".draft-*"))


def test_what_is_kept_is_for_its_owner_only(folder: Path) -> None:
    keep(folder, "it-20261122T063000")
    assert (folder.stat().st_mode & 0o777, (folder / "it-20261122T063000").stat().st_mode & 0o777) == (0o700, 0o700)


def test_a_card_survives_what_a_later_vopt_adds_to_it(folder: Path) -> None:
    keep(folder, "it-20261122T063000")
    path = folder / "it-20261122T063000" / "metrics.json"
    told = json.loads(path.read_text())
    told["mood"] = "good"
    told["quality"]["charm"] = 1
    path.write_text(json.dumps(told))
    assert store.card_of(folder, "it-20261122T063000") == card("it-20261122T063000")
