"""Kafka over TLS and with logins: what gets in, and what a wrong setting is told."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from schemas.topics import ALL, topic_name
from streams.broker.brokers import Brokers, brokers_of
from streams.broker.reach import BrokerRefusedError, connected
from streams.broker.topics import ensure_topics
from streams.settings import Settings, SettingsError
from tests.kafka.secured import KEY_PASSWORD, PASSWORD, PLAIN_PASSWORD, SecuredKafka

pytestmark = pytest.mark.kafka


def reached_by(secured: SecuredKafka, **changed: Any) -> Brokers:
    return brokers_of(Settings(**{**secured.settings_of_login(), **changed}))


def by_certificate(secured: SecuredKafka) -> dict[str, Any]:
    return {
        "broker": secured.by_certificate,
        "broker_security": "SSL",
        "broker_ca_file": secured.ca,
        "broker_cert_file": secured.certificate,
        "broker_key_file": secured.key,
        "broker_key_password": KEY_PASSWORD,
    }


LOGINS: dict[str, dict[str, Any]] = {
    "SCRAM-SHA-512": {},
    "SCRAM-SHA-256": {"broker_sasl": "SCRAM-SHA-256"},
    "PLAIN": {"broker_sasl": "PLAIN", "broker_password": PLAIN_PASSWORD},
}


@pytest.mark.parametrize("changed", LOGINS.values(), ids=LOGINS)
def test_a_login_over_tls_creates_topics(
    secured: SecuredKafka, topic_prefix: str, changed: dict[str, Any]
) -> None:
    ensure_topics(reached_by(secured, **changed), topic_prefix, 1)
    with connected(Brokers(secured.bootstrap)) as admin:
        assert {topic_name(topic_prefix, topic) for topic in ALL} <= set(admin.list_topics())


def test_a_certificate_opens_the_door_where_it_is_asked_for(secured: SecuredKafka) -> None:
    with connected(brokers_of(Settings(**by_certificate(secured)))) as admin:
        assert admin.describe_cluster()["brokers"]


def refused(brokers: Brokers) -> str:
    said: list[str] = []
    with (
        pytest.raises(BrokerRefusedError) as told,
        connected(brokers, patience=timedelta(seconds=30), say=said.append),
    ):
        pass
    assert said == []  # waiting would not help: at the first try
    sentence = str(told.value)
    assert "\n" not in sentence
    assert PASSWORD not in sentence
    return sentence


WRONG_LOGINS: dict[str, tuple[dict[str, Any], str]] = {
    "another password": (
        {"broker_password": "not-this-one"},
        "refuses user 'hall' by SCRAM-SHA-512: check HALLWATCH_BROKER_USER",
    ),
    "another password, PLAIN": (
        {"broker_sasl": "PLAIN"},
        "refuses user 'hall' by PLAIN: check HALLWATCH_BROKER_USER",
    ),
    "nobody's name": ({"broker_user": "nobody"}, "refuses user 'nobody' by SCRAM-SHA-512"),
    "no TLS": (
        {"broker_security": "SASL_PLAINTEXT", "broker_ca_file": None},
        "speaks TLS, and HALLWATCH_BROKER_SECURITY is SASL_PLAINTEXT: set"
        " HALLWATCH_BROKER_SECURITY=SASL_SSL",
    ),
    "neither TLS nor login": (
        {
            "broker_security": "PLAINTEXT",
            "broker_ca_file": None,
            "broker_user": "",
            "broker_password": "",
        },
        "speaks TLS, and HALLWATCH_BROKER_SECURITY is PLAINTEXT",
    ),
    "no login": (
        {"broker_security": "SSL", "broker_user": "", "broker_password": ""},
        "asks for a login: set HALLWATCH_BROKER_SECURITY=SASL_SSL and HALLWATCH_BROKER_USER",
    ),
}


@pytest.mark.parametrize(("changed", "sentence"), WRONG_LOGINS.values(), ids=WRONG_LOGINS)
def test_a_wrong_login_is_told_in_one_sentence(
    secured: SecuredKafka, changed: dict[str, Any], sentence: str
) -> None:
    told = refused(reached_by(secured, **changed))
    assert told.startswith(f"Kafka at {secured.guarded} {sentence}")


def test_an_unknown_authority_is_told_in_one_sentence(
    secured: SecuredKafka, stranger: Path
) -> None:
    for other in (stranger, None):
        told = refused(reached_by(secured, broker_ca_file=other))
        assert "shows a certificate that is not trusted" in told
        assert "HALLWATCH_BROKER_CA_FILE" in told


def test_a_certificate_for_another_name_is_not_trusted_unless_that_is_wanted(
    secured: SecuredKafka,
) -> None:
    elsewhere = f"localhost:{secured.login}"
    told = refused(reached_by(secured, broker=elsewhere))
    assert "valid for 'localhost'" in told
    assert "HALLWATCH_BROKER_CHECK_HOSTNAME=false" in told
    with connected(reached_by(secured, broker=elsewhere, broker_check_hostname=False)) as admin:
        assert admin.describe_cluster()["brokers"]


def test_tls_to_a_port_without_is_told_in_one_sentence(secured: SecuredKafka) -> None:
    told = refused(reached_by(secured, broker=secured.bootstrap))
    assert "speaks no TLS there, and HALLWATCH_BROKER_SECURITY=SASL_SSL wants it" in told


def test_a_login_nobody_asks_for_is_told_in_one_sentence(secured: SecuredKafka) -> None:
    changed = {"broker_security": "SASL_PLAINTEXT", "broker_ca_file": None}
    told = refused(reached_by(secured, broker=secured.bootstrap, **changed))
    assert told.endswith("asks for no login: set HALLWATCH_BROKER_SECURITY=PLAINTEXT")


def test_a_missing_certificate_of_ours_is_told_in_one_sentence(secured: SecuredKafka) -> None:
    without = by_certificate(secured) | {
        "broker_cert_file": None,
        "broker_key_file": None,
        "broker_key_password": "",
    }
    told = refused(brokers_of(Settings(**without)))
    assert "asks for a certificate of ours: set HALLWATCH_BROKER_CERT_FILE" in told


WRONG_SETTINGS: dict[str, tuple[dict[str, Any], str]] = {
    "a login that would not be used": (
        {"broker_security": "SSL"},
        "HALLWATCH_BROKER_USER: is set, but HALLWATCH_BROKER_SECURITY=SSL logs in nobody",
    ),
    "an authority that would not be asked": (
        {"broker_security": "PLAINTEXT"},
        "HALLWATCH_BROKER_CA_FILE: is set, but HALLWATCH_BROKER_SECURITY=PLAINTEXT speaks no TLS",
    ),
    "nobody's login": ({"broker_user": ""}, "HALLWATCH_BROKER_USER: is not set"),
    "no password": ({"broker_password": ""}, "HALLWATCH_BROKER_PASSWORD: is not set"),
    "no such authority": (
        {"broker_ca_file": Path("gone.pem")},
        "HALLWATCH_BROKER_CA_FILE=gone.pem: cannot be read",
    ),
    "an authority that is none": (
        {"broker_ca_file": Path(__file__)},
        "holds no certificate",
    ),
}


@pytest.mark.parametrize(("changed", "sentence"), WRONG_SETTINGS.values(), ids=WRONG_SETTINGS)
def test_a_wrong_setting_is_refused_before_anybody_is_asked(
    secured: SecuredKafka, changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(SettingsError) as told:
        reached_by(secured, **changed)
    assert sentence in str(told.value)


WRONG_KEYS: dict[str, tuple[dict[str, Any], str]] = {
    "no key": ({"broker_key_file": None}, "HALLWATCH_BROKER_KEY_FILE: is not set"),
    "another password": ({"broker_key_password": "x"}, "cannot be opened: its password is another"),
    "no password": ({"broker_key_password": ""}, "it has a password, and none is given"),
}


@pytest.mark.parametrize(("changed", "sentence"), WRONG_KEYS.values(), ids=WRONG_KEYS)
def test_a_key_that_does_not_open_is_told(
    secured: SecuredKafka, changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(SettingsError) as told:
        brokers_of(Settings(**{**by_certificate(secured), **changed}))
    assert sentence in str(told.value)
    assert KEY_PASSWORD not in str(told.value)


def test_somebody_else_s_key_is_told(secured: SecuredKafka, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    trustme.CA().issue_cert("other").private_key_pem.write_to_path(other)
    with pytest.raises(SettingsError, match="is not the key of the certificate in"):
        brokers_of(Settings(**{**by_certificate(secured), "broker_key_file": other}))


def test_no_password_is_in_a_repr(secured: SecuredKafka) -> None:
    brokers = reached_by(secured)
    assert brokers.login is not None
    assert brokers.login.password == PASSWORD
    assert PASSWORD not in repr(brokers)
