"""What an error of ClickHouse means for the rows that met it.

Owns the classes: refused (these bytes will never be taken) and everything else, which is
an outage to be waited out. A missing table, a full disk or a wrong grant count as outage
too: an operator can cure them, and dropping rows cannot be cured. Called by the writer
and by `sinks.clickhouse`. Invariant: a reason never quotes the refused value.
"""

import re
import socket
import ssl

from clickhouse_connect.driver.exceptions import ClickHouseError

from sinks.dsn import KEY

#: ClickHouse error codes that speak of the data itself.
_REFUSALS = frozenset(
    {
        6,  # CANNOT_PARSE_TEXT
        25,  # CANNOT_PARSE_ESCAPE_SEQUENCE
        26,  # CANNOT_PARSE_QUOTED_STRING
        27,  # CANNOT_PARSE_INPUT_ASSERTION_FAILED
        32,  # ATTEMPT_TO_READ_AFTER_EOF
        33,  # CANNOT_READ_ALL_DATA
        38,  # CANNOT_PARSE_DATE
        41,  # CANNOT_PARSE_DATETIME
        53,  # TYPE_MISMATCH
        69,  # ARGUMENT_OUT_OF_BOUND
        70,  # CANNOT_CONVERT_TYPE
        72,  # CANNOT_PARSE_NUMBER
        117,  # INCORRECT_DATA
        128,  # TOO_LARGE_ARRAY_SIZE
        130,  # CANNOT_READ_ARRAY_FROM_TEXT
        131,  # TOO_LARGE_STRING_SIZE
        190,  # SIZES_OF_ARRAYS_DONT_MATCH
        321,  # VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
        349,  # CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
        407,  # DECIMAL_OVERFLOW
        467,  # CANNOT_PARSE_BOOL
        469,  # VIOLATED_CONSTRAINT
    }
)
_DENIED = frozenset({192, 193, 194, 497, 516})  # user, password, access
_UNKNOWN_DATABASE = 81

#: What an operator can do about an outage that ClickHouse itself reports.
_CURES = {
    60: "a table is missing: restore it, or start a worker on an empty database",
    74: "it cannot write to its disk: is that full?",
    164: "it is read-only for this user: grant INSERT, or name another user",
    241: "it is out of memory",
    242: "the table is read-only there: look into ClickHouse's log",
    243: "its disk is full: make room",
    252: "it merges more slowly than rows come",
    497: "rights are missing: grant SELECT, INSERT, CREATE and ALTER on the database",
    516: "user or password are wrong",
}
#: Of errors that come of one another.
_DEEPEST = 10

_KEY = re.compile(r"while reading the value of key (\w{1,64})")


def code_of(error: Exception) -> int | None:
    """The server's code; None for an error of the network."""
    code = getattr(error, "code", None)
    return code if isinstance(code, int) else None


def is_refusal(error: Exception) -> bool:
    return code_of(error) in _REFUSALS


def is_denied(error: Exception) -> bool:
    return code_of(error) in _DENIED


def is_distrusted(error: BaseException) -> bool:
    """The server's certificate is nothing that waiting would mend."""
    seen = 0
    at: BaseException | None = error
    while at is not None and seen < _DEEPEST:
        if isinstance(at, ssl.SSLCertVerificationError):
            return True
        at, seen = at.__cause__ or at.__context__, seen + 1
    return False


def says_unknown_database(error: Exception) -> bool:
    return code_of(error) == _UNKNOWN_DATABASE


def reason_of(error: Exception) -> str:
    """The class of a refusal and its column; the server's text would quote the value."""
    name = getattr(error, "name", None) or f"code {code_of(error)}"
    key = _KEY.search(str(error))
    return f"{name} in {key.group(1)}" if key else str(name)


def outage_text(error: Exception) -> str:
    """For logs. What a server says may quote a row; what the network says may not. The same
    trouble has the same text, however often it is met."""
    code = code_of(error)
    if code is not None:
        text = f"{getattr(error, 'name', None) or 'ClickHouse error'} (code {code})"
        return f"{text}: {_CURES[code]}" if code in _CURES else text
    of_network = isinstance(error, ClickHouseError | OSError)
    return (of_network and _network_text(error)) or (
        str(error).splitlines() or [type(error).__name__]
    )[0][:300]


def _network_text(error: BaseException) -> str:
    """From the error at the bottom: those above it only say that there was one."""
    found, seen = "", 0
    at: BaseException | None = error
    while at is not None and seen < _DEEPEST:
        match at:
            case ConnectionRefusedError():
                found = "connection refused"
            case TimeoutError():
                found = "no answer in time"
            case socket.gaierror():
                found = "host name not found"
            case ssl.SSLCertVerificationError():
                found = (
                    f"its certificate is not trusted ({at.verify_message}); put who signed it"
                    f" into a file and name that in {KEY} by ?ca_cert=/path/ca.pem"
                )
            case ssl.SSLError(reason="WRONG_VERSION_NUMBER" | "RECORD_LAYER_FAILURE"):
                found = "it speaks no TLS at that port"
            case ssl.SSLError():
                found = f"TLS: {at.reason or at}"
            case ConnectionError():  # RemoteDisconnected among them
                found = "connection closed"
            case OSError(strerror=str(why)):
                found = why
        at, seen = at.__cause__ or at.__context__, seen + 1
    return found
