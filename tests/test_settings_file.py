"""docs/hallwatch.toml: what is generated, complete, and true."""

import tomllib
from pathlib import Path

from streams.settings import SECRETS, Settings, read_settings
from streams.settings_file import NOT_SET, document
from streams.settings_given import FILE_VARIABLE

COMMITTED = Path(__file__).parents[1] / "docs" / "hallwatch.toml"


def keys(text: str) -> list[str]:
    return [line.removeprefix("# ") for line in text.splitlines() if " = " in line][1:]


def test_the_committed_file_is_what_is_generated() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == document(), "run `make generate`"


def test_as_it_is_it_changes_nothing() -> None:
    assert tomllib.loads(document()) == {}


def test_every_setting_is_in_it_in_their_order() -> None:
    assert tuple(key.split(" = ")[0] for key in keys(document())) == Settings.__struct_fields__


def test_every_secret_says_that_it_may_stand_in_a_file() -> None:
    assert all(f"or {name}_file\n# {name} = " in document() for name in SECRETS)


def test_its_values_are_the_defaults_and_may_be_written_so(tmp_path: Path) -> None:
    path = tmp_path / "hallwatch.toml"
    path.write_text("\n".join(key for key in keys(document()) if NOT_SET not in key))
    assert read_settings({FILE_VARIABLE: str(path)}) == Settings()
