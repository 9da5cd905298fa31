"""This is where what a seller does is done: one module per job, joining the rooms. Pages, flows and commands call it."""
