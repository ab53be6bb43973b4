"""What each kind of journey is read by: its reading, its end, its clocks, its row.

Owns the choice only. Called by `settle`, `agenda` and `telling`. Invariant: every kind of
journey has every one of them.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from schemas.outcomes import End, JourneyRow
from streams.core.case import Case
from streams.core.case_reading import clocks_of_case, end_of_case, read_case
from streams.core.chat import Chat
from streams.core.chat_reading import clocks_of_chat, end_of_chat, read_chat
from streams.core.finding import Finding
from streams.core.journey import Journey
from streams.core.journey_rows import chat_row, visit_row
from streams.core.lookups import Lookups
from streams.core.marks import Mark
from streams.core.measure import Clock, Reading
from streams.core.office_rows import case_row, order_row, shift_row
from streams.core.order import Order
from streams.core.order_reading import clocks_of_order, end_of_order, read_order
from streams.core.rules import Rulebook
from streams.core.shift import Shift
from streams.core.shift_reading import clocks_of_shift, end_of_shift, read_shift
from streams.core.total import Total, clocks_of_total, end_of_total, read_total
from streams.core.visit import Visit
from streams.core.visit_reading import clocks_of_visit, end_of_visit, read_visit


class Kind(Struct, frozen=True, gc=False):
    """The functions of one kind; each takes a journey of it first."""

    read: Callable[[Any, Rulebook], Reading]
    end: Callable[[Any], tuple[End, Mark | None]]
    clocks: Callable[[Any, Reading, Rulebook, Lookups], list[Clock]]
    #: None: it is a sum of others, and no row of its own
    row: Callable[[Any, Reading, tuple[Finding, ...], int, int], JourneyRow] | None


KINDS: dict[type[Journey], Kind] = {
    Visit: Kind(read_visit, end_of_visit, clocks_of_visit, visit_row),
    Chat: Kind(read_chat, end_of_chat, clocks_of_chat, chat_row),
    Case: Kind(read_case, end_of_case, clocks_of_case, case_row),
    Order: Kind(read_order, end_of_order, clocks_of_order, order_row),
    Total: Kind(read_total, end_of_total, clocks_of_total, None),
    Shift: Kind(read_shift, end_of_shift, clocks_of_shift, shift_row),
}


def end_of(journey: Journey) -> tuple[End, Mark | None]:
    """How the journey ended, and when."""
    return KINDS[type(journey)].end(journey)
