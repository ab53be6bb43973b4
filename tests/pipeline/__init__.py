"""End to end: events in through Kafka, rows out of ClickHouse, alerts out to people."""
