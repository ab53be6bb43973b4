"""Every notice there is: each case by itself, then groups, a storm, quiet hours and days.

Owns what is put together. Called by `make_bodies` and the tests. Invariant: no notice is told
twice.
"""

from collections.abc import Iterator

from schemas.outcomes import AlertRow
from sinks.bodies import (
    notice_of,
    notice_of_quiet,
    notice_of_several,
    notice_of_storm,
)
from sinks.names import Language
from sinks.notice import Notice
from tests.sinks.body_cases import NINE, messages, row_of, said_of
from tests.sinks.body_site import names


def notices(language: Language) -> Iterator[tuple[str, Notice]]:
    """All there are, one alert each first."""
    called = names(language)
    told = dict(messages())
    for case, message in told.items():
        yield case, notice_of(message, called, language)
    waits = [
        said_of("breached", _numbered("appointment-wait-general", number), NINE + 640)
        for number in range(1, 14)
    ]
    same = notice_of_several("group/1", waits[:3], called, language)
    yield "a group of one promise", same
    yield "a group of more than fit", notice_of_several("group/2", waits, called, language)
    mixed = [
        told["appointment-wait-general breached"],
        told["counter-filing breached"],
        told["exempt-materials breached"],
        told["rating-invited breached"],
        told["counter-staffed breached"],
    ]
    yield "a group of several promises", notice_of_several("group/3", mixed, called, language)
    storm = [
        said_of("breached", _numbered(promise, number), NINE + 640)
        for number in range(1, 24)
        for promise in ("appointment-wait-general", "counter-filing")
    ]
    yield "a storm", notice_of_storm("storm/1", storm, called, language, since=NINE + 600)
    night = [
        told["hotline-contact breached"],
        told["online-first-response breached"],
        told["online-first-response met late"],
    ]
    yield (
        "quiet hours",
        notice_of_quiet(
            "quiet/1", night, called, language, since=NINE - 12 * 3600, until=NINE - 1800
        ),
    )


def _numbered(promise: str, number: int) -> AlertRow:
    return row_of(
        promise,
        f"221014-S01-{number:04d}",
        limit_ms=600_000,
        breached_at=NINE + 600,
        counter="C101" if number % 3 else "C102",
        started_at=NINE + number,
    )
