"""This is where prices are learnt: what a thing is worth, how sure that is, and what to ask for it."""
