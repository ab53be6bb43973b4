"""Signed links: what is signed comes back, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.acting import ActKind, Refusal, Refused
from streams.acts.links import (
    ListToken,
    Token,
    _encoded,
    _signature,
    read_list_token,
    read_token,
    sign,
)
from tests.acts.parts import KEY, NOW, WAIT

TOKEN = Token(ActKind.EXCUSE, WAIT, "chief-1", int(NOW) + 60, "sec-03", 3)


def why(text: str, key: bytes = KEY, now: float = NOW) -> Refusal:
    found = read_token(key, text, now)
    assert isinstance(found, Refused)
    return found.why


@given(st.sampled_from(ActKind), st.text(max_size=60), st.text(max_size=30), st.integers(0, 10**6))
def test_what_was_signed_comes_back_as_it_was(
    kind: ActKind, alert: str, by: str, partition: int
) -> None:
    token = Token(kind, alert, by, int(NOW) + 1, "科室/一", partition, alert)
    text = sign(KEY, token)
    assert read_token(KEY, text, NOW) == token
    listed = ListToken((alert, "科室/一"), by, int(NOW) + 1, alert)
    assert read_list_token(KEY, sign(KEY, listed), NOW) == listed
    assert text.isascii()
    assert not set(text) & set("/?#%&+= ")


@given(st.integers(0, 10_000), st.characters(codec="ascii", categories=("Lu", "Ll", "Nd")))
def test_a_changed_character_is_a_forgery(place: int, other: str) -> None:
    text = sign(KEY, TOKEN)
    at = place % len(text)
    changed = text[:at] + other + text[at + 1 :]
    found = read_token(KEY, changed, NOW)
    assert found == TOKEN if changed == text else isinstance(found, Refused)


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "1..", sign(KEY, TOKEN)[:-1], sign(KEY, TOKEN) + "A", "1.W10.x", "号码",
     "a" * 9_999],
)  # fmt: skip
def test_what_was_not_made_here_is_a_forgery(text: str) -> None:
    assert why(text) is Refusal.FORGED


def test_a_link_of_before_links_had_channels_still_holds() -> None:
    """Of a message that somebody got before the update."""
    body = "1.WyJleGN1c2UiLCJ3YWxrLWluLXdhaXQvQTEvMSIsImNoaWVmLTEiLDE2NjU3MTEwNjAsInNlYy0wMyIsM10"
    signed = f"{body}.{_encoded(_signature(KEY, body))}"
    token = Token(ActKind.EXCUSE, "walk-in-wait/A1/1", "chief-1", int(NOW) + 60, "sec-03", 3)
    assert read_token(KEY, signed, NOW) == token


def test_another_key_is_another_hall() -> None:
    assert why(sign(b"x" * 32, TOKEN)) is Refusal.FORGED


def test_a_link_expires_at_its_second() -> None:
    text = sign(KEY, TOKEN)
    assert read_token(KEY, text, TOKEN.expires - 0.001) == TOKEN
    assert why(text, now=TOKEN.expires) is Refusal.EXPIRED
