"""This is where a seller's jobs are done: one module per job, joining the rooms."""
