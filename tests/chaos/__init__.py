"""The fault bench: see `tests.chaos.__main__`."""
