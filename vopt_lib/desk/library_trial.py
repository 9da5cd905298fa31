"""This is where libraries are imported to see whether they work here: python -m vopt_lib.desk.library_trial NAME…

A library made for another processor ends the process that imports it: whoever started this one reads how far it came.
A line before each (`? name`), one after it (`+ name`, or `- name why`).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence


def main(names: Sequence[str]) -> None:
    """Import one after another, telling of each."""
    for name in names:
        _tell(f"? {name}")
        try:
            importlib.import_module(name)
        except BaseException as error:  # whatever a library does when it is imported
            _tell(f"- {name} {' '.join(str(error).split()) or type(error).__name__}")
        else:
            _tell(f"+ {name}")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
