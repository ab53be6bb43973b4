"""`hallwatch orders list`, `show` and `export`: looking, and the ledger as a file.

Wiring. Called by `streams.cli_orders`. Invariant: nothing here changes an order.
"""

import sys

import msgspec

from sinks import order_reads, spreadsheet
from streams.audit import acts, ledger, order_text
from streams.audit.acts import Refused
from streams.audit.orders import orders_of
from streams.cli_orders_desk import Desk, refuse
from streams.settings import SettingsError


def list_orders(desk: Desk) -> int:
    orders = [
        order
        for order in desk.orders().values()
        if (desk.arguments.all or ledger.is_open(order))
        and desk.arguments.section in ("", order.section)
    ]
    if desk.arguments.json:
        for order in orders:
            print(msgspec.json.encode(order).decode())
    else:
        print(order_text.table(orders, desk.names, desk.settings.language, desk.now), end="")
    return 0


def show_order(desk: Desk) -> int:
    events = order_reads.read_rectifications(desk.client)
    order = acts.find_order(desk.arguments.number, orders_of(events))
    if isinstance(order, Refused):
        return refuse(desk, order)
    history = [event for event in events if event.subject == order.number]
    print(order_text.whole(order, history, desk.names, desk.settings.language, desk.now), end="")
    return 0


def export_ledger(desk: Desk) -> int:
    given = desk.arguments
    if given.format == "xlsx" and given.out is None:
        raise SettingsError("xlsx is no text: give a file with --out")
    orders = ledger.chosen(
        desk.orders().values(), desk.rules.zone, given.first, given.last, given.section
    )
    sheet = spreadsheet.Sheet(
        ledger.TITLE,
        tuple(spreadsheet.Column(*column) for column in ledger.COLUMNS),
        ledger.ledger_rows(orders, desk.names, desk.now),
    )
    made = spreadsheet.csv_of(sheet) if given.format == "csv" else spreadsheet.xlsx_of(sheet)
    if given.out is None:
        sys.stdout.buffer.write(made)
    else:
        given.out.write_bytes(made)
        print(f"{given.out}: {len(orders)}", file=sys.stderr)
    return 0
