"""Keys: hashed at rest, two at once, out of force at once; and the command that makes them."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams import cli
from streams.gateway.key_desk import KeyRefusedError, new_key, revoke_key
from streams.gateway.keyring import KeyFileError, Keyring, read_key_file
from streams.gateway.senders import SENDABLE_TYPES, Sender, matches
from tests.gateway.running import key_of

NOW = datetime(2022, 10, 14, 1, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets" / "keys.json"


def test_a_key_opens_and_its_secret_is_not_in_the_file(path: Path) -> None:
    sender, token = new_key(path, "queue-1", NOW, sources=["urn:hall:queue-1"], types=["ticket.*"])
    assert Keyring(path).holder(token) == sender
    _, identity, secret = token.split("_", 2)
    text = path.read_text()
    assert identity in text
    assert secret not in text
    assert len(secret) >= 43  # 256 bits
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "token", ["", "hw_", "queue-1", "hw_00000000_" + "a" * 43, "hw_\ud800", "中" * 20]
)
def test_what_is_no_key_opens_nothing(path: Path, token: str) -> None:
    key_of(path)
    assert Keyring(path).holder(token) is None


def test_a_key_with_another_s_secret_opens_nothing(path: Path) -> None:
    one, two = key_of(path, "queue-1"), key_of(path, "queue-2")
    mixed = f"hw_{one.split('_')[1]}_{two.split('_', 2)[2]}"
    assert Keyring(path).holder(mixed) is None


def test_two_keys_are_in_force_while_one_is_changed_for_the_other(path: Path) -> None:
    old = key_of(path)
    keyring = Keyring(path)
    new = new_key(path, "queue-1", NOW)[1]  # the scope stays
    both = [keyring.holder(old), keyring.holder(new)]
    assert both[0] == both[1] is not None
    with pytest.raises(KeyRefusedError, match=r"queue-1 has 2 keys already, .*; revoke one first"):
        new_key(path, "queue-1", NOW)

    sender, left = revoke_key(path, old.split("_")[1])
    assert (sender.name, left) == ("queue-1", 1)
    assert keyring.holder(old) is None, "and nobody told the gateway to read the file again"
    assert keyring.holder(new) is not None


def test_a_scope_is_set_anew_where_it_is_given(path: Path) -> None:
    key_of(path, types=["ticket.called"])
    sender, _ = new_key(path, "queue-1", NOW, types=["ticket.*"], per_second=7)
    assert (sender.types, sender.sources) == (["ticket.*"], ["urn:hall:*"])
    assert sender.per_second == 7


REFUSED = {
    "a new sender without a scope": ("queue-1", [], [], "is new: say --source and --type"),
    "a name with blanks": ("Queue 1", ["s"], ["ticket.*"], "is no name for a sender"),
    "a type that is none": ("q", ["s"], ["tikcet.*"], "no system sends such events"),
    "a type only people's acts have": ("q", ["s"], ["alert.excused"], "no system sends"),
    "a star in the middle": ("q", ["urn:*:q"], ["ticket.*"], "a star at its end only"),
    "an empty source": ("q", [""], ["ticket.*"], "--source: printable ASCII"),
}


@pytest.mark.parametrize(("name", "sources", "types", "why"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_hold_is_told_and_writes_nothing(
    path: Path, name: str, sources: list[str], types: list[str], why: str
) -> None:
    with pytest.raises(KeyRefusedError, match=why):
        new_key(path, name, NOW, sources=sources, types=types)
    assert not path.exists()


def test_an_unknown_key_cannot_be_revoked(path: Path) -> None:
    key_of(path)
    with pytest.raises(KeyRefusedError, match="no key 00000000"):
        revoke_key(path, "00000000")


def test_a_scope_is_exact_or_up_to_its_star() -> None:
    assert matches("urn:hall:queue-1", "urn:hall:queue-1")
    assert not matches("urn:hall:queue-1", "urn:hall:queue-10")
    assert matches("urn:hall:queue-*", "urn:hall:queue-10")
    assert matches("*", "anything")
    assert not matches("ticket.*", "terminal.signed")


def test_with_every_type_allowed_acts_and_what_workers_say_are_not() -> None:
    sender = Sender(name="q", sources=["*"], types=["*"])
    assert {"ticket.called", "source.heartbeat", "lookup.changed"} <= SENDABLE_TYPES
    assert all(sender.may_say(kind) for kind in SENDABLE_TYPES)
    for kind in ("alert.excused", "alert.silenced", "rectification.opened", "clock.advanced"):
        assert not sender.may_say(kind)


def test_a_file_spoiled_while_it_is_used_takes_no_key_away_and_says_so(path: Path) -> None:
    token = key_of(path)
    keyring = Keyring(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:40])
    assert keyring.holder(token) is not None
    assert "keys.json: no JSON" in keyring.trouble
    path.write_bytes(whole + b"\n")
    assert keyring.holder(token) is not None
    assert keyring.trouble == ""


SPOILED = {
    "no JSON": ("{", "no JSON"),
    "a key nobody knows": ('{"senders": [], "sender": []}', "unknown field `sender`"),
    "a later version": ('{"version": 2}', r"\$.version"),
    "a sender twice": (
        '{"senders": [{"name": "q", "sources": ["s"], "types": ["*"]},'
        ' {"name": "q", "sources": ["s"], "types": ["*"]}]}',
        "'q' is there twice",
    ),
    "a sender that may send nothing": (
        '{"senders": [{"name": "q", "sources": ["s"], "types": []}]}',
        r"length >= 1 - at `\$.senders\[0\].types`",
    ),
}


@pytest.mark.parametrize(("text", "why"), SPOILED.values(), ids=SPOILED)
def test_a_file_that_cannot_be_used_is_told_with_the_place(
    tmp_path: Path, text: str, why: str
) -> None:
    file = tmp_path / "keys.json"
    file.write_text(text)
    with pytest.raises(KeyFileError, match=why):
        read_key_file(file)


def test_the_command_makes_lists_and_revokes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HALLWATCH_DATA", str(tmp_path))

    def command(*words: str) -> str:
        assert cli.main(["gateway-keys", *words]) == 0
        return capsys.readouterr().out

    assert command("list") == ""
    token = command("new", "queue-1", "--source", "urn:hall:q", "--type", "ticket.*").strip()
    assert Keyring(tmp_path / "gateway-keys.json").holder(token)
    listed = command("list")
    identity = token.split("_")[1]
    assert listed.startswith(f"queue-1: ticket.* for urn:hall:q\n  {identity}  made 20")
    assert token.split("_", 2)[2] not in listed
    assert command("revoke", identity) == (
        f"{identity} opens nothing any more; queue-1 has 0 left\n"
    )
    assert cli.main(["gateway-keys", "revoke", identity]) == 1
    assert "hallwatch gateway-keys: no key" in capsys.readouterr().err
