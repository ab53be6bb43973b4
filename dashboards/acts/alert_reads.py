"""What is known of alerts: one, those nearest to a name, those of a section.

Owns the SQL. Called from a thread, by the wiring of acts. Invariant: a key is only ever a
parameter, and every answer has an upper bound.
"""

from dashboards.stories.store_rows import Read, rows_of
from schemas.outcomes import AlertRow

MOST_LISTED = 1_000
MOST_NEAR = 3

_ONE = "SELECT * FROM alerts_handled WHERE alert = {alert:String} LIMIT 1"
_NEAR = """
SELECT alert FROM alerts_now
WHERE positionCaseInsensitiveUTF8(alert, {key:String}) > 0
    OR ngramDistanceCaseInsensitiveUTF8(alert, {alert:String}) < 0.4
ORDER BY positionCaseInsensitiveUTF8(alert, {key:String}) = 0,
    ngramDistanceCaseInsensitiveUTF8(alert, {alert:String}), started_at DESC
LIMIT {most:UInt32}
"""
_LISTED = """
SELECT * FROM alerts_handled
WHERE (NOT {open:Bool} OR state != 'closed')
    AND ({section:String} = '' OR section = {section:String})
ORDER BY started_at DESC, alert
LIMIT {most:UInt32}
"""


def read_alert(read: Read, alert: str) -> AlertRow | None:
    found = rows_of(AlertRow, read(_ONE, {"alert": alert}))
    return found[0] if found else None


def near_alerts(read: Read, alert: str) -> list[str]:
    """Those that have the journey, or all of it, in their name; else those spelt alike."""
    key = alert.split("/", 1)[-1].rpartition("/")[0] or alert
    rows = read(_NEAR, {"alert": alert, "key": key, "most": MOST_NEAR})
    return [str(row["alert"]) for row in rows]


def listed_alerts(read: Read, only_open: bool, section: str = "") -> list[AlertRow]:
    """The newest first."""
    asked = {"open": only_open, "section": section, "most": MOST_LISTED}
    return rows_of(AlertRow, read(_LISTED, asked))
