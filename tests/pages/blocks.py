"""Code blocks of the pages: found, and run as a reader would.

Owns the mark `<!-- run -->` before a block (with a note, if a test has to tell it from others), and
that a plain block right behind it is what the page says it prints. Called by the tests of this room
and of the gateway. Invariant: a block is run as it stands, to the letter.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from tests.pipeline.command import ROOT, environment

_RUN = re.compile(
    r"^<!-- run(?:: (?P<note>\w+))? -->\n```(?P<language>sh|python)\n(?P<text>.*?)^```\n"
    r"(?:\n```(?:json)?\n(?P<prints>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)

_FENCED = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)

#: A command that takes longer hangs.
LONGEST_S = 300


class Block(Struct, frozen=True):
    """`prints`: what the page says; "" if it says nothing."""

    note: str
    language: str
    text: str
    prints: str


def page(name: str) -> str:
    """Its text; `name` from the repository's folder."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks_of(text: str) -> list[Block]:
    """Those to be run."""
    return [
        Block(found["note"] or "", found["language"], found["text"], found["prints"] or "")
        for found in _RUN.finditer(text)
    ]


def noted(text: str, note: str) -> Block:
    (found,) = (block for block in blocks_of(text) if block.note == note)
    return found


def shown(text: str, *languages: str) -> Iterator[str]:
    """Every block of these languages (of all, if none is named), to be run or not."""
    for found in _FENCED.finditer(text):
        if not languages or found["language"] in languages:
            yield found["text"]


def run(block: Block, variables: Mapping[str, str], folder: Path) -> str:
    """What it printed, in `folder`, with `hallwatch` on the path; it must end well."""
    binary = folder / "bin"
    binary.mkdir(exist_ok=True)
    command = binary / "hallwatch"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m streams.cli "$@"\n')
    command.chmod(0o755)
    path = f"{binary}{os.pathsep}{os.environ['PATH']}"
    argv = ["bash", "-euc"] if block.language == "sh" else [sys.executable, "-c"]
    done = subprocess.run(
        [*argv, block.text],
        cwd=folder,
        env={**environment({}), **variables, "PATH": path},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
    assert done.returncode == 0, f"{block.text}\n{done.stdout}{done.stderr}"
    return done.stdout
