"""In whose words a report is written: names, language, links, clock.

Owns what is looked up while words are put together. Handed to every chapter. Invariant: a code
without a name stands for itself.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from dashboards.reports.cells import share_text
from dashboards.reports.document import Link, Moment, Share
from dashboards.stories.links import path_of
from dashboards.stories.site import Site
from dashboards.stories.story import Page
from dashboards.words import Words
from sinks.names import Language
from sinks.promise_words import Shape, promise_words
from sinks.time_words import limit_span, percent, workdays

#: Of these only what was broken is recorded: there is no whole to take a share of.
COUNTED = frozenset({"exempt-materials", "counter-not-department", "counter-staffed"})


class Speech(Struct, frozen=True, kw_only=True):
    site: Site
    language: str
    zone: str
    now: float  #: seconds since the epoch: when the report is made
    items: Mapping[str, Words] = {}
    public_url: str = ""  #: "" : no links

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def word(self, words: Words) -> str:
        return self.say(words.zh, words.en)

    def share(self, share: Share | None) -> str:
        return self.say("无", "none") if share is None else share_text(share, self.language)

    def section(self, code: str) -> str:
        known = self.site.sections.get(code)
        return self.word(known.name) if known else code

    def counter(self, section: str, code: str) -> str:
        """A code is one counter, in whatever section it serves."""
        if not code:
            return ""
        places = [self.site.section(section), *self.site.sections.values()]
        return next((one.counters[code] for one in places if code in one.counters), code)

    def promise(self, id: str) -> str:
        known = self.site.promises.get(id)
        return self.word(known.title) if known else id

    def clause(self, id: str) -> str:
        known = self.site.promises.get(id)
        return known.clause if known else ""

    def item(self, code: str) -> str:
        return self.word(self.items[code]) if code in self.items else code

    def person(self, code: str) -> str:
        known = self.site.people.get(code)
        return self.word(known) if known else code

    def promises(self, there: Iterable[str]) -> list[str]:
        """Those there are, in the order of the rulebook."""
        found = set(there)
        known = [id for id in self.site.promises if id in found]
        return known + sorted(found - set(known))

    def sections(self, there: Iterable[str]) -> list[str]:
        found = set(there)
        known = [code for code in self.site.sections if code in found]
        return known + sorted(found - set(known))

    def limit(self, id: str, since: float, until: float) -> str:
        """What was promised during a span: the limits of the rules in force, or the shares."""
        promise = self.site.promises.get(id)
        if promise is None:
            return ""
        language = Language(self.language)
        earlier = [rule for rule in promise.rules if rule.since <= since][-1:]
        later = [rule for rule in promise.rules if since < rule.since < until]
        told: list[str] = []
        for rule in [*earlier, *later]:
            if rule.target is not None:
                words = f"≥ {percent(round(rule.target * 1000))}"
            elif rule.limit_days is not None:
                words = workdays(rule.limit_days, language)
            elif rule.limit_ms is not None:
                words = limit_span(rule.limit_ms, language)
            else:
                words = ""
            if words and words not in told:
                told.append(words)
        return " → ".join(told)

    def is_ratio(self, id: str) -> bool:
        return promise_words(id).shape is Shape.RATIO

    def target(self, id: str, until: float) -> float | None:
        """The share promised at the end of a span; None: of each single case all."""
        promise = self.site.promises.get(id)
        rules = [rule for rule in promise.rules if rule.since < until] if promise else []
        return rules[-1].target if rules else None

    def trace(self, journey: str, words: str = "") -> Link:
        key = journey.partition("#")[0]
        href = f"{self.public_url}{path_of(Page.TRACE, key)}" if self.public_url else ""
        return Link(words or key, href)

    def day(self, milliseconds: int | None) -> Moment | None:
        if milliseconds is None:
            return None
        return Moment(self._local(milliseconds / 1000).strftime("%Y-%m-%d"))

    def minute(self, milliseconds: int) -> Moment:
        return Moment(self._local(milliseconds / 1000).strftime("%Y-%m-%dT%H:%M"))

    def moment(self, seconds: float) -> str:
        local = self._local(seconds)
        return self.say(
            f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}",
            f"{local.day} {local:%B %Y %H:%M}",
        )

    def _local(self, seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, ZoneInfo(self.zone))
