"""Halls of every size, to be looked at: six sections, forty, long names, nobody, a silent source.

Called by the tests of the pictures. Invariant: a hall is filled once and shown in every way.
"""

from collections.abc import Callable

from msgspec import Struct

from dashboards.settings import Place, WallSettings
from dashboards.words import Words
from schemas.outcomes import AlertState, Row
from schemas.source import SOURCE_SILENT
from tests.dashboards.hall import PLACES, SECTIONS, Hall, Section
from tests.dashboards.hall_rows import rows_at
from tests.dashboards.rows import alert
from tests.dashboards.shown import BUSY, settings_of

LONG = "公共资源交易与政府采购及综合行政审批联合受理"
LONG_ENGLISH = "Joint acceptance of public resources and procurement"


class Pictured(Struct, frozen=True):
    """One hall: whose, what the wall is told of it, and its rows."""

    hall: Hall | None
    settings: WallSettings
    rows: Callable[[], list[Row]]
    moved_s: float = 0.0  #: the hall's clock, since the last row


def _full(hall: Hall) -> Callable[[], list[Row]]:
    return lambda: rows_at(hall, BUSY)


def _places(sections: tuple[Section, ...]) -> tuple[Place, ...]:
    return tuple(Place(code=s[0], name=Words(s[1], s[2])) for s in sections)


def _six() -> Pictured:
    sections = SECTIONS[:6]
    hall = Hall(BUSY, sections=sections)
    return Pictured(hall, settings_of(sections=_places(sections)), _full(hall))


def _forty() -> Pictured:
    # The same again under other codes; a second hall of the same names.
    more = tuple((f"{s[0]}2", f"{s[1]}二区", f"{s[2]} II", *s[3:]) for s in SECTIONS[:16])
    sections = SECTIONS + more
    hall = Hall(BUSY, sections=sections)
    return Pictured(hall, settings_of(sections=_places(sections)), _full(hall))


def _long() -> Pictured:
    hall = Hall(BUSY)
    places = tuple(
        Place(
            code=place.code,
            name=Words(f"{place.name.zh}{LONG}"[:22], f"{place.name.en} {LONG_ENGLISH}"[:48]),
        )
        for place in PLACES
    )
    return Pictured(hall, settings_of(sections=places), _full(hall))


def _nobody() -> Pictured:
    return Pictured(None, settings_of(sections=PLACES), lambda: [])


def _silent() -> Pictured:
    """The queue system is silent for five minutes, and nothing else has come since either."""
    hall = Hall(BUSY)
    silent = alert(
        f"{SOURCE_SILENT}/queue/1",
        "elsewhere",
        AlertState.BREACHED,
        started_at=BUSY,
        breached_at=BUSY + 60,
        journey="/queue",
    )
    elsewhere = (Place(code="elsewhere", name=Words("其他", "Elsewhere")),)
    settings = settings_of(sections=PLACES, others=elsewhere)
    return Pictured(hall, settings, lambda: [*rows_at(hall, BUSY), silent], 300)


HALLS: dict[str, Callable[[], Pictured]] = {
    "six": _six,
    "forty": _forty,
    "long": _long,
    "nobody": _nobody,
    "silent": _silent,
}
