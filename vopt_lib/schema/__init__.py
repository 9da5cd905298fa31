"""This is where we say what a row is, and the types that the rooms hand each other."""
