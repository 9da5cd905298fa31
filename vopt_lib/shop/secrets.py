"""This is where what opens an account elsewhere is locked: passwords and tokens, never in the database as they are.

They are encrypted with Fernet (AES-128-CBC and HMAC-SHA256, from `cryptography`). The keys lie in a file that only its
owner may read, the newest first: an older one still opens what it locked, until all is locked anew.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import select

from vopt_lib.errors import SecretsLost
from vopt_lib.files import sync_file, sync_folder
from vopt_lib.shop.audit import Author
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import ChannelAccount


@dataclass(frozen=True)
class Secrets:
    """What locks and opens. Nothing of it is ever printed."""

    keys: tuple[bytes, ...] = field(repr=False)
    path: Path

    def lock(self, text: str) -> bytes:
        """The text, so that only these keys open it."""
        return self._fernet.encrypt(text.encode())

    def open(self, locked: bytes) -> str:
        """The text again. Raises: SecretsLost, when another key locked it."""
        try:
            return self._fernet.decrypt(locked).decode()
        except InvalidToken as error:
            raise SecretsLost(path=str(self.path)) from error

    def again(self, locked: bytes) -> bytes:
        """The same secret, locked with the newest key. Raises: SecretsLost."""
        try:
            return self._fernet.rotate(locked)
        except InvalidToken as error:
            raise SecretsLost(path=str(self.path)) from error

    @property
    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self.keys])


def load_secrets(path: Path) -> Secrets:
    """The keys at path; the first caller makes one, whoever else starts at the same moment.

    Raises: OSError; SecretsLost, when the file holds no keys: a new one would open nothing.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        _write(path, (Fernet.generate_key(),), is_new=True)
        return _read(path)


def change_key(shop: Shop, path: Path, author: Author) -> Secrets:
    """Lock all secrets of the shop anew with a new key, and forget the old ones.

    Killed half-way, both keys are there and everything opens: doing it again ends it.

    Raises: SecretsLost; ChangedMeanwhile; ShopBusy; OSError.
    """
    before = load_secrets(path)
    both = Secrets((Fernet.generate_key(), *before.keys), path)
    _write(path, both.keys)
    with shop.writing(author) as session:
        for account in session.scalars(select(ChannelAccount).where(ChannelAccount.credentials.is_not(None))):
            account.credentials = both.again(account.credentials or b"")
    _write(path, both.keys[:1])
    return _read(path)


def _read(path: Path) -> Secrets:
    keys = tuple(line for line in path.read_bytes().split(b"\n") if line)
    try:
        MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise SecretsLost(path=str(path)) from error
    return Secrets(keys, path)


def _write(path: Path, keys: tuple[bytes, ...], *, is_new: bool = False) -> None:
    """The whole file in one durable step; where it must be new and another was faster, that one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(b"\n".join(keys) + b"\n")
        sync_file(draft)
        if is_new:
            _link(draft, path)
        else:
            Path(draft).replace(path)
        sync_folder(path.parent)
    finally:
        Path(draft).unlink(missing_ok=True)


def _link(draft: str, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        return
