"""This is where marketplaces are read."""
