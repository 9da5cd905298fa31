"""This is where a fresh clone gets its .venv: with nothing but the standard library, on a bare python3.

    python3 .ci/bootstrap.py [EXTRA…]     for instance: python3 .ci/bootstrap.py dev

Needs venv with pip (ensurepip), else the system's pip. Does nothing when nothing changed since the last time.
Two at once wait for each other; one that was killed half-way is started over.

The syntax is kept old on purpose: an old Python must still be able to say that it is too old.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)
HALF_DONE = "half done"
# Settings of a person's own pip or Python that would send the libraries elsewhere.
MISLEADING = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV")


class SetUpError(Exception):
    """One sentence for the person, with what to do next."""


def main(extras):
    """Set up the checkout this file lies in. Returns the exit status."""
    try:
        check_version(sys.version_info)
        set_up(Path(__file__).resolve().parent.parent, sys.executable, extras)
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def check_version(version):
    """Raises: SetUpError, when vopt does not run on this Python."""
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        raise SetUpError(
            "vopt needs Python {}.{} to {}.{}, and this is {}.{}: install python3.11, then run "
            "the same command with PYTHON=python3.11 after it.".format(*OLDEST, *NEWEST, *version[:2])
        )


def set_up(root, python, extras):
    """Make root/.venv hold vopt, with these extras and those it already has."""
    with one_at_a_time(root) as lock:
        venv = root / ".venv"
        stamp = read_stamp(venv)
        wanted = sorted({*extras, *stamp.get("extras", [])})
        now = {"inputs": digest(root), "home": home_of(root, python), "extras": wanted}
        if stamp == now and runs(venv):
            return
        print("Setting up vopt in .venv (the first time this takes a few minutes) …", flush=True)
        if stamp.get("state") == HALF_DONE or stamp.get("home", now["home"]) != now["home"] or not runs(venv):
            shutil.rmtree(venv, ignore_errors=True)
        venv.mkdir(exist_ok=True)
        write_stamp(venv, {"state": HALF_DONE, "extras": wanted})
        install(root, pip_of(venv, python, lock), wanted, lock)
        write_stamp(venv, now)


@contextmanager
def one_at_a_time(root):
    """Hold the checkout's set-up lock. Children keep it too: an orphaned pip still counts as under way."""
    import fcntl

    with (root / "pyproject.toml").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up of this folder is under way; waiting for it …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def pip_of(venv, python, lock):
    """The command that installs into venv, which is made when it is not there.

    Raises: SetUpError, naming the package that this Python lacks.
    """
    inner = str(venv / "bin" / "python")
    if works([inner, "-m", "pip", "--version"], lock):
        return [inner, "-m", "pip"]
    if not runs(venv) and works([python, "-m", "venv", str(venv)], lock):
        return [inner, "-m", "pip"]
    outer = [python, "-m", "pip", "--python", inner]
    made = runs(venv) or works([python, "-m", "venv", "--without-pip", str(venv)], lock)
    if made and works([*outer, "--version"], lock):
        return outer
    raise SetUpError(
        "This Python cannot make virtual environments: install the package python3-venv (or, for exactly this Python, "
        "python{}.{}-venv), for instance with `sudo apt-get install python3-venv`, then run the same command "
        "again.".format(*sys.version_info[:2])
    )


def install(root, pip, extras, lock):
    """Install the checkout itself, editable, with the versions that were tested."""
    target = "{}[{}]".format(root, ",".join(extras)) if extras else str(root)
    done = subprocess.run(
        [*pip, "install", "-qq", "--no-input", "-c", str(root / "constraints.txt"), "-e", target],
        env=clean_environment(),
        pass_fds=[lock],
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise SetUpError(
            "The libraries could not be installed (pip says why above): check the connection and the free space on "
            "this disk, then run the same command again."
        )


def works(command, lock):
    """Whether the command ends well. Its output does not matter."""
    try:
        done = subprocess.run(
            command, capture_output=True, env=clean_environment(), pass_fds=[lock], stdin=subprocess.DEVNULL
        )
    except OSError:
        return False
    return done.returncode == 0


def runs(venv):
    """Whether the environment's Python starts: not so when the system's was replaced since."""
    try:
        return subprocess.run([str(venv / "bin" / "python"), "-c", ""], capture_output=True).returncode == 0
    except OSError:
        return False


def clean_environment():
    """The environment without what would mislead pip."""
    kept = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def digest(root):
    """What the environment is made from, as a hash."""
    inputs = [(root / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(b"\0".join(inputs)).hexdigest()


def home_of(root, python):
    """Where and for which Python the environment is made: scripts in it hold absolute paths."""
    return "{} {}.{} {}".format(os.path.realpath(python), *sys.version_info[:2], root)


def read_stamp(venv):
    """What the last set-up left; {} when there was none (or somebody made the folder by hand)."""
    try:
        return json.loads((venv / ".vopt-setup.json").read_text())
    except FileNotFoundError:
        return {}
    except ValueError:
        return {"state": HALF_DONE}


def write_stamp(venv, stamp):
    """Replace the stamp in one step."""
    fresh = venv / ".vopt-setup.json.new"
    fresh.write_text(json.dumps(stamp))
    fresh.replace(venv / ".vopt-setup.json")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
