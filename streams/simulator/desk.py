"""The online assistance desk: chats with greetings, quick and slow first replies, endings.

Owns who answers which chat. Invariant: a clerk holds at most three chats; a chat that no
clerk has room for waits, and its citizen's patience runs.
"""

from collections import deque
from functools import partial
from random import Random

from msgspec import Struct

from schemas import assist
from schemas.assist import Author
from streams.simulator.attend import SECOND
from streams.simulator.hall import Desk, Hall
from streams.simulator.heartbeats import DESK_SYSTEM
from streams.simulator.rhythm import MINUTE, Rhythm, around, source
from streams.simulator.voice import Stage, Voice

CHATS_PER_SEAT = 3


class Chat(Struct):
    voice: Voice
    random: Random
    service: str
    assigned: bool = False


class AssistanceDesk:
    """All chats."""

    def __init__(self, hall: Hall, stage: Stage, rhythm: Rhythm) -> None:
        self._desk: Desk = hall.desk
        self._stage = stage
        self._rhythm = rhythm
        self._arrivals = source(stage.seed, hall.desk.code, "arrivals")
        self._room = deque(range(1, hall.desk.seats + 1)) * CHATS_PER_SEAT
        self._waiting: deque[Chat] = deque()
        self._chats = 0

    def open(self, at: int) -> None:
        self._expect_next(at)

    def _expect_next(self, at: int) -> None:
        rate = self._desk.chats_per_minute
        coming = self._rhythm.next_arrival(at, rate, self._arrivals)
        if coming is not None:
            self._stage.agenda.at(coming, self._arrive)

    def _arrive(self, at: int) -> None:
        self._expect_next(at)
        self._chats += 1
        subject = f"{self._stage.run}-chat-{self._chats:04d}"
        random = source(self._stage.seed, subject)
        chat = Chat(
            voice=Voice(self._stage, subject, DESK_SYSTEM),
            random=random,
            service=random.choice(self._desk.services),
        )
        asked = assist.RequestedData(
            section=self._desk.code,
            service=chat.service,
            applicant=f"p{random.getrandbits(28):08d}x",
        )
        chat.voice.say(at, assist.AssistRequested, asked)
        greeted = at + int(random.uniform(300, 1200))
        self._message(chat, greeted, Author.BOT, automatic=True)
        self._waiting.append(chat)
        patience = at + int(random.uniform(3, 8) * MINUTE)
        self._stage.agenda.at(patience, partial(self._give_up, chat))
        self._assign(at)

    def _assign(self, at: int) -> None:
        while self._waiting and self._room:
            chat = self._waiting.popleft()
            seat = self._room.popleft()
            chat.assigned = True
            ends = self._talk(chat, f"clerk-24{seat:02d}", at)
            self._stage.agenda.at(ends, partial(self._free, seat))

    def _free(self, seat: int, at: int) -> None:
        self._room.append(seat)
        self._assign(at)

    def _give_up(self, chat: Chat, at: int) -> None:
        if not chat.assigned:
            self._waiting.remove(chat)
            self._close(chat, at, Author.CITIZEN)

    def _talk(self, chat: Chat, clerk: str, at: int) -> int:
        """The whole conversation; when it ends."""
        random, desk = chat.random, self._desk
        at += int(random.uniform(1, 5) * SECOND)
        assigned = assist.AssignedData(section=desk.code, clerk=clerk)
        chat.voice.say(at, assist.AssistAssigned, assigned)
        self._message(chat, at + 500, Author.HUMAN, clerk, automatic=True)
        if random.random() < desk.unanswered:
            at += int(random.uniform(4, 11) * MINUTE)
            self._close(chat, at, Author.CITIZEN)
            return at
        at += self._first_reply_after(random)
        if random.random() < 0.12:
            self._message(chat, at - 2 * SECOND, Author.HUMAN, clerk, visible=False)
        self._message(chat, at, Author.HUMAN, clerk)
        for _ in range(random.randint(1, 5)):
            at += int(around(random, 30, 0.6) * SECOND)
            self._message(chat, at, Author.CITIZEN)
            at += int(around(random, 35, 0.6) * SECOND)
            self._message(chat, at, Author.HUMAN, clerk)
        return self._finish(chat, at)

    def _first_reply_after(self, random: Random) -> int:
        if random.random() < self._desk.slow_reply:
            return int(random.uniform(58, 260) * SECOND)
        return int(max(3.0, min(54.0, around(random, 21, 0.5))) * SECOND)

    def _finish(self, chat: Chat, at: int) -> int:
        random, desk = chat.random, self._desk
        if random.random() < desk.knowledge_gap:
            at += 4 * SECOND
            gap = assist.KnowledgeGapNotedData(section=desk.code, item=chat.service)
            chat.voice.say(at, assist.AssistKnowledgeGapNoted, gap)
        if random.random() < desk.handed_over:
            at += 6 * SECOND
            department = f"D-{random.randint(1, 12):02d}"
            handed = assist.HandedToDepartmentData(section=desk.code, department=department)
            chat.voice.say(at, assist.AssistHandedToDepartment, handed)
        at += int(random.uniform(5, 40) * SECOND)
        settled = assist.ResolvedData(
            section=desk.code, resolved=random.random() >= desk.unresolved
        )
        chat.voice.say(at, assist.AssistResolved, settled)
        at += int(random.uniform(1, 30) * SECOND)
        self._close(chat, at, random.choice((Author.HUMAN, Author.HUMAN, Author.CITIZEN)))
        return at

    def _close(self, chat: Chat, at: int, by: Author) -> None:
        closed = assist.ClosedData(section=self._desk.code, by=by)
        chat.voice.say(at, assist.AssistClosed, closed)

    def _message(
        self,
        chat: Chat,
        at: int,
        author: Author,
        clerk: str | None = None,
        *,
        visible: bool = True,
        automatic: bool = False,
    ) -> None:
        said = assist.MessageData(
            section=self._desk.code,
            author=author,
            clerk=clerk,
            visible=visible,
            automatic=automatic,
        )
        chat.voice.say(at, assist.AssistMessage, said)
