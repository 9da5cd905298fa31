"""This is where answers become rows: the door to the `parse_…` modules.

Parsing does no I/O. An answer is cleaned of people first, then validated, then a commit's pages become frames.
"""

from __future__ import annotations

from vopt_lib.sources.vinted.parse_catalogue import parse_catalogue, parse_wardrobe
from vopt_lib.sources.vinted.parse_frames import frames, rejects_by_reason
from vopt_lib.sources.vinted.parse_page import Page, Reject, Shape

__all__ = ["Page", "Reject", "Shape", "frames", "parse_catalogue", "parse_wardrobe", "rejects_by_reason"]
