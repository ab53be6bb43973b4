"""What Grafana's schemas do not check, and a reader would stumble over.

Owns the rules; each is a function from a dashboard's JSON to faults. Called by the command line
before it writes, and by the tests. Invariant: a fault names the dashboard, the panel and the
cure.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from dashboards.grafana.board import COLUMNS
from dashboards.grafana.settings import CLICKHOUSE_PLUGIN, CLICKHOUSE_UID, PROMETHEUS_UID
from dashboards.words import PROMISES

Json = Mapping[str, Any]

#: The data sources there are, and their types.
SOURCES = {CLICKHOUSE_UID: CLICKHOUSE_PLUGIN, PROMETHEUS_UID: "prometheus"}

_MACROS = frozenset({"__fromTime_ms", "__toTime_ms", "__conditionalAll"})
_LONGEST_UID = 40

_STRING = re.compile(r"'(?:[^'\\]|\\.)*'")
_BACKTICKED = re.compile(r"`[^`]*`")
_ALIAS = re.compile(r"AS `([^`]*)`")
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::\w+)?\}|(\w+))")
#: Where a promise is named and not asked about.
_NOT_THESE = re.compile(r"(?:NOT IN |transform)\([^)]*\)")

_CLAUSES = {promise.id: promise.clause for promise in PROMISES if promise.clause}


def faults(dashboards: Mapping[str, Json]) -> list[str]:
    """All of them, in the order of the dashboards."""
    found = [f"{uid}: two dashboards have this uid" for uid in _twice(_uids(dashboards))]
    for name, board in dashboards.items():
        found += [f"{name}: {told}" for rule in _OF_BOARDS for told in rule(board)]
        variables = frozenset(one["name"] for one in _variables_of(board))
        for panel in board["panels"]:
            title = panel.get("title") or f"panel {panel.get('id')}"
            for told in _of_panel(panel, variables):
                found.append(f"{name}, {title}: {told}")
    return found


def _variables_of(board: Json) -> list[Json]:
    found: list[Json] = board.get("templating", {}).get("list", [])
    return found


def _uids(dashboards: Mapping[str, Json]) -> Iterator[str]:
    return (board.get("uid", "") for board in dashboards.values())


def _twice(values: Iterable[Any]) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]


# -- of a dashboard --------------------------------------------------------------------------


def _named(board: Json) -> Iterator[str]:
    uid = board.get("uid", "")
    if not re.fullmatch(r"[a-z0-9-]+", uid) or len(uid) > _LONGEST_UID:
        yield f"uid {uid!r}: small letters, digits and hyphens, at most {_LONGEST_UID}"
    if not board.get("title"):
        yield "no title"
    for number in _twice(panel.get("id") for panel in board["panels"]):
        yield f"two panels have the id {number}"


def _on_the_grid(board: Json) -> Iterator[str]:
    placed = [(panel.get("title"), panel["gridPos"]) for panel in board["panels"]]
    for title, at in placed:
        if at["x"] < 0 or at["y"] < 0 or at["x"] + at["w"] > COLUMNS or at["w"] < 1 or at["h"] < 1:
            yield f"{title}: stands beside the grid of {COLUMNS} columns"
    for (one, a), (other, b) in combinations(placed, 2):
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        above = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        if not (beside or above):
            yield f"{one} and {other} overlap"


def _variables(board: Json) -> Iterator[str]:
    for variable in _variables_of(board):
        if variable["type"] == "query":
            for told in (*_from_a_source(variable), *_bound(variable["query"])):
                yield f"variable {variable['name']}: {told}"


_OF_BOARDS: tuple[Callable[[Json], Iterator[str]], ...] = (_named, _on_the_grid, _variables)


# -- of a panel ------------------------------------------------------------------------------


def _of_panel(panel: Json, variables: frozenset[str]) -> Iterator[str]:
    if not panel.get("title"):
        yield "no title"
    if not panel.get("description"):
        yield "no description"
    yield from _from_a_source(panel)
    targets = panel.get("targets", [])
    if not targets:
        yield "asks nothing"
    for ref in _twice(target.get("refId") for target in targets):
        yield f"two targets are {ref}"
    for target in targets:
        yield from _from_a_source(target)
        sql = target.get("rawSql")
        if sql is None:
            yield from _default_unit(panel)
            continue
        yield from _bound(sql)
        yield from _plain(sql)
        yield from _told_apart(sql)
        yield from _filled(sql, variables)
        yield from _units(panel, sql)
        yield from _clauses(panel, sql)


def _from_a_source(asking: Json) -> Iterator[str]:
    source = asking.get("datasource") or {}
    if SOURCES.get(source.get("uid", "")) != source.get("type", ""):
        yield f"asks {source.get('uid')} ({source.get('type')}), which is not provisioned"


def _bound(sql: str) -> Iterator[str]:
    if "$__fromTime_ms" not in sql and "$__toTime_ms" not in sql:
        yield "no time bound in its SQL"
    if re.search(r"\bnow\(\)|\btoday\(\)|\byesterday\(\)", sql):
        yield "its SQL looks at the clock; let it look at the range"


def _plain(sql: str) -> Iterator[str]:
    bare = _BACKTICKED.sub("", _STRING.sub("", sql))
    for name in re.findall(r"\w*[^\x00-\x7f]\w*", bare):
        yield f"{name} stands without backticks in its SQL"


def _told_apart(sql: str) -> Iterator[str]:
    shown, _, _ = sql.partition("\nFROM (\n")
    for title in _twice(_ALIAS.findall(shown)):
        yield f"two of its columns are called {title}"


def _filled(sql: str, variables: frozenset[str]) -> Iterator[str]:
    for braced, plain in _VARIABLE.findall(sql):
        name = braced or plain
        if name not in _MACROS and name not in variables:
            yield f"${name} is neither a macro nor a variable of the dashboard"


def _units(panel: Json, sql: str) -> Iterator[str]:
    config = panel["fieldConfig"]
    if config["defaults"].get("unit"):
        return
    with_unit = {
        override["matcher"]["options"]
        for override in config["overrides"]
        if any(said["id"] == "unit" and said["value"] for said in override["properties"])
    }
    shown, _, _ = sql.partition("\nFROM (\n")
    for title in _ALIAS.findall(shown):
        if title != "time" and title not in with_unit:
            yield f"{title} has no unit"


def _default_unit(panel: Json) -> Iterator[str]:
    if not panel["fieldConfig"]["defaults"].get("unit"):
        yield "its numbers have no unit"


def _clauses(panel: Json, sql: str) -> Iterator[str]:
    """Promises asked about by name have their clause told, or shown in a column."""
    shown, _, declared = sql.partition("\nFROM (\n")
    if "clause AS" in shown:
        return
    named = set(re.findall(r"'([a-z-]+)'", _NOT_THESE.sub("", declared)))
    for clause in sorted({_CLAUSES[promise] for promise in named & _CLAUSES.keys()}):
        if clause not in panel.get("description", ""):
            yield f"the clause {clause} of its promise is not in its description"
