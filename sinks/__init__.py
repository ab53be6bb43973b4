"""Where outcomes go: ClickHouse and the channels that reach people."""
