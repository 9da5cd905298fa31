"""Zip files made to do harm are refused before anything is written, in little memory."""

from __future__ import annotations

import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.imports.archives import archive, listing, page
from vopt_lib.errors import ArchiveDamaged, ArchiveHostile, IngestError, NotAnArchive
from vopt_lib.imports.archive import read_archive


def refused(path: Path, kind: type[IngestError], why: str) -> None:
    with pytest.raises(kind, match=why):
        list(read_archive(path))


@pytest.mark.parametrize("name", ["../out.html", "/etc/out.html", "a/../../out.html", "C:/out.html", "..\\out.html"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    info = zipfile.ZipInfo("placeholder")
    info.filename = name
    path = tmp_path / "slip.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(info, page(listing()))
    refused(path, ArchiveHostile, "elsewhere")


def test_a_link_is_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("index.html")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(info, "/etc/passwd")
    refused(path, ArchiveHostile, "points elsewhere")


def test_a_bomb_is_stopped_while_it_grows(tmp_path: Path) -> None:
    """300 MB of nothing in 300 kB."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made, made.open("index.html", "w") as stream:
        for _ in range(300):
            stream.write(b"<div>" + b" " * 2**20)
    refused(path, ArchiveHostile, "grows")


def test_a_file_that_claims_ten_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    path = archive(tmp_path, {"index.html": page(listing())})
    whole = bytearray(path.read_bytes())
    place = whole.rfind(b"PK\x01\x02")
    struct.pack_into("<I", whole, place + 24, 2**32 - 2)
    path.write_bytes(whole)
    refused(path, ArchiveHostile, "grows")


def test_too_many_files_are_refused_before_they_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as made:
        for number in range(60_000):
            made.writestr(f"{number}", b"")
    refused(path, ArchiveHostile, "more files")


def test_a_cut_zip_is_damaged_and_another_file_is_none(tmp_path: Path) -> None:
    path = archive(tmp_path, {"index.html": page(*(listing(1_000_000_000 + n) for n in range(500)))})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(path, ArchiveDamaged, "its end is missing")
    path.write_bytes(b"%PDF-1.7 this is a letter")
    refused(path, NotAnArchive, "no zip file")
    path.write_bytes(b"")
    refused(path, NotAnArchive, "no zip file")


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, {"index.html": page(listing())})
    whole = bytearray(path.read_bytes())
    whole[whole.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(whole)
    refused(path, ArchiveHostile, "password")


READ = """
import sys
from pathlib import Path
from vopt_lib.imports.archive import read_archive
print(sum(1 for _ in read_archive(Path(sys.argv[1]))))
status = Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


@pytest.mark.slow
def test_fifty_thousand_listings_are_read_in_little_memory(tmp_path: Path) -> None:
    cells = (listing(1_000_000_000 + number, photos=5, description="x" * 500) for number in range(50_000))
    path = archive(tmp_path, {"index.html": page(*cells)})
    command = [sys.executable, "-c", READ, str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert int(told[0]) == 50_000
    assert int(told[1]) < 300
