"""Writes every body there is to `golden/`, one file a language, for people to read.

`python -m tests.sinks.make_bodies` after words were changed; then read what changed. Invariant:
what is in the files is what a channel gets, title first.
"""

from pathlib import Path

from sinks.names import Language
from tests.sinks.body_notices import notices

GOLDEN = Path(__file__).parent / "golden"


def path_of(language: Language) -> Path:
    return GOLDEN / f"bodies_{language.value}.txt"


def written(language: Language) -> str:
    parts = [
        f"## {case} ({notice.kind.value})\n{notice.title}\n{notice.text}\n"
        for case, notice in notices(language)
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for each in Language:
        path_of(each).write_text(written(each), encoding="utf-8")
