"""Folders of photos that somebody puts into the inbox: each becomes one draft, whatever happens."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cradle import lived
from tests.desk.drafting import BACK, LABEL, SHIRT, looked
from tests.desk.inbox_child import LATER
from vopt_lib.commit_points import CommitPoint
from vopt_lib.desk import inbox
from vopt_lib.desk.draft_photos import written_by_template
from vopt_lib.desk.inbox import SETTLED, Emptied, empty_inbox
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.errors import AlreadyRunning, AssistantBusy, InboxTooFull, PhotosMissing, UnknownFact
from vopt_lib.files import only_one, read_json
from vopt_lib.schema.listing_text import Facts, TextLanguage, Tone, Written
from vopt_lib.shop import studio
from vopt_lib.words import Words

PHOTOS = {"1.jpg": SHIRT, "2.jpg": BACK, "10.png": LABEL}
IN_ORDER = [sha256(content).hexdigest() for content in (SHIRT, LABEL, BACK)]

QUICK = (str(CommitPoint.INBOX_DRAFTED), f"{CommitPoint.INBOX_PHOTO_IN}:1", str(CommitPoint.INBOX_MOVED))
SLOW = (
    str(CommitPoint.INBOX_NOTED),
    f"{CommitPoint.INBOX_PHOTO_IN}:0",
    f"{CommitPoint.INBOX_PHOTO_IN}:2",
    str(CommitPoint.INBOX_FORGOTTEN),
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


Put = Callable[..., Path]


@pytest.fixture
def put(desk: Desk) -> Put:
    """Puts a folder of files into the inbox: put("giacca", PHOTOS)."""

    def folder_of(name: str, files: dict[str, bytes] = PHOTOS) -> Path:
        folder = desk.paths.inbox / name
        folder.mkdir(parents=True)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        return folder

    return folder_of


def emptied(desk: Desk) -> list[Emptied]:
    return empty_inbox(desk, now=LATER, analyse=looked)


def drafts(desk: Desk) -> list[tuple[str, list[str]]]:
    """Title and photos of each draft, the oldest first."""
    with shop_of(desk).reading() as session:
        found = sorted((one for one, _ in studio.drafts_of(session, member_of(desk))), key=lambda one: one.id)
        return [(one.title, [photo.sha256 for photo in one.item.photos]) for one in found]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_becomes_a_draft_with_its_photos_by_name_and_moves(desk: Desk, put: Put) -> None:
    put("giacca")
    [done] = emptied(desk)
    assert done.said(Words("en")) == "giacca: kept as a draft, number 1, with the code A-0001."
    assert drafts(desk) == [("Giacca di jeans Levi's da donna azzurra e bianca", IN_ORDER)]
    assert names(desk.paths.inbox) == ["done", "failed"]
    assert names(desk.paths.inbox_done / "giacca") == sorted(PHOTOS)
    assert read_json(desk.paths.inbox_begun) == {}


@pytest.mark.parametrize("file", ["facts.txt", "fatti.txt"])
def test_what_a_file_says_of_the_thing_wins(desk: Desk, put: Put, file: str) -> None:
    put("giacca", PHOTOS | {file: b"marca=Wrangler\ntaglia: L\n"})
    emptied(desk)
    assert [title for title, _ in drafts(desk)] == ["Giacca di jeans Wrangler da donna azzurra e bianca taglia L"]


def test_another_folder_of_the_same_name_is_another_draft_and_replaces_nothing(desk: Desk, put: Put) -> None:
    for _ in range(3):
        put("giacca")
        emptied(desk)
    assert len(drafts(desk)) == 3
    assert names(desk.paths.inbox_done) == ["giacca", "giacca-2", "giacca-3"]


def test_a_folder_that_still_changes_is_left_alone(desk: Desk, put: Put) -> None:
    folder = put("giacca")
    newest = max(path.lstat().st_ctime for path in (folder, *folder.iterdir()))
    whole_at = datetime.fromtimestamp(newest, UTC) + SETTLED
    assert empty_inbox(desk, now=whole_at - timedelta(seconds=1), analyse=looked) == []
    assert len(empty_inbox(desk, now=whole_at + timedelta(seconds=1), analyse=looked)) == 1


def test_empty_and_hidden_folders_links_and_loose_files_are_left_alone(desk: Desk, put: Put, tmp_path: Path) -> None:
    put("vuota", {})
    put("solo-nascosti", {".DS_Store": b"x"})
    put(".hidden")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "1.jpg").write_bytes(SHIRT)
    (desk.paths.inbox / "link").symlink_to(elsewhere)
    (desk.paths.inbox / "1.jpg").write_bytes(SHIRT)
    assert emptied(desk) == []
    assert drafts(desk) == []
    assert names(elsewhere) == ["1.jpg"]


def test_a_link_among_the_photos_is_never_followed(desk: Desk, put: Put, tmp_path: Path) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(BACK)
    folder = put("giacca", {"1.jpg": SHIRT})
    (folder / "2.jpg").symlink_to(secret)
    (folder / "facts.txt").symlink_to("/etc/passwd")
    emptied(desk)
    assert [photos for _, photos in drafts(desk)] == [[sha256(SHIRT).hexdigest()]]


@pytest.mark.parametrize(
    ("files", "error", "said"),
    [
        ({"leggimi.doc": b"x"}, PhotosMissing, "In item non ci sono foto"),
        ({f"{n}.jpg": b"x" for n in range(1000)}, InboxTooFull, "1000"),
        ({"1.jpg": SHIRT, "facts.txt": b"prezzo=10"}, UnknownFact, "prezzo"),
    ],
    ids=["no photos", "a thousand files", "unknown fact"],
)
def test_a_folder_that_cannot_become_a_draft_moves_with_the_reason(
    desk: Desk, put: Put, files: dict[str, bytes], error: type[Exception], said: str
) -> None:
    put("item", files)
    put("giacca")
    found = {one.name: one for one in emptied(desk)}
    assert isinstance(found["item"].error, error)
    assert said in (desk.paths.inbox_failed / "item" / "reason.txt").read_text("utf-8")
    assert found["giacca"].draft is not None
    assert len(drafts(desk)) == 1


@pytest.mark.parametrize("content", [b"", b"<html>", SHIRT[:200], b"\xff" * (21 * 2**20)])
def test_a_file_that_is_no_photo_is_named_and_nothing_is_lost(desk: Desk, put: Put, content: bytes) -> None:
    put("giacca", PHOTOS | {"3.jpg": content})
    emptied(desk)
    assert drafts(desk) == []
    failed = desk.paths.inbox_failed / "giacca"
    assert names(failed) == ["1.jpg", "10.png", "2.jpg", "3.jpg", "reason.txt"]
    assert (failed / "reason.txt").read_text("utf-8").startswith("3.jpg")


def test_put_back_after_it_was_mended_it_becomes_a_draft(desk: Desk, put: Put) -> None:
    put("giacca", PHOTOS | {"3.jpg": b""})
    emptied(desk)
    failed = desk.paths.inbox_failed / "giacca"
    (failed / "3.jpg").unlink()
    failed.rename(desk.paths.inbox / "giacca")
    emptied(desk)
    assert [photos for _, photos in drafts(desk)] == [IN_ORDER]


def test_names_with_control_characters_and_no_letters_are_taken_and_told_harmlessly(desk: Desk, put: Put) -> None:
    put("gia\x1b[31mcca\n", {"1\x07.jpg": SHIRT})
    broken = os.fsdecode(b"\xff\xfe")
    put(broken, {"1.jpg": BACK})
    told = [one.said(Words("en")) for one in emptied(desk)]
    assert all(line.isprintable() for line in told)
    assert len(drafts(desk)) == 2


def test_a_reason_never_goes_where_a_link_leads(desk: Desk, put: Put, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    folder = put("item", {"leggimi.doc": b"x"})
    (folder / "reason.txt").symlink_to(outside)
    emptied(desk)
    assert outside.read_text() == "mine"
    assert not (desk.paths.inbox_failed / "item" / "reason.txt").is_symlink()


def test_what_may_pass_leaves_the_folder_where_it_is_and_the_others_go_on(desk: Desk, put: Put) -> None:
    put("a")
    put("b")

    def busy_once(desk: Desk, facts: Facts, language: TextLanguage, tone: Tone) -> Written:
        if not asked:
            asked.append(1)
            raise AssistantBusy(backend="x")
        return written_by_template(desk, facts, language, tone)

    asked: list[int] = []
    first, second = empty_inbox(desk, now=LATER, analyse=looked, write=busy_once)
    assert (first.draft, second.error) == (None, None)
    assert names(desk.paths.inbox) == ["a", "done", "failed"]
    emptied(desk)
    assert len(drafts(desk)) == 2


def test_a_folder_that_cannot_be_moved_is_no_second_draft(
    desk: Desk, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path, into: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    put("giacca")
    with monkeypatch.context() as refusing:
        refusing.setattr(inbox, "_moved", refuse)
        assert [one.error is None for one in emptied(desk) + emptied(desk)] == [False, False]
    assert names(desk.paths.inbox) == ["done", "failed", "giacca"]
    assert emptied(desk)[0].error is None
    assert [photos for _, photos in drafts(desk)] == [IN_ORDER]


def test_only_one_process_empties_the_inbox(desk: Desk, put: Put) -> None:
    put("giacca")
    with only_one(desk.paths.inbox_lock, "emptying the inbox"), pytest.raises(AlreadyRunning):
        emptied(desk)
    assert drafts(desk) == []


@pytest.mark.parametrize("point", [*QUICK, *(pytest.param(point, marks=pytest.mark.slow) for point in SLOW)])
def test_killed_anywhere_the_next_run_neither_loses_nor_doubles(desk: Desk, put: Put, point: str) -> None:
    put("giacca")
    assert lived("tests.desk.inbox_child", str(desk.paths.data), point) == -signal.SIGKILL
    emptied(desk)
    assert [photos for _, photos in drafts(desk)] == [IN_ORDER]
    assert names(desk.paths.inbox) == ["done", "failed"]
    assert names(desk.paths.inbox_done) == ["giacca"]
    assert read_json(desk.paths.inbox_begun) == {}


def test_every_commit_point_of_the_inbox_is_killed_at() -> None:
    ours = {str(point) for point in CommitPoint if point.startswith("inbox.")}
    assert {point.partition(":")[0] for point in (*QUICK, *SLOW)} == ours
