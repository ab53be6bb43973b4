"""`hallwatch orders`: people's acts on rectification orders (整改单), and the ledger.

Wiring: the arguments, and which function runs. Looking is `streams.cli_orders_look`, acting
`streams.cli_orders_act`; both work at a `streams.cli_orders_desk.Desk`. Called by
`streams.cli`. Invariant: an act that is told as done is recorded.
"""

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from streams import cli_orders_act, cli_orders_look
from streams.cli_orders_desk import Desk, at_desk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(
        dest="what", required=True, metavar="list|show|open|assign|done|reopen|recheck|export"
    )

    def kind(name: str, text: str, number: bool = True) -> argparse.ArgumentParser:
        sub = kinds.add_parser(name, help=text, description=text)
        if number:
            sub.add_argument("number", metavar="ZG-YYYYMMDD-NNN")
        return sub

    def act(name: str, text: str, number: bool = True) -> argparse.ArgumentParser:
        sub = kind(name, text, number)
        sub.add_argument("--by", required=True, metavar="PERSON", help="who does it")
        sub.add_argument(
            "--wait", type=float, default=60, metavar="S", help="for a worker to record it (60)"
        )
        return sub

    listing = kind("list", "the orders somebody has to do something about", number=False)
    listing.add_argument("--all", action="store_true", help="the others, too")
    listing.add_argument("--section", default="")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    kind("show", "one order and everything that happened to it")
    opening = act("open", "open an order", number=False)
    opening.add_argument("--promise", required=True, metavar="ID")
    opening.add_argument("--section", required=True, metavar="CODE")
    opening.add_argument("--counter", default="", metavar="CODE")
    opening.add_argument("--problem", required=True, metavar="WORDS", help=_NO_NAMES)
    opening.add_argument("--due", required=True, metavar="YYYY-MM-DD")
    opening.add_argument("--alert", action="append", default=[], help="behind it; several times")
    assigning = act("assign", "make somebody responsible")
    assigning.add_argument("--to", required=True, metavar="PERSON")
    assigning.add_argument("--at", default="", metavar="WHEN", help="left out: now")
    doing = act("done", "say what was done")
    doing.add_argument("--measure", required=True, metavar="WORDS", help=_NO_NAMES)
    doing.add_argument("--at", default="", metavar="WHEN", help="left out: now")
    again = act("reopen", "it is not done after all")
    again.add_argument("--reason", required=True, metavar="WORDS", help=_NO_NAMES)
    again.add_argument("--due", required=True, metavar="YYYY-MM-DD")
    act("recheck", "hold it against the figures since it was done, now")
    export = kind("export", "the ledger (自查自纠台账)", number=False)
    export.add_argument("--format", choices=["csv", "xlsx"], default="csv")
    export.add_argument("--out", "-o", type=Path, metavar="FILE", help="left out: CSV to stdout")
    export.add_argument("--from", dest="first", type=date.fromisoformat, metavar="YYYY-MM-DD")
    export.add_argument("--to", dest="last", type=date.fromisoformat, metavar="YYYY-MM-DD")
    export.add_argument("--section", default="")


_NO_NAMES = "in your words; no names or numbers of citizens"


#: By the name of the subcommand.
_RUN: Mapping[str, Callable[[Desk], int]] = {
    "list": cli_orders_look.list_orders,
    "show": cli_orders_look.show_order,
    "export": cli_orders_look.export_ledger,
    "open": cli_orders_act.open_order,
    "assign": cli_orders_act.assign_order,
    "done": cli_orders_act.finish_order,
    "reopen": cli_orders_act.reopen_order,
    "recheck": cli_orders_act.recheck_order,
}


def run_orders(arguments: argparse.Namespace) -> int:
    """0: done; 1: refused, or no worker has recorded it in time."""
    with at_desk(arguments) as desk:
        return _RUN[arguments.what](desk)
