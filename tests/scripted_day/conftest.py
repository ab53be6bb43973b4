"""The servers of the pipeline's tests."""

from tests.pipeline.conftest import clickhouse_server, database, new_database

__all__ = ["clickhouse_server", "database", "new_database"]
