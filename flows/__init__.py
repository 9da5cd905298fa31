"""This is where it is decided when things run: retries, schedules and reports around the desk's jobs."""
