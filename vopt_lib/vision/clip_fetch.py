"""This is where the weights of a CLIP model are fetched, once and only when the owner asks: from Hugging Face's hub.

What came of a broken-off download is gone on with. The file takes its place when it has the size and the SHA-256 that
the hub told beforehand.
"""

from __future__ import annotations

import hashlib
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from vopt_lib.errors import UnknownEmbedder, WeightsNotFetched
from vopt_lib.files import only_one, reason, sync_files
from vopt_lib.vision.clip import loaded_open_clip
from vopt_lib.vision.clip_weights import ClipName
from vopt_lib.words import N_

HUB: Final = "https://huggingface.co"

FILE: Final = "open_clip_model.safetensors"
"""What a training's repository on the hub calls its weights. Source: open_clip.constants.HF_SAFE_WEIGHTS_NAME."""

_CHUNK: Final = 1 << 20
_SILENCE_S: Final = 60.0
_SPARE: Final = 64 << 20
"""Bytes that stay free on the disk."""

OnBytes = Callable[[int, int], None]
"""Is told how many bytes are here, and of how many."""


@dataclass(frozen=True)
class Remote:
    """A file of weights on the hub, with the size and SHA-256 that it tells."""

    model: str
    address: str
    size: int
    sha256: str

    @property
    def host(self) -> str:
        """Whose it is."""
        return urlsplit(self.address).netloc

    def refused(self, why: str) -> WeightsNotFetched:
        """The error that says why it could not be fetched."""
        return WeightsNotFetched(model=self.model, host=self.host, why=why)


def remote_weights(asked: ClipName, *, hub: str = HUB) -> Remote:
    """Where a model's weights lie and how large they are; one small question to the hub.

    Raises: VisionMissing; UnknownEmbedder, for a training that open_clip does not know; WeightsNotFetched.
    """
    open_clip = loaded_open_clip()
    trained = open_clip.get_pretrained_cfg(asked.architecture, asked.weights)
    repository = "/".join(str(trained.get("hf_hub", "")).split("/")[:2])
    if not repository:
        known = open_clip.list_pretrained_tags_by_model(asked.architecture) or ["ViT-B-32/laion2b_s34b_b79k"]
        raise UnknownEmbedder(name=str(asked), known=", ".join(known))
    return announced(str(asked.without_file()), f"{hub}/{repository}/resolve/main/{FILE}")


def announced(model: str, address: str) -> Remote:
    """What a hub says of the file at an address. Raises: WeightsNotFetched."""
    remote = Remote(model, address, 0, "")
    told = _told(remote)
    try:
        size = int(told["X-Linked-Size"] or told["Content-Length"])
    except (TypeError, ValueError) as error:
        raise remote.refused(N_("it does not tell how large they are")) from error
    sha256 = (told["X-Linked-Etag"] or told["ETag"] or "").removeprefix("W/").strip('"').lower()
    if len(sha256) != 64:
        raise remote.refused(N_("it does not tell by what they are checked"))
    return Remote(model, address, size, sha256)


def fetch_weights(remote: Remote, file: Path, on_bytes: OnBytes = lambda here, of: None) -> None:
    """Put the weights where they belong; what is there already of a broken-off download stays.

    Raises: WeightsNotFetched; AlreadyRunning, while another process fetches them.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    with only_one(file.with_name(f".{file.name}.lock"), "vopt embed --download"):
        try:
            here = part.stat().st_size if part.exists() else 0
            if shutil.disk_usage(file.parent).free < remote.size - here + _SPARE:
                raise remote.refused(N_("the disk is full"))
            if here < remote.size:
                _continue(remote, part, here, on_bytes)
            if _sha256(part) != remote.sha256 or part.stat().st_size != remote.size:
                part.unlink()
                raise remote.refused(N_("what came is not what was announced"))
            part.replace(file)
            sync_files([file])
        except WeightsNotFetched:
            raise
        except urllib.error.HTTPError as error:
            raise remote.refused(f"HTTP {error.code}") from error
        except (urllib.error.URLError, HTTPException, TimeoutError) as error:
            raise remote.refused(N_("the connection broke off")) from error
        except OSError as error:
            raise remote.refused(reason(error)) from error


def _continue(remote: Remote, part: Path, here: int, on_bytes: OnBytes) -> None:
    """Fetch what is missing. Where the host does not go on in the middle, it begins anew."""
    asked = urllib.request.Request(remote.address, headers={"Range": f"bytes={here}-"} if here else {})
    with urllib.request.urlopen(asked, timeout=_SILENCE_S) as answer:
        here = here if answer.status == 206 else 0
        with part.open("ab" if here else "wb") as kept:
            while here < remote.size and (some := answer.read(min(_CHUNK, remote.size - here))):
                kept.write(some)
                here += len(some)
                on_bytes(here, remote.size)
    if here < remote.size:
        raise HTTPException("cut off")


def _told(remote: Remote) -> Message:
    """What the hub says of a file before it sends one on to where it lies."""
    opener = urllib.request.build_opener(_Stay())
    try:
        with opener.open(urllib.request.Request(remote.address, method="HEAD"), timeout=_SILENCE_S) as answer:
            told: Message = answer.headers
            return told
    except urllib.error.HTTPError as error:
        if 300 <= error.code < 400:
            return error.headers
        why = N_("it has no safetensors file of them") if error.code == 404 else f"HTTP {error.code}"
        raise remote.refused(why) from error
    except (OSError, HTTPException) as error:
        raise remote.refused(N_("the connection broke off")) from error


class _Stay(urllib.request.HTTPRedirectHandler):
    """The size and hash stand in the answer that redirects, not where it leads."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
