"""This is where the commands are: each one call into the desk."""
