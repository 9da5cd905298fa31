"""This is where the disk lives: Delta tables, DuckDB views over them, maintenance."""

from vopt_lib.lake.lake import Lake

__all__ = ["Lake"]
