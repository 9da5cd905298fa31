"""This is where what a seller does is done: one module per job. Pages, flows, commands call it."""
