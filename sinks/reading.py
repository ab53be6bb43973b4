"""What a server that only reads lets through.

Owns the list of what reads more than the tables. The engine's own `readonly` refuses
writes; but embedded it has no user_files folder, so a function like `file` would read any
file of the machine, and some settings hold SQL of their own. Pure. Called by
`sinks.http_request`. Invariant: a name counts however it is quoted.
"""

import re

from sinks.statement import READS, Statement, names_only

#: Functions and table functions that reach out of the database, or run SQL out of a text.
_REACH_OUT = frozenset({"file", "eval", "python", "arrowstream", "executable", "url", "input"})
#: The engine lets DESCRIBE look into table functions even when it is read-only.
_DESCRIBES_FUNCTION = re.compile(
    r"[\s(]*DESC(?:RIBE)?[^!-~]+(?:TABLE[^!-~]+)?[\w.]+[^!-~]*\(", re.IGNORECASE | re.ASCII
)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
#: Settings a reader may choose: how much, how long, and what the answer looks like.
_FREE_SETTINGS = re.compile(
    r"max_\w+|output_format_\w+|timeout_\w+|\w+_overflow_mode|session_timezone|extremes"
    r"|date_time_output_format|join_use_nulls|log_\w+|use_uncompressed_cache"
)


def why_not_read(sql: str, statement: Statement, parameters: dict[str, str]) -> str:
    """ "" when `sql` only reads what it should, else the refusal."""
    if statement.kind not in READS:
        return "Cannot execute query in readonly mode: this server only reads"
    bare = names_only(sql)
    if _DESCRIBES_FUNCTION.match(bare):
        return "DESCRIBE of a table function is not allowed in readonly mode"
    names = {name.lower() for name in _NAME.findall(bare)}
    names |= {value.lower() for value in parameters.values()}
    reached = sorted(names & _REACH_OUT)
    if reached:
        return f"{reached[0]} is not allowed in readonly mode"
    return ""


def is_free(setting: str) -> bool:
    """Whether a read-only query may carry this setting."""
    return _FREE_SETTINGS.fullmatch(setting) is not None
