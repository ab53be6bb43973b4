"""`hallwatch sections`: the org chart in words.

Wiring only. Invariant: what it shows is the rulebook a worker would start with.
"""

import argparse
from pathlib import Path

from streams.org_chart import CHINESE, ENGLISH, aligned, people_table, sections_table
from streams.rules.load import load_rulebook
from streams.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rules", type=Path, metavar="DIR", help="a folder of rules; default HALLWATCH_RULES"
    )


def run_sections(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    book = load_rulebook(arguments.rules or settings.rules)
    words = CHINESE if settings.language == "zh" else ENGLISH
    for line in aligned(sections_table(book, words)):
        print(line)
    if book.people:
        print()
        for line in aligned(people_table(book, words)):
            print(line)
    return 0
