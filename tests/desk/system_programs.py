"""This is where tests get a `systemctl` and a `launchctl` that write down how they are called, and what runs."""

from __future__ import annotations

from pathlib import Path

import pytest

_SCRIPT = """#!/bin/sh
echo "$*" >> '{folder}/calls'
if [ -e '{folder}/refuses' ]; then echo 'Failed to connect to bus: No medium found' >&2; exit 1; fi
{body}
"""
_SYSTEMCTL = """
case "$*" in
  *is-active*) if [ -e '{folder}/runs' ]; then echo active; else echo inactive; exit 3; fi ;;
  *disable*) rm -f '{folder}/runs' ;;
  *enable*) touch '{folder}/runs' ;;
esac
"""
_LAUNCHCTL = """
case "$1" in
  print) if [ -e '{folder}/runs' ]; then printf 'x = {{\\n\\tstate = running\\n'; else exit 113; fi ;;
  bootout) if [ -e '{folder}/runs' ]; then rm '{folder}/runs'; else exit 3; fi ;;
  bootstrap)
    if [ -e '{folder}/runs' ]; then echo 'Bootstrap failed: 5: Input/output error' >&2; exit 5; fi
    touch '{folder}/runs' ;;
esac
"""


class SystemPrograms:
    """Both, in a folder of their own, which comes first where programs are looked for."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        folder.mkdir()
        for name, body in (("systemctl", _SYSTEMCTL), ("launchctl", _LAUNCHCTL)):
            program = folder / name
            program.write_text(_SCRIPT.format(folder=folder, body=body.format(folder=folder)))
            program.chmod(0o755)
        patch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    @property
    def calls(self) -> list[str]:
        """How they were called since the last look."""
        file = self.folder / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines

    def crash(self) -> None:
        """Let what runs have ended."""
        (self.folder / "runs").unlink()

    def refuse(self) -> None:
        """Let them refuse everything from now on."""
        (self.folder / "refuses").touch()
