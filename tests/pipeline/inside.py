"""Looking into a running worker: what it holds of Faust and aiokafka, and who calls what.

Called by the tests of what we assume of the two.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest

from streams.transport import BatchConsumer
from streams.worker import Worker
from tests.pipeline.chats import Sent, requested


def consumer_of(worker: Worker) -> BatchConsumer:
    consumer: BatchConsumer = worker.hall.app.consumer
    return consumer


def fetcher_of(worker: Worker) -> Any:
    return consumer_of(worker)._thread._ensure_consumer()._fetcher


def events(count: int) -> list[Sent]:
    """Of as many chats, in every partition."""
    return [requested(f"chat-{number}", time.time()) for number in range(count)]


def noting(
    monkeypatch: pytest.MonkeyPatch, on: Any, name: str, note: Callable[[Any], None]
) -> None:
    """Calls `note(self)` when the method `name` of the class `on` is called."""
    kept = getattr(on, name)

    def noted(self: Any, *arguments: Any, **named: Any) -> Any:
        note(self)
        return kept(self, *arguments, **named)

    monkeypatch.setattr(on, name, noted)
