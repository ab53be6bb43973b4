"""Settings from the environment: what each variable takes, and how a wrong one is told."""

import re
from pathlib import Path

import pytest

from streams import cli
from streams.settings import (
    PREFIX,
    SECRETS,
    Settings,
    SettingsError,
    read_settings,
    unknown_variables,
)

TAKEN: dict[str, tuple[str, object]] = {
    "BROKER": ("kafka-1:9092,kafka-2:9092", "kafka-1:9092,kafka-2:9092"),
    "BROKER_SECURITY": ("SASL_SSL", "SASL_SSL"),
    "BROKER_CA_FILE": ("/etc/kafka/ca.pem", Path("/etc/kafka/ca.pem")),
    "BROKER_CERT_FILE": ("/etc/kafka/us.pem", Path("/etc/kafka/us.pem")),
    "BROKER_KEY_FILE": ("/etc/kafka/us.key", Path("/etc/kafka/us.key")),
    "BROKER_KEY_PASSWORD": ("s3cret", "s3cret"),
    "BROKER_CHECK_HOSTNAME": ("false", False),
    "BROKER_SASL": ("PLAIN", "PLAIN"),
    "BROKER_USER": ("hallwatch", "hallwatch"),
    "BROKER_PASSWORD": ("s3cret", "s3cret"),
    "CLICKHOUSE": ("clickhouse://ch:8123/hall", "clickhouse://ch:8123/hall"),
    "BROKER_PATIENCE": ("600", 600),
    "TOPIC_PREFIX": ("north", "north"),
    "PARTITIONS": ("12", 12),
    "REPLICATION": ("3", 3),
    "GROUP": ("north-hall", "north-hall"),
    "SESSION_SECONDS": ("30", 30),
    "RULES": ("/etc/hallwatch", Path("/etc/hallwatch")),
    "CLOCK": ("event", "event"),
    "HORIZON_HOURS": ("24", 24),
    "SLICE": ("500", 500),
    "STORM_SHARE": ("0.2", 0.2),
    "STORM_RECORDS": ("50", 50),
    "STORM_SECONDS": ("600", 600),
    "TRANSACTIONS": ("false", False),
    "WALL_BIND": ("0.0.0.0", "0.0.0.0"),
    "WALL_PORT": ("-1", -1),
    "WALL_THEME": ("light", "light"),
    "WALL_ROTATE": ("0", 0),
    "WALL_CERT_FILE": ("/etc/wall/us.pem", Path("/etc/wall/us.pem")),
    "WALL_KEY_FILE": ("/etc/wall/us.key", Path("/etc/wall/us.key")),
    "WALL_USERS_FILE": ("/etc/wall/users.json", Path("/etc/wall/users.json")),
    "WALL_USER_HEADER": ("X-Forwarded-User", "X-Forwarded-User"),
    "WALL_PROXIES": ("10.0.0.0/24", "10.0.0.0/24"),
    "STATUS_BIND": ("0.0.0.0", "0.0.0.0"),
    "STATUS_PORT": ("9100", 9100),
    "STOP_SECONDS": ("20", 20),
    "LANGUAGE": ("en", "en"),
    "WEBHOOK": ("https://example.org/alerts", "https://example.org/alerts"),
    "WEBHOOK_SECRET": ("s3cret", "s3cret"),
    "PUBLIC_URL": ("https://hall.example.org/watch", "https://hall.example.org/watch/"),
    "LINK_KEY_FILE": ("/run/secrets/links", Path("/run/secrets/links")),
    "LINK_DAYS": ("3", 3),
    "API_KEY_FILE": ("/run/secrets/api", Path("/run/secrets/api")),
    "GRAFANA": ("https://grafana.example.org", "https://grafana.example.org/"),
    "GRAFANA_TOKEN": ("glsa_s3cret", "glsa_s3cret"),
    "GRAFANA_CLICKHOUSE": ("http://reader:s3cret@ch/hall", "http://reader:s3cret@ch/hall"),
    "GRAFANA_PROMETHEUS": ("http://prometheus:9090", "http://prometheus:9090"),
    "GRAFANA_CONTACT": ("ops@example.org", "ops@example.org"),
    "GATEWAY_BIND": ("0.0.0.0", "0.0.0.0"),
    "GATEWAY_PORT": ("8000", 8000),
    "GATEWAY_CERT_FILE": ("/etc/gateway/us.pem", Path("/etc/gateway/us.pem")),
    "GATEWAY_KEY_FILE": ("/etc/gateway/us.key", Path("/etc/gateway/us.key")),
    "GATEWAY_KEYS_FILE": ("/run/secrets/gateway-keys", Path("/run/secrets/gateway-keys")),
    "GATEWAY_PATIENCE": ("30", 30),
    "GATEWAY_PER_SECOND": ("50", 50),
    "GATEWAY_AT_ONCE": ("500", 500),
    "GATEWAY_BATCH_EVENTS": ("100", 100),
    "GATEWAY_BATCH_BYTES": ("1000000", 1_000_000),
    "KEEP_EVENTS": ("400", 400),
    "KEEP_DEAD_LETTERS": ("30", 30),
    "KEEP_JOURNEYS": ("1000", 1000),
    "KEEP_VERDICTS": ("1001", 1001),
    "KEEP_WINDOWS": ("1002", 1002),
    "KEEP_ALERTS": ("1003", 1003),
    "DATA": ("/var/lib/hallwatch", Path("/var/lib/hallwatch")),
    "LOG_LEVEL": ("DEBUG", "DEBUG"),
    "LOG_FORMAT": ("json", "json"),
}


def test_every_setting_has_a_case_here() -> None:
    assert {name.lower() for name in TAKEN} == set(Settings.__struct_fields__)


@pytest.mark.parametrize(("name", "case"), TAKEN.items(), ids=TAKEN)
def test_a_variable_is_taken(name: str, case: tuple[str, object]) -> None:
    text, value = case
    settings = read_settings({PREFIX + name: text})
    assert getattr(settings, name.lower()) == value
    assert getattr(Settings(), name.lower()) != value


REFUSED = {
    "a number of partitions that is none": ("PARTITIONS", "four"),
    "no partitions": ("PARTITIONS", "0"),
    "a fraction of a partition": ("PARTITIONS", "1.5"),
    "an empty number": ("PARTITIONS", ""),
    "a port there is not": ("WALL_PORT", "70000"),
    "a clock there is not": ("CLOCK", "sundial"),
    "a language there is not": ("LANGUAGE", "fr"),
    "a level there is not": ("LOG_LEVEL", "debug"),
    "yes for true": ("TRANSACTIONS", "yes"),
    "a horizon of nothing": ("HORIZON_HOURS", "0"),
    "a slice too large": ("SLICE", "20001"),
    "a share that is a percentage": ("STORM_SHARE", "50"),
    "a share of nothing": ("STORM_SHARE", "0"),
    "a storm of nothing": ("STORM_RECORDS", "0"),
    "no patience at all": ("BROKER_PATIENCE", "0"),
    "a gateway without a port": ("GATEWAY_PORT", "-1"),
    "a batch of nothing": ("GATEWAY_BATCH_EVENTS", "0"),
    "a stop in no time": ("STOP_SECONDS", "0"),
    "a session too short": ("SESSION_SECONDS", "2"),
}


@pytest.mark.parametrize(("name", "text"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_value_is_refused_with_the_variable_s_name(name: str, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({PREFIX + name: text})
    assert str(caught.value).startswith(f"{PREFIX}{name}={text!r}: ")
    assert len(str(caught.value)) > len(f"{PREFIX}{name}={text!r}: ")


def test_a_password_in_an_address_is_refused_and_not_said() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"HALLWATCH_GRAFANA": "https://admin:s3cret@grafana.example.org"})
    assert "HALLWATCH_GRAFANA" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_what_may_be_chosen_is_told_by_the_field_s_range() -> None:
    with pytest.raises(SettingsError, match=r"HALLWATCH_PARTITIONS='0': Expected `int` >= 1"):
        read_settings({"HALLWATCH_PARTITIONS": "0"})


def test_nothing_set_is_the_defaults() -> None:
    assert read_settings({}) == Settings()


def test_other_variables_are_not_ours() -> None:
    assert read_settings({"PARTITIONS": "9", "PATH": "/bin", "OTHER_GROUP": "x"}) == Settings()


@pytest.mark.parametrize("text", ["", "  "])
def test_no_directory_of_rules_is_the_shipped_ones(text: str) -> None:
    assert read_settings({"HALLWATCH_RULES": text}).rules is None


UNKNOWN = {
    "letters swapped": ("HALLWATCH_BORKER", "is it HALLWATCH_BROKER?"),
    "singular": ("HALLWATCH_PARTITION", "is it HALLWATCH_PARTITIONS?"),
    "half of two words": ("HALLWATCH_WALLPORT", "is it HALLWATCH_WALL_PORT?"),
    "nothing like any": ("HALLWATCH_XYZ", "`hallwatch settings` lists them"),
    "no name at all": ("HALLWATCH_", "`hallwatch settings` lists them"),
}


@pytest.mark.parametrize(("variable", "meant"), UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_setting_is_told_with_the_nearest_one_and_without_its_value(
    variable: str, meant: str
) -> None:
    assert unknown_variables({variable: "s3cret"}) == [
        f"{variable} is no setting and has no effect; {meant}"
    ]


def test_settings_their_files_and_what_only_tests_read_are_not_unknown() -> None:
    settings = [PREFIX + name for name in TAKEN] + ["HALLWATCH_broker"]
    files = [f"{PREFIX}{name.upper()}_FILE" for name in SECRETS] + ["HALLWATCH_SETTINGS"]
    others = ("SHARED", "REQUIRE_ALL", "SCREENSHOT_DIR", "LAW_EXAMPLES")
    names = [*settings, *files, *(PREFIX + name for name in others), "PATH", "OTHER_BORKER"]
    assert unknown_variables(dict.fromkeys(names, "x")) == []


def test_every_command_warns_of_an_unknown_setting_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HALLWATCH_GRUOP", "s3cret")
    assert cli.main(["settings"]) == 0
    printed = capsys.readouterr()
    assert re.search(r"^HALLWATCH_GROUP=hallwatch +# default$", printed.out, re.MULTILINE)
    assert printed.err == (
        "hallwatch settings: WARNING: HALLWATCH_GRUOP is no setting and has no effect;"
        " is it HALLWATCH_GROUP?\n"
    )


def test_the_environment_is_where_it_reads_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALLWATCH_GROUP", "from-the-environment")
    assert read_settings().group == "from-the-environment"


def test_without_a_broker_it_is_this_machine_s() -> None:
    assert (Settings().broker_given, Settings().broker_servers) == (False, "127.0.0.1:9092")
    blank = Settings(broker="  ")
    assert (blank.broker_given, blank.broker_servers) == (False, "127.0.0.1:9092")
    given = Settings(broker=" kafka:9092 ")
    assert (given.broker_given, given.broker_servers) == (True, "kafka:9092")


def test_without_a_clickhouse_it_is_the_embedded_one_under_the_data(tmp_path: Path) -> None:
    assert Settings(data=tmp_path).clickhouse_dsn == f"chdb://{tmp_path / 'clickhouse'}"
    assert Settings(data=Path("here")).clickhouse_dsn == f"chdb://{Path.cwd() / 'here/clickhouse'}"
    assert Settings(clickhouse="http://ch").clickhouse_dsn == "http://ch"


def test_the_secrets_are_settings() -> None:
    assert set(Settings.__struct_fields__) >= SECRETS
    assert "webhook_secret" in SECRETS
