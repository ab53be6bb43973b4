"""Where settings come from: the environment, the settings file, and files that hold secrets."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from streams import cli
from streams.settings import SECRETS, SettingsError, given_settings, read_settings
from streams.settings_given import FILE_VARIABLE
from tests.pipeline.command import hallwatch


def settings_file(folder: Path, text: str) -> Path:
    path = folder / "hallwatch.toml"
    path.write_text(text, encoding="utf-8")
    return path


def holding(path: Path, secret: str | bytes) -> Path:
    path.write_bytes(secret if isinstance(secret, bytes) else secret.encode())
    return path


def test_the_file_is_read_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    path = settings_file(tmp_path, 'group = "filed"\npartitions = 12\nrules = "/etc/hall"\n')
    settings = read_settings({FILE_VARIABLE: str(path), "HALLWATCH_PARTITIONS": "8"})
    assert (settings.group, settings.partitions, settings.rules) == ("filed", 8, Path("/etc/hall"))
    assert settings.replication == 1


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_each_secret_may_stand_in_a_file_of_its_own(name: str, tmp_path: Path) -> None:
    secret = holding(tmp_path / "secret", "https://u:s3cret@example.org/x\n")
    variable = f"HALLWATCH_{name.upper()}_FILE"
    for environment in (
        {variable: str(secret)},
        {FILE_VARIABLE: str(settings_file(tmp_path, f'{name}_file = "{secret}"'))},
        {variable: str(secret), f"HALLWATCH_{name.upper()}": " "},
    ):
        assert getattr(read_settings(environment), name) == "https://u:s3cret@example.org/x"
        assert str(secret) in given_settings(environment)[name].origin


def test_an_empty_name_of_a_file_is_no_file() -> None:
    assert read_settings({"HALLWATCH_WEBHOOK_FILE": " "}).webhook == ""


def test_either_form_in_the_environment_goes_before_either_form_in_the_file(
    tmp_path: Path,
) -> None:
    filed = holding(tmp_path / "filed", "filed")
    path = settings_file(tmp_path, f'webhook_file = "{filed}"\nwebhook_secret = "plain"')
    said = holding(tmp_path / "said", "said")
    settings = read_settings(
        {
            FILE_VARIABLE: str(path),
            "HALLWATCH_WEBHOOK": "https://said",
            "HALLWATCH_WEBHOOK_SECRET_FILE": str(said),
        }
    )
    assert (settings.webhook, settings.webhook_secret) == ("https://said", "said")


WRONG_SECRETS: dict[str, tuple[str | bytes | None, str]] = {
    "is not there": (None, "cannot be read (No such file or directory)"),
    "is empty": (" \n", "is empty"),
    "holds no text": (b"\xff\xfe", "holds no secret, but other bytes"),
    "holds two": ("one\ntwo\n", "holds more than one line"),
}


@pytest.mark.parametrize(("held", "why"), WRONG_SECRETS.values(), ids=WRONG_SECRETS)
def test_a_secret_s_file_that_cannot_be_used_is_told_by_its_key(
    held: str | bytes | None, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "secret"
    if held is not None:
        holding(path, held)
    with pytest.raises(SettingsError) as caught:
        read_settings({"HALLWATCH_WEBHOOK_SECRET_FILE": str(path)})
    assert str(caught.value) == f"HALLWATCH_WEBHOOK_SECRET_FILE={path}: {why}"


def test_both_forms_in_one_place_are_refused_without_the_value(tmp_path: Path) -> None:
    secret = holding(tmp_path / "secret", "s3cret")
    with pytest.raises(SettingsError) as caught:
        read_settings({"HALLWATCH_WEBHOOK": "s3cret", "HALLWATCH_WEBHOOK_FILE": str(secret)})
    assert str(caught.value) == (
        "HALLWATCH_WEBHOOK and HALLWATCH_WEBHOOK_FILE are both set: leave one"
    )
    path = settings_file(tmp_path, f'webhook = "s3cret"\nwebhook_file = "{secret}"')
    with pytest.raises(SettingsError) as caught:
        read_settings({FILE_VARIABLE: str(path)})
    assert str(caught.value) == f"{path}: webhook and {path}: webhook_file are both set: leave one"


WRONG_FILES = {
    "misspelt": ("borker = 'k'", "borker is no setting; is it broker?"),
    "nothing like any": ("xyzzy = 1", "xyzzy is no setting; `hallwatch settings` lists them"),
    "a file for what is no secret": ("partitions_file = '/x'", "partitions_file is no setting"),
    "itself": ("settings = '/x'", "settings is no setting"),
    "a table": ("[kafka]\nbroker = 'k'", "kafka is no setting"),
    "a wrong value": ("partitions = 'four'", "partitions='four': Expected `int`, got `str`"),
    "out of range": ("partitions = 0", "partitions=0: Expected `int` >= 1"),
    "a switch for a number": ("partitions = true", "partitions=True: Expected `int`, got `bool`"),
    "a list": ("broker = ['k']", "broker=['k']: Expected `str`, got `array`"),
    "no address": ("grafana = 'grafana'", "grafana='grafana': not an address"),
    "a secret of a wrong kind": ("webhook_secret = 5", "webhook_secret=***: Expected `str`"),
}


@pytest.mark.parametrize(("text", "why"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_wrong_line_is_refused_with_file_and_key(text: str, why: str, tmp_path: Path) -> None:
    path = settings_file(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        read_settings({FILE_VARIABLE: str(path)})
    assert str(caught.value).startswith(f"{path}: {why}")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "cannot be read (No such file or directory)"),
        ("broker kafka", "is not TOML (Expected '=' after a key"),
        ("partitions = 1\npartitions = 2", "is not TOML (Cannot overwrite a value"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(text: str | None, why: str, tmp_path: Path) -> None:
    path = tmp_path / "hallwatch.toml"
    if text is not None:
        settings_file(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        read_settings({FILE_VARIABLE: str(path)})
    assert str(caught.value).startswith(f"{FILE_VARIABLE}={path}: {why}")


def test_the_command_shows_what_holds_and_who_said_so_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = holding(tmp_path / "dsn", "clickhouse://u:s3cret@ch/hall")
    path = settings_file(tmp_path, f'group = "filed"\nclickhouse_file = "{secret}"\n')
    monkeypatch.setenv(FILE_VARIABLE, str(path))
    monkeypatch.setenv("HALLWATCH_PARTITIONS", "8")
    assert cli.main(["settings"]) == 0
    shown = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())
    assert "s3cret" not in str(shown)
    told = {name: tuple(line.split("  # ")) for name, line in shown.items()}
    told = {name: (value.strip(), origin) for name, (value, origin) in told.items()}
    assert told["HALLWATCH_GROUP"] == ("filed", str(path))
    assert told["HALLWATCH_PARTITIONS"] == ("8", "environment")
    assert told["HALLWATCH_CLICKHOUSE"] == ("***", f"{secret} ({path})")
    assert told["HALLWATCH_REPLICATION"] == ("1", "default")


def test_a_command_that_cannot_use_its_settings_says_so_in_one_sentence(tmp_path: Path) -> None:
    ran = hallwatch("worker", webhook_file=tmp_path / "gone")
    assert ran.returncode == 2
    assert ran.stderr == (
        f"hallwatch worker: HALLWATCH_WEBHOOK_FILE={tmp_path / 'gone'}: cannot be read"
        " (No such file or directory)\n"
    )


def test_whoever_reads_may_have_enough() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "streams.cli", "settings"]
    done = subprocess.run(command, stdout=writes, stderr=subprocess.PIPE, check=False)
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, b"")
