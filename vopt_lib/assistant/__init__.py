"""This is where language models are asked: what each backend speaks, and who is asked next when one fails."""
