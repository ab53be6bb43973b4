"""How soon panels and views answer over years of a hall's records: `make bench-history`."""
