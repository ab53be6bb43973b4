"""What libraries repeat ten times a second is said once a minute; what we say, always."""

import logging

from streams.cli_worker import OnceAMinute


def test_the_same_sentence_is_said_once_a_minute_with_how_often_it_was_held_back() -> None:
    now = 0.0
    sieve = OnceAMinute(("aiokafka",), lambda: now)

    def passes(name: str, message: str, *values: object) -> str:
        record = logging.LogRecord(name, logging.ERROR, "", 0, message, values, None)
        return record.getMessage() if sieve.filter(record) else ""

    assert passes("aiokafka.client", "no way to %s", 1) == "no way to 1"
    assert passes("aiokafka", "no way to %s", 1) == "no way to 1", "another logger"
    for second in range(59):
        now = float(second)
        assert passes("aiokafka.client", "no way to %s", second) == ""
    assert passes("aiokafka.client", "another sentence") == "another sentence"
    now = 60.0
    again = "no way to 7 (and 59 times since it was last said)"
    assert passes("aiokafka.client", "no way to %s", 7) == again
    assert passes("streams.lane", "ours") == passes("streams.lane", "ours") == "ours"
