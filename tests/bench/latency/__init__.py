"""How long things take: see `tests.bench.latency.__main__`."""
