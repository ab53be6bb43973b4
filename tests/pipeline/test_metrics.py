"""What a worker's /metrics says, beside what was sent to it and what its rules ask for."""

import asyncio
import re
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.dashboards.test_prometheus import RULES, promtool
from tests.pipeline.chats import answered, requested
from tests.pipeline.disturbed import process_of
from tests.pipeline.hall import Hall, rules_with, send
from tests.pipeline.waiting import eventually

pytestmark = pytest.mark.kafka
__all__ = ["promtool"]

#: Labels of one sample, without `le`: what tells the series of a worker apart.
Found = dict[str, float]


def page(url: str) -> str:
    with urllib.request.urlopen(f"{url}metrics", timeout=30) as answer:
        text: str = answer.read().decode()
    return text


def sums(text: str) -> Found:
    """Of each sample name, over all partitions, tables and channels."""
    found: Found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.labels.get("le") in (None, "+Inf"):
                found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


def over(text: str) -> bool:
    found = sums(text)
    return (
        found["hallwatch_notifications_total"] >= 1
        and found["hallwatch_deadline_late_seconds_count"] >= 1
        and found["hallwatch_lag_records"] == 0
        and found["hallwatch_rows_total"] == found["hallwatch_outcome_rows_total"]
    )


async def test_metrics_count_what_was_sent_and_name_all_that_the_rules_ask_for(
    apache_hall: Hall, tmp_path: Path, promtool: str
) -> None:
    rules = rules_with(tmp_path / "rules", online_first_response=("2 s", "1 s"))
    now = time.time()
    sent = [requested(f"chat-{number}", now) for number in range(30)]
    sent += [answered(f"chat-{number}", now + 0.5) for number in range(30)]
    sent.append(requested("never", now))
    with process_of(apache_hall, tmp_path / "log", rules=rules) as worker:
        await worker.start()
        async with apache_hall.producing() as producer:
            await send(apache_hall, producer, sent)
            await producer.send_and_wait(apache_hall.events, b"no event", partition=0)
        # One chat is late, and all that was decided is in ClickHouse.
        await eventually(lambda: over(page(worker.wall_url)), "it is over, told and recorded")
        text = page(worker.wall_url)
        assert worker.terminate() == 0, worker.tail()
    found = sums(text)
    assert found["hallwatch_events_total"] >= len(sent), "and what the worker says itself"
    assert found["hallwatch_dead_letters_total"] == 1
    assert found["hallwatch_ready"] == 1
    assert found["hallwatch_behind_seconds"] >= 0
    assert found["hallwatch_state_bytes_total"] > 0
    assert found["hallwatch_settled_seconds_count"] > 0
    assert found["hallwatch_settled_seconds_sum"] > 0
    assert found["hallwatch_insert_seconds_count"] >= found["hallwatch_batches_total"] > 0
    assert found["hallwatch_row_bytes_total"] > found["hallwatch_rows_total"] > len(sent)
    assert found["hallwatch_refused_rows_total"] == 0
    assert found["process_resident_memory_bytes"] > 0
    # Those of the watched folder are another process's (tests/drop_folder).
    rules_text = (RULES / "hallwatch.rules.yml").read_text("utf-8")
    asked = set(re.findall(r"hallwatch_(?!folder_)\w+", rules_text))
    exported = set(found) | {family.name for family in text_string_to_metric_families(text)}
    assert asked <= exported, "a rule about what is not measured never fires"
    checked = await asyncio.to_thread(
        subprocess.run,
        [promtool, "check", "metrics"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
