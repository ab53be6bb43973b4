"""A CSV of one of the hall's systems → events of the contract, by a mapping file in TOML.

Owns the mapping format, the reading of CSV and the making of events. Does not write
files, sort or count (`streams.cli_import`), and does not know Kafka. Invariant: every row
of the file becomes exactly one of `Imported`, `Dropped` or `Refused`; none is lost.

The format, by example (`schemas/examples/*.toml` are complete and commented):

    source = "queue-export"            # CloudEvents source of every event
    subject = "{ticket}"               # the journey; "{column}" puts a column's text in
    id = "{@subject}/{@type}"          # the default; also @hash (of the row), @n (in its group)

    [csv]                              # all optional
    encoding = "gb18030"               # default utf-8, with or without BOM
    delimiter = ","

    [times]
    zone = "Asia/Shanghai"             # of times that carry no offset
    formats = ["iso", "excel", "%Y年%m月%d日 %H:%M", "unix", "unix-ms"]   # tried in this order
    ambiguous = "refuse"               # clock put back:    refuse | earlier | later
    skipped = "refuse"                 # clock put forward: refuse | shift

    [fields.service]                   # a value under a name, usable like a column
    from = ["type", "queue"]           # the first that is not empty
    map = { PS = "regular", "*" = "other" }
    default = "general"                # when all are empty

    [group]                            # only if several rows make one journey
    by = "conversation"
    order = "ts"

    [[drop]]                           # rows not wanted, counted by reason; first match wins
    reason = "phantom call"
    when = { outcome = "PHANTOM" }

    [data]                             # in every event's data
    section = "bank"

    [[event]]                          # one for each event type a row can give
    type = "ticket.called"
    time = ["t_q_exit", "t_vru_exit"]  # the first that is not empty
    when = { outcome = ["AGENT", "HANG"], counter = { present = true } }
    rows = "every"                     # in a group: every | first | later | last
    [event.data]
    counter = { from = "counter", default = "none" }

A `when` holds if each of its columns does: equals, is one of, `{ not = … }`,
`{ present = true }` or, in a group, `{ same_as_first = true }`; a list of `when` holds if
one of them does. `if_any` / `if_none` ask it of all rows of the group. A value can be
chosen: `author = { choose = [{ when = { bot = "1" }, then = "bot" }, { then = "human" }] }`,
`pseudonym = true` turns a person's number into a keyed hash, and `write = "%Y%m%d"` puts a
time down in that pattern (for ids that do not depend on how a date was typed). Which text becomes a
number, a truth or a time follows from the contract. An empty value is left out.
"""

from schemas.mapping.events import (
    Dropped,
    Imported,
    Refused,
    Result,
    events_from_csv,
    read_header,
)
from schemas.mapping.format import Mapping, MappingError
from schemas.mapping.making import MadeEvent
from schemas.mapping.read import read_mapping

__all__ = [
    "Dropped",
    "Imported",
    "MadeEvent",
    "Mapping",
    "MappingError",
    "Refused",
    "Result",
    "events_from_csv",
    "read_header",
    "read_mapping",
]
