"""Rows into ClickHouse and alerts out: real engines, real sockets."""
