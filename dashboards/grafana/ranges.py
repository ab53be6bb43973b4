"""The time ranges a reader is offered, as Grafana writes them.

Called by the dashboards of periods and by the tests, which ask every panel about each. Invariant:
a whole day, week or month is the hall's own.
"""

from msgspec import Struct

from dashboards.words import Words


class Range(Struct, frozen=True):
    """`since` and `until` in Grafana's notation: `now/w` begins, or ends, this week."""

    title: Words
    since: str
    until: str


RANGES: tuple[Range, ...] = (
    Range(Words("今天", "Today"), "now/d", "now/d"),
    Range(Words("昨天", "Yesterday"), "now-1d/d", "now-1d/d"),
    Range(Words("本周", "This week"), "now/w", "now/w"),
    Range(Words("上周", "Last week"), "now-1w/w", "now-1w/w"),
    Range(Words("本月", "This month"), "now/M", "now/M"),
    Range(Words("上月", "Last month"), "now-1M/M", "now-1M/M"),
    Range(Words("最近 7 天", "Last 7 days"), "now-7d", "now"),
    Range(Words("最近 30 天", "Last 30 days"), "now-30d", "now"),
    Range(Words("最近 90 天", "Last 90 days"), "now-90d", "now"),
    Range(Words("今年", "This year"), "now/y", "now/y"),
)
