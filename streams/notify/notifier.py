"""Who is told what, when and once: the state of all partitions at hand, and how it moves.

Pure but for being changed in place: (alert message | delivery | giving up | time, now) → what
is due over each channel, what has to be saved, and when to look again. Driven by
`streams.app_notify`. Invariants: a message of an alert is taken once, however often it is
read; each channel gets each message once, by itself, in a list or in a summary, or it is a
dead letter; of a channel one letter is on its way at a time.
"""

from collections.abc import Sequence
from datetime import datetime

from schemas.channel import CHANNEL_FAILED
from schemas.outcomes import AlertMessage
from streams.core.alerts import Said
from streams.core.rules import Rulebook
from streams.notify import usage
from streams.notify.day import DayEnds
from streams.notify.failures import failed_alert, mended_alert
from streams.notify.letter import Letter, LetterKind
from streams.notify.part import Part, Undelivered
from streams.notify.plan import Item, letter_of, plan
from streams.notify.queues import Place, Queues
from streams.notify.routes import Route, routes, section_of
from streams.notify.thread import OPENINGS, Saying, Settled, Thread

_TYPE = "hall.alert."

#: How often a channel's queue is looked through for what is too old.
_LOOK_MS = 1_000

#: How often what is over long ago is forgotten.
_SWEEP_MS = 600_000

#: An alert nobody closed is forgotten, too, in the end.
_OPEN_FOR_MS = 90 * 86_400_000


class Notifier:
    """`plain`: names of channels that get every message by itself, at once; the others are
    the rulebook's."""

    def __init__(self, book: Rulebook, plain: Sequence[str]) -> None:
        self._book = book
        self._rules = book.notifying
        self._plain = tuple(plain)
        self.channels = (*self._plain, *book.channels)
        self._parts: dict[int, Part] = {}
        self._queues = Queues()
        self._flying: dict[str, Letter] = {}
        self._days = DayEnds(book)
        self._swept = 0
        self._opened_at = 0
        self._looked: dict[str, int] = {}

    # -- partitions come and go --------------------------------------------------------------

    def open(self, part: Part, now: int) -> None:
        """A partition with all that is known of it."""
        self._parts[part.number] = part
        self._opened_at = now
        for digest in part.digests.values():
            self._days.told(part.number, digest)
            for channel in set(digest.owed).difference(self.channels):
                del digest.owed[channel]
                part.touch_digest(digest.id)
        for thread in sorted(part.threads.values(), key=lambda one: min(one.first.values())):
            self._days.note(part, thread)
            for channel in list(thread.sayings):
                if thread.due(channel):
                    self._queues.put(channel, part.number, thread.alert)
                    if channel not in self.channels:
                        place = (part.number, thread.alert)
                        self._give_up_place(channel, place, "it is configured no more", now)
        for channel in set(part.tallies).difference(self.channels):
            self._mended(channel, now)  # nobody will ever see it deliver again

    def close(self) -> None:
        """All of them may go to other workers; nothing is on its way any more."""
        self._parts.clear()
        self._queues.clear()
        self._flying.clear()
        self._days.clear()

    # -- what comes in -----------------------------------------------------------------------

    def take(self, number: int, message: AlertMessage, offset: int, now: int) -> None:
        """A record of the alerts topic; one that was read before changes nothing."""
        part = self._parts[number]
        if offset >= part.next_offset:
            self._take(part, message, offset, now)

    def _take(self, part: Part, message: AlertMessage, offset: int, now: int) -> None:
        alert, said = message.data.alert, Said(message.type.removeprefix(_TYPE))
        thread = part.threads.get(alert)
        if thread is None:
            thread = Thread(alert, section_of(message), message.data, {}, {})
            part.threads[alert] = thread
        if message.id in thread.seen:
            return
        ways = self._ways(thread, message, said, now)
        decided = round(datetime.fromisoformat(message.time).timestamp() * 1000)
        thread.seen[message.id] = decided
        thread.first.setdefault(said, decided)
        thread.last = message.data
        thread.waiting[message.id] = (message, offset)
        for way in ways:
            saying = Saying(message.id, said, now, way.quiet_until)
            thread.sayings.setdefault(way.channel, []).append(saying)
            self._queues.put(way.channel, part.number, alert)
        thread.level = max(thread.level, message.data.escalation_level)
        thread.forget_messages()
        part.touch_thread(alert)
        self._days.note(part, thread)

    def _ways(self, thread: Thread, message: AlertMessage, said: Said, now: int) -> list[Route]:
        told = {way.channel: way for way in routes(self._book, thread, message, said, now)}
        found = [Route(channel, 0) for channel in self._plain]
        found += [told[channel] for channel in self._book.channels if channel in told]
        if message.data.promise != CHANNEL_FAILED:
            return found
        # Never over one that fails, and its end to nobody who was not told of its beginning.
        if said in OPENINGS:
            return [way for way in found if not usage.fails(self._parts, way.channel)]
        return [way for way in found if thread.opened_to(way.channel)]

    # -- what goes out -----------------------------------------------------------------------

    def next_letter(self, channel: str, now: int) -> tuple[Letter | None, int | None]:
        """What is to be sent over it, if nothing is on its way; else when to ask again, None:
        when something comes. Whoever gets a letter says what became of it, or closes."""
        if channel in self._flying:
            return None, None
        self._give_up_old(channel, now)
        letter, look_at = self._digest_for(channel, now)
        if letter is None:
            letter, alerts_at = self._alerts_for(channel, now)
            look_at = min((at for at in (look_at, alerts_at) if at is not None), default=None)
        if letter is not None:
            self._flying[channel] = letter
        return letter, look_at

    def _alerts_for(self, channel: str, now: int) -> tuple[Letter | None, int | None]:
        if channel in self._plain:
            place = self._queues.first(channel)
            if place is None:
                return None, None
            item = self._item(channel, place)
            first = Item(item.partition, item.thread, item.due[:1])
            return letter_of(LetterKind.ONE, channel, [first]), None
        use = usage.use_of(self._parts, channel, self._rules, now)
        summary_at = use.storm_since + self._rules.storm_ms
        if use.storm_since and now < summary_at:
            return None, summary_at  # however many wait: not looked at again for each that comes
        items = [self._item(channel, place) for place in self._queues.places(channel)]
        if not items and not use.storm_since:
            return None, None
        found = plan(channel, items, use, self._rules, now)
        if found.storm_since != use.storm_since:
            usage.set_storm(self._parts, channel, found.storm_since)
        return found.letter, found.look_at

    def _digest_for(self, channel: str, now: int) -> tuple[Letter | None, int | None]:
        look_at = None
        for part in self._parts.values():
            for digest in part.digests.values():
                quiet_until = digest.owed.get(channel)
                if quiet_until is None:
                    continue
                if quiet_until <= now:
                    since = max(digest.figures.until, quiet_until)
                    return Letter(
                        id=digest.id,
                        kind=LetterKind.DIGEST,
                        channel=channel,
                        figures=digest.figures,
                        partition=part.number,
                        due_since=since,
                    ), None
                look_at = min(look_at or quiet_until, quiet_until)
        return None, look_at

    def _item(self, channel: str, place: Place) -> Item:
        thread = self._parts[place[0]].threads[place[1]]
        return Item(place[0], thread, thread.due(channel))

    # -- what became of it -------------------------------------------------------------------

    def delivered(self, letter: Letter, now: int) -> None:
        """Changes nothing when its partitions went meanwhile, or it was given up."""
        if self._flying.get(letter.channel) is not letter:
            return
        self._settle(letter, Settled.TOLD, now)
        if letter.channel not in self._plain and letter.kind is not LetterKind.DIGEST:
            usage.count(self._parts, letter, self._rules, now)
        self._mended(letter.channel, now)

    def gave_up(self, letter: Letter, why: str, now: int) -> None:
        if self._flying.get(letter.channel) is letter:
            self._settle(letter, Settled.GIVEN_UP, now, why)

    def _settle(self, letter: Letter, settled: Settled, now: int, why: str = "") -> None:
        self._flying.pop(letter.channel, None)
        channel, offset = letter.channel, -1
        first = self._parts.get(letter.entries[0].partition if letter.entries else letter.partition)
        for entry in letter.entries:
            part = self._parts.get(entry.partition)
            if part is None:
                continue  # it went to another worker
            thread = part.threads[entry.alert]
            ids = {message.id for message in entry.messages}
            if offset < 0:
                offset = min((thread.waiting[one][1] for one in ids), default=-1)
            for saying in thread.sayings[channel]:
                if saying.message in ids:
                    saying.settled = settled
            self._queues.done(channel, (entry.partition, entry.alert), thread)
            thread.forget_messages()
            part.touch_thread(entry.alert)
        if first is None:
            return
        if letter.figures is not None and letter.id in first.digests:
            first.digests[letter.id].owed.pop(channel, None)
            first.touch_digest(letter.id)
        if settled is Settled.GIVEN_UP:
            first.give_up(Undelivered(letter, why, now, offset))
            self._fail(first, letter, why, now)

    # -- channels that fail ------------------------------------------------------------------

    def _fail(self, part: Part, letter: Letter, why: str, now: int) -> None:
        """One alert, until it delivers again, however much it gives up."""
        channel = letter.channel
        if channel not in self.channels:
            return
        cycle = usage.note_failure(self._parts, part, channel, letter.id)
        if cycle is None:
            return
        section = self._book.elsewhere.code
        message = failed_alert(channel, cycle, section, why, [letter.id], part.number, now)
        part.say_row(message.data)
        self._take(part, message, -1, now)

    def _mended(self, channel: str, now: int) -> None:
        for part in self._parts.values():
            mended = usage.note_mended(part, channel)
            if mended is None:
                continue
            thread = part.threads.get(f"{CHANNEL_FAILED}/{channel}/{mended[0]}")
            if thread is not None:
                message = mended_alert(thread.last, mended[1], now)
                part.say_row(message.data)
                self._take(part, message, -1, now)

    def _give_up_old(self, channel: str, now: int) -> None:
        """What waits behind a dead or slow channel for too long; a worker that comes back tries
        everything anew."""
        too_old = now - self._rules.give_up_ms
        if self._opened_at > too_old or self._looked.get(channel, 0) + _LOOK_MS > now:
            return
        self._looked[channel] = now
        for place in self._queues.places(channel):
            if self._item(channel, place).since <= too_old:
                self._give_up_place(channel, place, "not within the time there is for it", now)

    def _give_up_place(self, channel: str, place: Place, why: str, now: int) -> None:
        letter = letter_of(LetterKind.ONE, channel, [self._item(channel, place)])
        self._settle(letter, Settled.GIVEN_UP, now, f"{channel}: {why}")

    # -- time --------------------------------------------------------------------------------

    def tick(self, now: int) -> int:
        """Says what time brings; returns when to ask again, ms."""
        for part, digest in self._days.digests(self._parts.values(), now):
            part.digests[digest.id] = digest
            part.touch_digest(digest.id)
        if self._swept + _SWEEP_MS <= now:
            self._swept = now
            for part in self._parts.values():
                self._forget(part, now)
        return min(self._swept + _SWEEP_MS, self._days.next_due() or now + _SWEEP_MS)

    def _forget(self, part: Part, now: int) -> None:
        for alert, thread in list(part.threads.items()):
            keep = self._rules.forget_ms if thread.closed else _OPEN_FOR_MS
            if not thread.waiting and max(thread.seen.values()) + keep <= now:
                del part.threads[alert]
                part.touch_thread(alert)
        newest: dict[str, str] = {}
        for id_, digest in sorted(part.digests.items(), key=lambda one: one[1].figures.until):
            section, old = digest.figures.section, newest.get(digest.figures.section)
            newest[section] = id_
            if old is not None and not part.digests[old].owed:
                del part.digests[old]
                part.touch_digest(old)
