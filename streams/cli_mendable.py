"""What a user can mend: told in one sentence, never in a traceback.

Owns the list. Read by `streams.cli` and by what ends a worker. Invariant: each of these errors says
which setting, file or address it is about.
"""

from sinks.clickhouse import ClickHouseAwayError
from sinks.dsn import DsnError
from sinks.migrate import SchemaConflictError
from sinks.query import QueryRefusedError
from sinks.shadows import ShadowError
from sinks.spreadsheet import SpreadsheetError
from streams.broker.embedded import EmbeddedBrokerError
from streams.broker.reach import BrokerUnreachableError
from streams.broker.topics import PartitionsDifferError, TopicRefusedError
from streams.core.state import StateFormatError
from streams.notify.part import FormatError
from streams.own_events import EventRefusedError
from streams.rules.load import RulesError
from streams.settings import SettingsError

#: What a user can mend; everything else is a bug and shows its traceback.
MENDABLE = (
    SettingsError,
    RulesError,
    DsnError,
    ClickHouseAwayError,
    SchemaConflictError,
    EmbeddedBrokerError,
    BrokerUnreachableError,
    PartitionsDifferError,
    TopicRefusedError,
    StateFormatError,
    FormatError,
    QueryRefusedError,
    SpreadsheetError,
    ShadowError,
    EventRefusedError,
    OSError,
)


def sentence_of(command: str, error: Exception) -> str:
    return f"hallwatch {command}: {error}"
