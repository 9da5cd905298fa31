"""This is a local Vinted: a real HTTP server with the same behaviour, its own clock and faults."""
