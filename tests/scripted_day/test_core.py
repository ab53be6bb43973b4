"""The scripted day through the deciding core: every promise is broken, and near misses are not."""

import pytest

from schemas.source import SOURCE_SILENT
from streams.core.rules import Promise
from streams.rules.load import load_rulebook
from tests.scripted_day.day import RULES, TALES, VERDICTS, alerts, chapters, said, verdicts
from tests.scripted_day.found import alerts_of, counted, said_in, verdicts_of
from tests.scripted_day.play import Played
from tests.scripted_day.tale import Tale


@pytest.fixture(scope="module")
def played() -> Played:
    played = Played(load_rulebook(RULES))
    for chapter in chapters():
        played.chapter(chapter)
    return played


@pytest.mark.parametrize("tale", TALES, ids=[f"{tale.promise}: {tale.sentence}" for tale in TALES])
def test_what_happened_comes_to(played: Played, tale: Tale) -> None:
    names = {alert.alert for alert in tale.alerts}
    assert [one for one in alerts_of(played.alerts()) if one.alert in names] == sorted(tale.alerts)
    judged = {(one.promise, one.journey) for one in tale.verdicts}
    found = verdicts_of(played.verdicts())
    assert [one for one in found if (one.promise, one.journey) in judged] == sorted(tale.verdicts)
    told = said_in(played.said)
    assert {name: told[name] for name in names if name in told} == tale.said


def test_there_is_no_other_alert_and_no_other_message(played: Played) -> None:
    assert alerts_of(played.alerts()) == alerts()
    assert said_in(played.said) == said()


def test_there_is_no_other_verdict(played: Played) -> None:
    found = verdicts_of(played.verdicts())
    assert found == verdicts()
    assert counted(found) == VERDICTS


def test_every_promise_is_broken_at_least_once_and_so_is_the_silence_of_a_source() -> None:
    broken = {alert.promise for tale in TALES for alert in tale.alerts if alert.breached}
    assert broken == {*(promise.value for promise in Promise), SOURCE_SILENT}
