"""This is where a day is held against what is known of the days before it, so that a bad one is not published."""
