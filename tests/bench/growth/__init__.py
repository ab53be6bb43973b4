"""What many open journeys cost: see `tests.bench.growth.__main__`."""
