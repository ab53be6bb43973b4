"""A source's silence → the alert row that tells of it.

Pure translation. Called by `partition`. Invariant: the row is a function of the silence
alone, but for `version`.
"""

from schemas.outcomes import AlertRow, AlertState, ClosedAs
from schemas.source import SOURCE_SILENT
from streams.core.silence import Silence


def silence_row(source: str, silence: Silence, partition: int, version: int) -> AlertRow:
    over = silence.settled_at is not None
    rule = silence.rule
    return AlertRow(
        alert=f"{SOURCE_SILENT}/{source}/{silence.cycle}",
        promise=SOURCE_SILENT,
        journey=source,
        cycle=silence.cycle,
        section=rule.section,
        service="",
        complexity="",
        channel="",
        state=AlertState.CLOSED if over else AlertState.BREACHED,
        # It spoke, later than it had to.
        closed_as=ClosedAs.MET_LATE if over else ClosedAs.NOT_YET,
        clause=rule.clause,
        rule_version=rule.version,
        limit_ms=rule.silent_ms,
        started_at=silence.since / 1000,
        breached_at=silence.limit_at / 1000,
        closed_at=silence.back_at / 1000 if over else None,
        over_ms=max(0, silence.back_at - silence.limit_at) if over else 0,
        historical=silence.historical,
        evidence=[event for event in (silence.event, silence.back_event) if event],
        partition=partition,
        version=version,
    )
