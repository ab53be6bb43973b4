"""`forecast.toml`, as it is read."""

from pathlib import Path

import pytest

from streams.core.forecasting import Forecasting
from streams.rules.load import check_rulebook, load_rulebook

OURS = """
on = true
version = "3"
clause = "四（二）1"
look-back = "45 min"
minimum = 8
allowed = "5 %"
warn-from = 3
steady = "1 min"
calm = "5 min"
"""


def folder_with(folder: Path, text: str) -> Path:
    (folder / "forecast.toml").write_text(text, encoding="utf-8")
    return folder


def test_every_key_is_read(tmp_path: Path) -> None:
    assert load_rulebook(folder_with(tmp_path, OURS)).forecasting == Forecasting(
        on=True,
        version="3",
        clause="四（二）1",
        look_back_ms=45 * 60_000,
        minimum=8,
        allowed=0.05,
        warn_from=3,
        steady_ms=60_000,
        calm_ms=300_000,
    )


def test_the_shipped_file_says_what_is_in_force_without_it(tmp_path: Path) -> None:
    short = load_rulebook(folder_with(tmp_path, "on = true")).forecasting
    assert short == load_rulebook().forecasting


def test_one_line_switches_it_off(tmp_path: Path) -> None:
    assert not load_rulebook(folder_with(tmp_path, "on = false")).forecasting.on


MISTAKES = {
    "a look-back too short to measure anything": (
        ('"45 min"', '"1 min"'),
        "look-back: '1 min': between 5 min and 24 h",
    ),
    "a share that is none": (('"5 %"', '"5"'), "allowed: '5' is no share such as \"90 %\""),
    "all may be late": (
        ('"5 %"', '"100 %"'),
        "allowed: '100 %': then it would never warn; less than 100 %",
    ),
    "no call at all": (("minimum = 8", "minimum = 0"), "minimum: at least 1"),
    "a warning of nobody": (("warn-from = 3", "warn-from = 0"), "warn-from: at least 1"),
    "no clause": (('"四（二）1"', '" "'), "clause: empty; every warning names it"),
    "no time": (
        ('calm = "5 min"', 'calm = "soon"'),
        'calm: \'soon\' is no duration such as "60 s" or "1 h 30 min"',
    ),
    "a misspelt key": (
        ("steady", "stead"),
        "stead: unknown key `stead`; is it `steady`?",
    ),
    "a switch that is none": (("on = true", 'on = "yes"'), "on: Expected `bool`, got `str`"),
}


@pytest.mark.parametrize(("change", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_sentence(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    folder = folder_with(tmp_path, OURS.replace(*change))
    told = [str(mistake) for mistake in check_rulebook(folder).mistakes]
    assert told == [f"{folder / 'forecast.toml'}: {sentence}"]
