"""This is where the pages become a web app: one ASGI app with a guard before everything. Loopback only."""
