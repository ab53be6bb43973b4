"""One deployment with everything guarded, run once from end to end: Kafka behind TLS and a login,
ClickHouse behind TLS, the wall behind TLS and a password, the gateway behind TLS and a key.

Owns the run and what it leaves for the tests to look at. Called by the fixture of
`test_guarded_run`. Invariant: whatever a process of ours said, served or sent is in `Evidence`.
"""

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import ClientSession, encode_basic_auth
from msgspec import Struct

from dashboards.stories.links import path_of
from dashboards.stories.story import Page as StoryPage
from schemas.topics import EVENTS, topic_name
from streams.door.user_desk import add_user
from tests.brokers.streams import create_topic, producing
from tests.gateway.running import key_of
from tests.kafka.secured import SecuredKafka
from tests.pipeline.command import done, hallwatch
from tests.pipeline.database import Database
from tests.pipeline.told import Receivers, write_rules
from tests.pipeline.waiting import eventually_async
from tests.security.front import Signed
from tests.security.planted import Planted, chat, good_looking, planted
from tests.security.processes import Page, run
from tests.sinks.receivers.mail import PASSWORD as MAIL_PASSWORD
from tests.sinks.receivers.mail import USER as MAIL_USER
from tests.sinks.receivers.mail import MailReceiver

PREFIX, PARTITIONS = "guarded", 2
CHATS = ("chat-1", "chat-2")
ALERT = "online-first-response/chat-1/1"

LINK_KEY, API_KEY = "link-key-" + "Wq61" * 8, "api-key-" + "Mz84" * 8
WALL_USER, WALL_PASSWORD = "chief", "wall-pass-Hh45 kD"
GRAFANA_TOKEN = "glsa_Vt93pX7"


class Evidence(Struct):
    """By what it is of."""

    said: dict[str, str] = {}  #: logs, and what commands printed
    served: dict[str, str] = {}  #: pages and answers, as their readers got them
    told: dict[str, str] = {}  #: bodies of alerts
    processes: set[str] = set()  #: command lines seen, of all processes of ours
    refusals: list[int] = []  #: what the gateway answered to what is personal
    explained: str = ""  #: the link to details in a message
    gateway_key: str = ""


class Guarded:
    def __init__(self, kafka: SecuredKafka, clickhouse: str, signed: Signed, folder: Path) -> None:
        """`clickhouse`: a DSN."""
        self.kafka, self.signed, self.folder = kafka, signed, folder
        self.database = Database(clickhouse)
        self.evidence = Evidence()
        self.receivers = Receivers()
        self.receivers.mail = MailReceiver(tls=signed.serving(), asks_password=True)
        login = kafka.settings_of_login()
        password = self._secret("broker-password", str(login.pop("broker_password")))
        self.settings: dict[str, object] = {
            **login,
            "broker_password_file": password,
            "clickhouse": clickhouse,
            "topic_prefix": PREFIX,
            "group": PREFIX,
            "partitions": PARTITIONS,
            "storm_share": 1,
            "language": "en",
            "data": folder / "data",
            "log_level": "DEBUG",
            "public_url": "https://hall.example/",
            "link_key_file": self._secret("link-key", LINK_KEY),
            "api_key_file": self._secret("api-key", API_KEY),
            "wall_port": 0,
            "wall_cert_file": signed.certificate,
            "wall_key_file": signed.key,
            "wall_users_file": folder / "users.json",
            "gateway_port": 0,
            "gateway_cert_file": signed.certificate,
            "gateway_key_file": signed.key,
            "grafana_token": GRAFANA_TOKEN,
        }
        add_user(folder / "users.json", WALL_USER, WALL_PASSWORD)

    async def run(self) -> None:
        await self.receivers.start()
        self.settings["rules"] = self._rules()
        watching = asyncio.create_task(self._watch_processes())
        logs = {name: self.folder / f"{name}.log" for name in ("worker", "gateway")}
        try:
            with (
                run("worker", logs["worker"], self.settings) as worker,
                run("gateway", logs["gateway"], self.settings) as gateway,
            ):
                await worker.listens()
                await gateway.listens()
                await self._send(gateway)
                await self._until_recorded()
                await self._look(worker)
                await self._ask()
                await self._simulate()
                await self._replay()
                assert await gateway.ends() == 0, gateway.said
                assert await worker.ends() == 0, worker.said
        finally:
            watching.cancel()
            await self.receivers.stop()
            for name, log in logs.items():
                self.evidence.said[f"{name}.log"] = log.read_text() if log.exists() else ""
        for name, receiver in self.receivers.over_http.items():
            self.evidence.told[name] = "\n".join(asked.body.decode() for asked in receiver.taken)
        self.evidence.told["mail"] = "\n".join(
            letter.mail.as_string() + letter.part("plain") for letter in self.receivers.mail.letters
        )
        explained = self.evidence.told["wecom"].partition("https://hall.example/explain/")[2]
        self.evidence.explained = explained.partition(")")[0]

    def _secret(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(f"{content}\n")
        return path

    def _rules(self) -> Path:
        """A chief with every kind of channel, and a mail server that asks for a password."""
        rules = write_rules(self.folder / "rules", self.receivers, "")
        channels = rules / "channels.toml"
        (rules / "mail-password").write_text(MAIL_PASSWORD)
        text = channels.read_text(encoding="utf-8").replace(
            'tls = "none"',
            f'tls = "tls"\nca-file = "{self.signed.ca}"\nuser = "{MAIL_USER}"\n'
            'password-file = "mail-password"',
        )
        channels.write_text(text, encoding="utf-8")
        return rules

    async def _send(self, gateway: Page) -> None:
        """Good ones by the gateway; what is personal by the gateway, and past it."""
        key = key_of(self.folder / "data" / "gateway-keys.json")
        self.evidence.gateway_key = key
        async with ClientSession(headers={"Authorization": f"Bearer {key}"}) as session:

            async def posted(event: dict[str, Any]) -> int:
                asked = session.post(
                    f"{gateway.url}events",
                    data=msgspec.json.encode(event),
                    headers={"Content-Type": "application/cloudevents+json"},
                    ssl=self.signed.context(),
                )
                async with asked as answer:
                    text = await answer.text()
                    self.evidence.served[f"gateway, {event.get('id')!r}"] = text
                    return answer.status

            for subject in CHATS:

                async def taken(subject: str = subject) -> bool:
                    return await posted(chat(subject)) == 202

                await eventually_async(taken, "the gateway takes a chat")
            self.evidence.refusals = [await posted(event) for event in good_looking()]
        await self._write(planted())

    async def _write(self, records: Iterable[Planted]) -> None:
        async with producing(self.kafka.bootstrap) as producer:
            for number, record in enumerate(records):
                await producer.send_and_wait(
                    topic_name(PREFIX, EVENTS),
                    record.value,
                    key=record.key,
                    headers=list(record.headers),
                    partition=number % PARTITIONS,
                )

    async def _until_recorded(self) -> None:
        async def recorded() -> bool:
            refused = await self._count("SELECT count() AS n FROM dead_letters_now")
            breached = await self._count("SELECT countIf(breached_at > 0) AS n FROM alerts_now")
            told = all(receiver.taken for receiver in self.receivers.over_http.values())
            mailed = bool(self.receivers.mail.letters)
            return refused >= len(planted()) and breached >= len(CHATS) and told and mailed

        await eventually_async(recorded, "all is refused, recorded and told")

    async def _count(self, sql: str) -> int:
        try:
            return int((await asyncio.to_thread(self.database.one, sql))["n"])
        except Exception:
            return 0  # the worker has not made its tables yet

    async def _look(self, worker: Page) -> None:
        """As a chief does: the wall's pages and figures, the details of an alert, a journey."""
        explained, traced = path_of(StoryPage.EXPLAIN, ALERT), path_of(StoryPage.TRACE, "chat-1")
        paths = ("", "api/hall.json", "api/snapshot.json", "section/S03", explained, traced)
        auth = {"Authorization": encode_basic_auth(WALL_USER, WALL_PASSWORD)}
        async with ClientSession() as session:
            for path in (*paths, "metrics", "readyz"):
                url = worker.url + path
                async with session.get(url, headers=auth, ssl=self.signed.context()) as answer:
                    self.evidence.served[path or "the wall"] = await answer.text()
                    assert answer.status in (200, 503), path
            key = {"Authorization": f"Bearer {API_KEY}"}
            url = f"{worker.url}api/alerts"
            async with session.get(url, headers=key, ssl=self.signed.context()) as answer:
                assert answer.status == 200
                self.evidence.served["the API"] = await answer.text()

    async def _ask(self) -> None:
        """The commands of an operator; each has a Kafka client of its own, or none."""
        for words in (
            ("settings",),
            ("deadletters", "list"),
            ("resume",),
            ("explain", ALERT),
            ("trace", "chat-1"),
            ("ack", ALERT, "--by", "chief"),
            ("query", "SELECT * FROM dead_letters_now LIMIT 5"),
        ):
            told = await asyncio.to_thread(hallwatch, *words, **self.settings)
            assert told.returncode in (0, 1), f"{words}: {told.stderr}"
            self.evidence.said["hallwatch " + " ".join(words)] = told.stdout + told.stderr

    async def _simulate(self) -> None:
        create_topic(self.kafka.bootstrap, "simulated", 2)
        words = ("simulate", "--topic", "simulated", "--hours", "0.0003")
        told = await asyncio.to_thread(hallwatch, *words, **self.settings)
        self.evidence.said["hallwatch simulate"] = done(told) + told.stderr

    async def _replay(self) -> None:
        file = self.folder / "events.ndjson"
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        good = [msgspec.json.encode({**chat(f"chat-{n}"), "time": now}) for n in range(5)]
        bad = [record.value for record in planted() if b"\n" not in record.value]
        file.write_bytes(b"\n".join([*good, *bad]) + b"\n")
        settings = {**self.settings, "clickhouse": self.database.dsn.replace("/hall?", "/replay?")}
        told = await asyncio.to_thread(hallwatch, "replay", file, "--keep-topics", **settings)
        self.evidence.said["hallwatch replay"] = done(told) + told.stderr

    async def _watch_processes(self) -> None:
        while True:
            self.evidence.processes |= await asyncio.to_thread(_command_lines)
            await asyncio.sleep(0.05)


def _command_lines() -> set[str]:
    """Of all processes of ours that run, as anybody on the machine can read them."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # gone meanwhile
        if "streams.cli" in line:
            found.add(line)
    return found
