"""What a site chooses about its wall: names, language, theme, window, pace.

Owns no defaults of the hall's promises (see `words`). Filled in by the wiring from the
sections data file. Invariant: a code without a name here is shown as the code.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from msgspec import Struct

from dashboards.words import Words


class Place(Struct, frozen=True, kw_only=True):
    """A code as people call it: a section, a service, a counter or somebody of the org chart."""

    code: str
    name: Words
    section: str = ""  #: of a counter: the section it belongs to; "": nobody has said


class WallSettings(Struct, frozen=True, kw_only=True):
    title: Words = Words("政务服务大厅 · 实时大屏", "Service hall · live")
    language: Literal["zh", "en"] = "zh"  #: `?lang=` of a page wins over it
    theme: Literal["auto", "dark", "light"] = (
        "auto"  #: `?theme=` wins; auto: a phone's own, else dark
    )
    rotate: timedelta = timedelta(seconds=30)  #: from one view to the next; 0: only by hand
    time_zone: str = "Asia/Shanghai"
    sections: tuple[Place, ...] = ()  #: in the order of their tiles; an empty tile stays
    others: tuple[Place, ...] = ()  #: sections that are named and have no tile
    services: tuple[Place, ...] = ()
    counters: tuple[Place, ...] = ()
    people: tuple[Place, ...] = ()
    limits: Mapping[str, timedelta] = {}  #: promise → limit, where the site's rules differ
    window: timedelta = timedelta(minutes=30)  #: of the rolling figures
    horizon: timedelta = timedelta(days=2)  #: nothing open is looked for further back
    pace: timedelta = timedelta(milliseconds=500)  #: from one round of questions to the next
    port: int = 8321
    host: str = "127.0.0.1"
