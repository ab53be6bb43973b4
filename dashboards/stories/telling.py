"""Words of one language for moments, spans of time and codes.

Pure. Called by whatever composes a story. Invariant: a span is cut to what has fully passed,
never rounded up: "60 s over" is not said before 60 s have passed.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from dashboards.stories.site import Site, SiteSection
from dashboards.stories.story import Fact, When
from dashboards.words import Words

_WEEKDAYS = Words("一二三四五六日", "Mon Tue Wed Thu Fri Sat Sun")
_UNITS = (Words("小时", "h"), Words("分", "min"), Words("秒", "s"))
_NO_TIME = Words("不足1秒", "less than 1 s")
_EXACTLY_NONE = Words("0秒", "0 s")

#: A time of day is told to the second; the day goes with it.
_DAY, _CLOCK = "%Y-%m-%d", "%H:%M:%S"


class Teller(Struct, frozen=True):
    """What is said to one reader: his language, the site's names."""

    site: Site
    language: str

    def say(self, words: Words, **values: object) -> str:
        text = words.en if self.language == "en" else words.zh
        return text.format(**values) if values else text

    def fact(
        self, name: str, label: Words, words: str, value: str | float | bool | None = None
    ) -> Fact:
        return Fact(name=name, label=self.say(label), words=words, value=value)

    def span(self, milliseconds: float) -> str:
        if milliseconds == 0:
            return self.say(_EXACTLY_NONE)
        seconds = int(milliseconds) // 1000
        parts = (seconds // 3600, seconds // 60 % 60, seconds % 60)
        between, joint = (" ", " ") if self.language == "en" else ("", "")
        told = [
            f"{value}{joint}{self.say(unit)}"
            for value, unit in zip(parts, _UNITS, strict=True)
            if value
        ]
        return between.join(told) or self.say(_NO_TIME)

    def when(self, at: float, section: str) -> When:
        local = self.local(at, section)
        if self.language == "en":
            weekday = _WEEKDAYS.en.split()[local.weekday()]
        else:
            weekday = f"星期{_WEEKDAYS.zh[local.weekday()]}"
        return When(
            at=local.isoformat(timespec="milliseconds"),
            day=f"{local.strftime(_DAY)} {weekday}",
            clock=local.strftime(_CLOCK),
        )

    def moment(self, at: float, section: str, after: float | None = None) -> str:
        """Day and time in running words; only the time on the day of `after`, said before."""
        local = self.local(at, section)
        same_day = after is not None and self.local(after, section).date() == local.date()
        return local.strftime(_CLOCK if same_day else f"{_DAY} {_CLOCK}")

    def local(self, at: float, section: str) -> datetime:
        # To the millisecond first: a float's dust must not turn 09:00 into 08:59:59.
        return datetime.fromtimestamp(round(at, 3), ZoneInfo(self.site.section(section).zone))

    def section(self, code: str) -> str:
        found = self.site.sections.get(code)
        return code if found is None else self.say(found.name) or code

    def counter(self, section: str, code: str) -> str:
        name = self._counters(section).get(code)
        if name is not None:
            return name
        return self.say(Words("{code}号窗口", "counter {code}"), code=code)

    def _counters(self, section: str) -> dict[str, str]:
        known: SiteSection | None = self.site.sections.get(section)
        return dict(known.counters) if known else {}

    def person(self, code: str) -> str:
        name = self.site.people.get(code)
        return code if name is None else self.say(name) or code

    def material(self, code: str) -> str:
        name = self.site.materials.get(code)
        return code if name is None else self.say(name) or code

    def promise(self, code: str) -> str:
        found = self.site.promises.get(code)
        return code if found is None else self.say(found.title) or code
