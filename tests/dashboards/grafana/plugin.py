"""What Grafana and its ClickHouse plugin make of a stored query before they send it.

After the plugin's documentation: `$__fromTime_ms` and `$__toTime_ms` are times, a condition on a
variable that stands at "All" is `1=1`, `${name:singlequote}` is a list of quoted values. Owns
only that; used to ask the real engine what a dashboard would ask it.
"""

import re

_ALL = "$__all"


def expanded(sql: str, since: float, until: float, variables: dict[str, list[str]]) -> str:
    """`since` and `until` in seconds; each variable's chosen values, or ["$__all"]."""

    def conditional(match: re.Match[str]) -> str:
        return "1=1" if variables[match["name"]] == [_ALL] else match["condition"]

    sql = re.sub(r"\$__conditionalAll\((?P<condition>.*?\}\)), \$(?P<name>\w+)\)", conditional, sql)
    sql = re.sub(
        r"\$\{(\w+):singlequote\}",
        lambda match: ",".join(f"'{value}'" for value in variables[match[1]]),
        sql,
    )
    for name, moment in (("__fromTime_ms", since), ("__toTime_ms", until)):
        sql = sql.replace(f"${name}", f"fromUnixTimestamp64Milli({round(moment * 1000)})")
    assert "$" not in sql, sql
    return sql
