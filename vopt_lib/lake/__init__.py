"""This is where the disk lives: Delta tables, DuckDB views over them, maintenance."""
