"""vopt: a local-first workbench for people who sell second-hand clothes on Vinted."""

__version__ = "0.1.0"
