"""People's own words: Chinese may stand in them, numbers and addresses of citizens may not, and
nowhere else has become looser."""

import json
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from schemas.act import AlertExcused, Words
from schemas.decode import Event, Reason, Rejected, decode
from schemas.personal import MASK
from schemas.privacy import find_personal, mask_raw
from schemas.words import WORDS
from tests.schemas.make_examples import full

PHONE, ID, NAME = "13800138000", "11010519491231002X", "王小明"


def excused(reason: str, **more: str) -> dict[str, Any]:
    event = full("alert.excused")
    return event | {"data": event["data"] | {"reason": reason} | more}


def encoded(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def test_every_field_declared_as_words_is_known_as_such() -> None:
    declared = {}
    for frame in get_args(Event):
        (data,) = (one.type for one in msgspec.structs.fields(frame) if one.name == "data")
        hints = get_type_hints(data, include_extras=True).items()
        if fields := frozenset(name for name, hint in hints if Words in (hint, *get_args(hint))):
            declared[frame.__struct_config__.tag] = fields
    assert declared == WORDS
    assert WORDS["alert.excused"] == {"reason"}


TAKEN = {
    "Chinese": "系统升级，叫号屏暂停二十分钟",
    "Chinese with figures and a clause": "四（二）1：10点至10点20分停电，共影响12张票",
    "a date and a ticket": "2022-10-14 票号221014-S03-0127 误叫",
    "a long number that is nobody's": "工单 20221014000123 重复",
    "English": "printer out of paper; see log",
    "an at sign that is no address": "补件 @ 三楼",
}


@pytest.mark.parametrize("words", TAKEN.values(), ids=TAKEN)
def test_words_may_be_anything_that_is_nobody_s(words: str) -> None:
    event = decode(encoded(excused(words)))
    assert isinstance(event, AlertExcused), event
    assert event.data.reason == words


REFUSED = {
    "an ID number among Chinese": (f"申请人{ID}材料不全", "a national ID number"),
    "a mobile number": (f"已联系{PHONE}", "a mobile phone number"),
    "a mobile number in groups": ("已联系138-0013-8000", "a mobile phone number"),
    "a mobile number of full width": ("已联系１３８００１３８０００", "a mobile phone number"),
    "a mobile number in English": (f"called {PHONE} twice", "a mobile phone number"),
    "a landline of Shanghai": ("回电021-56780000", "a telephone number"),
    "a landline of elsewhere, without a separator": ("回电051267780000", "a telephone number"),
    "a mail address": ("已发zhang@example.cn", "an e-mail address"),
    "a mail address of full width": ("已发ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｎ", "an e-mail address"),
    "a mail address in English": ("mailed to zhang.san@example.com.cn", "an e-mail address"),
}


@pytest.mark.parametrize(("words", "what"), REFUSED.values(), ids=REFUSED)
def test_numbers_and_addresses_are_refused_and_kept_nowhere(words: str, what: str) -> None:
    value = encoded(excused(words))
    refused = decode(value)
    assert isinstance(refused, Rejected)
    assert (refused.reason, refused.field) == (Reason.PERSONAL_DATA, "data.reason")
    assert what in refused.detail
    assert words not in refused.detail
    assert msgspec.json.decode(mask_raw(value)) == excused(MASK)


@pytest.mark.parametrize("words", [case[0] for case in REFUSED.values()], ids=REFUSED)
def test_what_comes_in_binary_mode_is_masked_too(words: str) -> None:
    data = excused(words)["data"]
    headers = [(f"ce_{name}", str(text).encode()) for name, text in excused(words).items()]
    headers = [pair for pair in headers if pair[0] != "ce_data"]
    assert isinstance(decode(encoded(data), headers), Rejected)
    assert msgspec.json.decode(mask_raw(encoded(data))) == data | {"reason": MASK}


def test_words_of_a_refused_event_are_kept_as_they_are() -> None:
    """So that the event can be sent again once the rest is right."""
    value = encoded(excused("叫号屏故障", remark="x"))
    refused = decode(value)
    assert isinstance(refused, Rejected)
    assert refused.reason is Reason.UNKNOWN_FIELD
    assert mask_raw(value) == value


HELD = '"specversion":"1.0","id":"1","source":"x","subject":"A1","time":"2022-10-17T09:00:00Z"'
SMUGGLED = {
    "a name for who did it": encoded(excused("故障", by=NAME)),
    "a name in an attribute beside": encoded(excused("故障") | {"data.reason": NAME}),
    "a name in a field of that name of another type": encoded(
        {**full("ticket.held"), "data": {"section": "S03", "reason": NAME}}
    ),
    "a type said twice, the first without words": (
        f'{{{HELD},"type":"ticket.held","data":{{"section":"S1","reason":"{NAME}"}},'
        '"type":"alert.excused"}'
    ).encode(),
    "a type said twice, the last without words": (
        f'{{{HELD},"type":"alert.excused","data":{{"section":"S1","reason":"{NAME}"}},'
        '"type":"ticket.held"}'
    ).encode(),
    "words that are no text": encoded(excused("") | {"data": {"reason": [NAME]}}),
}


@pytest.mark.parametrize("value", SMUGGLED.values(), ids=SMUGGLED)
def test_a_name_comes_in_nowhere_under_the_cover_of_words(value: bytes) -> None:
    refused = decode(value)
    assert isinstance(refused, Rejected)
    assert refused.reason in (Reason.PERSONAL_DATA, Reason.UNKNOWN_TYPE)
    assert NAME not in refused.field + refused.detail + mask_raw(value).decode()


def test_a_mail_address_is_looked_for_in_words_only() -> None:
    """A CloudEvents source may look like one."""
    event = full("ticket.called") | {"source": "mailto:queue@hall.example"}
    assert find_personal(encoded(event)) is None
    assert not isinstance(decode(encoded(event)), Rejected)
