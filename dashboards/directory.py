"""What does not move on the wall: names of places and people, promises, titles, choices.

Owns the shape in which a page is told of them, once, before its first snapshot. Pure. Called by
`wall`. Invariant: nothing here is asked of the store.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from dashboards.panel import Panel
from dashboards.settings import Place, WallSettings
from dashboards.words import PROMISES, SYSTEMS, PromiseWords


def directory(settings: WallSettings, panels: Sequence[Panel]) -> dict[str, Any]:
    """As JSON has it; durations in seconds."""
    return {
        "title": settings.title,
        "language": settings.language,
        "theme": settings.theme,
        "rotate_s": settings.rotate.total_seconds(),
        "time_zone": settings.time_zone,
        "window_s": settings.window.total_seconds(),
        "pace_s": settings.pace.total_seconds(),
        "sections": _named(settings.sections),
        "others": _named(settings.others),
        "services": _named(settings.services),
        "counters": _named(settings.counters),
        "people": _named(settings.people),
        "systems": SYSTEMS,
        "promises": [_of_this_site(promise, settings) for promise in PROMISES],
        "panels": {panel.id: panel.title for panel in panels},
    }


def _named(places: tuple[Place, ...]) -> list[dict[str, str]]:
    return [
        {"code": place.code, "zh": place.name.zh, "en": place.name.en}
        | ({"section": place.section} if place.section else {})
        for place in places
    ]


def _of_this_site(promise: PromiseWords, settings: WallSettings) -> PromiseWords:
    limit = settings.limits.get(promise.id)
    return promise if limit is None else replace(promise, limit_s=limit.total_seconds())
