"""The engine the pipeline's tests record into serves these as well."""

from tests.pipeline.conftest import clickhouse_server

__all__ = ["clickhouse_server"]
