"""This is where `vopt doctor` examines libraries: those that are missing, too old, or made for another processor."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from itertools import chain
from typing import Final

from vopt_lib.desk.examined import Examined
from vopt_lib.desk.looks import joined
from vopt_lib.schema.health import Check
from vopt_lib.words import N_, Words

TRIED: Final = (
    ("numpy", "scipy.linalg", "sklearn.tree"),
    (
        *("orjson", "pydantic_core", "psutil", "cryptography.hazmat.bindings._rust", "lxml.etree", "PIL._imaging"),
        *("pillow_heif", "zstandard", "rapidfuzz.fuzz", "zmq", "curl_cffi", "polars", "duckdb", "deltalake"),
        *("usearch.index", "sqlalchemy"),
    ),
)
"""Those with machine code of their own, in two groups side by side: sklearn takes as long as all others."""

TRIAL_S: Final = 30.0
"""Two seconds on a quiet machine; a busy one gets an answer, too."""

PACKAGES: Final = {
    "libgomp.so.1": "libgomp1",
    "libstdc++.so.6": "libstdc++6",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libz.so.1": "zlib1g",
}
"""What Debian and Ubuntu call the packages of shared libraries that bare systems lack."""

_SHARED: Final = re.compile(r"(lib[\w.+-]+\.so[.\d]*): cannot open shared object file")


def libraries(one: Examined) -> Check:
    """Whether the libraries are there in the right versions, and load on this machine."""
    with ThreadPoolExecutor(len(TRIED), thread_name_prefix="vopt-trial") as pool:
        found = [*chain.from_iterable(pool.map(lambda names: list(tried_ones(names, one.words)), TRIED))]
    return joined(
        "libraries",
        [*found, *_missing(None, one.words)],
        Check("libraries", "good", one.words.say(N_("All libraries are there, and load on this computer."))),
    )


def tried_ones(names: Sequence[str], words: Words, *, within_s: float = TRIAL_S) -> Iterator[Check]:
    """What is wrong with these, imported in a process; where one crashes, another goes on with the rest."""
    left, ends = list(names), time.monotonic() + within_s
    while left:
        lines, status = _trial(left, max(ends - time.monotonic(), 0.1))
        for line in lines:
            mark, name, *why = line.split(" ", 2)
            if mark == "-":
                yield _unloadable(name, "".join(why), words)
            if mark != "?":
                left.remove(name)
        if status is None:
            text = words.say(N_("There was no time to try all libraries: the computer is busy."))
            yield Check("libraries", "warn", text, words.say(N_("Look again in a minute.")))
            return
        if left:
            yield _crashed(left.pop(0), status, words)


def _trial(names: Sequence[str], within_s: float) -> tuple[list[str], int | None]:
    """What a process told that imports these, and how it ended; None: it did not in time."""
    command = [sys.executable, "-m", "vopt_lib.desk.library_trial", *names]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=within_s, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        told = error.stdout or b""
        return (told.decode() if isinstance(told, bytes) else told).splitlines(), None
    return done.stdout.splitlines(), done.returncode


def _unloadable(name: str, why: str, words: Words) -> Check:
    library = name.partition(".")[0]
    text = words.say(N_("The library {library} does not load: {why}."), library=library, why=why[:200].rstrip("."))
    if shared := _SHARED.search(why):
        package = PACKAGES.get(shared[1], shared[1])
        step = words.say(
            N_("Install what holds it; on Debian and Ubuntu: `sudo apt install {package}`."), package=package
        )
    else:
        step = words.say(N_("Set up vopt again with `make`, or install the library with pip."))
    return Check("libraries", "bad", text, step)


def _crashed(name: str, status: int, words: Words) -> Check:
    library = name.partition(".")[0]
    sentence = N_("The library {library} crashes on this computer (signal or status {status}).")
    text = words.say(sentence, library=library, status=str(abs(status)))
    step = N_("It was made for another processor: install the version that constraints.txt names, with `make`.")
    return Check("libraries", "bad", text, words.say(step))


def extras(one: Examined) -> Check:
    """Whether the optional libraries are there that a setting, or a file of models, wants."""
    found = chain.from_iterable(_missing(extra, one.words) for extra in wanted_extras(one))
    otherwise = Check("extras", "good", one.words.say(N_("No setting wants an optional library that is missing.")))
    return joined("extras", list(found), otherwise)


def wanted_extras(one: Examined) -> list[str]:
    """The extras (pyproject.toml) that what is set or lies there needs."""
    url, paths = one.settings.database_url, one.paths
    wanted = {
        "keyring": one.settings.key_place == "keyring",
        "postgresql": bool(url) and str(url.get_secret_value() if url else "").startswith("postgresql"),
        "dask": one.settings.embed_workers > 0,
        "background": any(paths.background_models.glob("*.onnx")),
        "vision": any(paths.weights.glob("*/*.safetensors")),
    }
    return [extra for extra, is_wanted in wanted.items() if is_wanted]


def _missing(extra: str | None, words: Words) -> Iterator[Check]:
    """What is missing or has another version of what vopt, or an extra of it, asks for."""
    try:
        from packaging.requirements import Requirement

        asked = [Requirement(line) for line in metadata.requires("vopt") or ()]
    except (ImportError, metadata.PackageNotFoundError):  # run from a folder: what loads, loads
        return
    for one in asked:
        is_of_extra = one.marker is not None and "extra" in str(one.marker)
        if is_of_extra != (extra is not None) or (one.marker and not one.marker.evaluate({"extra": extra or ""})):
            continue
        try:
            version = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            yield _absent(one.name, extra, words)
            continue
        if not one.specifier.contains(version, prereleases=True):
            facts = {"library": one.name, "version": version, "wanted": str(one.specifier)}
            text = words.say(N_("The library {library} has version {version}; vopt wants {wanted}."), **facts)
            yield Check("libraries", "warn", text, words.say(N_("Set up vopt again with `make`.")))


def _absent(library: str, extra: str | None, words: Words) -> Check:
    text = words.say(N_("The library {library} is missing."), library=library)
    if extra is None:
        return Check("libraries", "bad", text, words.say(N_("Set up vopt again with `make`.")))
    step = words.say(N_("A setting of yours wants it: `pip install 'vopt[{extra}]'`."), extra=extra)
    return Check("extras", "bad", text, step)
