"""This is where listings become market figures: pure Polars, no I/O."""
