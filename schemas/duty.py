"""在岗: a counter's duty, `duty.*` events; `subject` is the shift (counter and half day).

Owns the shapes only. `duty.seen` is a sign of life of whoever is at the counter: a login, a
sensor, a keystroke count; sources send it every minute or so.
"""

from schemas.frame import Code, Data, Frame, Pseudonym


class DutyData(Data, frozen=True, kw_only=True):
    counter: Code
    clerk: Pseudonym | None = None


class PausedData(DutyData, frozen=True, kw_only=True):
    reason: Code | None = None  #: of the catalogue; without one the counter is unattended


class DutySignedOn(Frame, frozen=True, kw_only=True, tag="duty.signed-on"):
    data: DutyData


class DutyPaused(Frame, frozen=True, kw_only=True, tag="duty.paused"):
    data: PausedData


class DutyBack(Frame, frozen=True, kw_only=True, tag="duty.back"):
    data: DutyData


class DutySeen(Frame, frozen=True, kw_only=True, tag="duty.seen"):
    data: DutyData


class DutySignedOff(Frame, frozen=True, kw_only=True, tag="duty.signed-off"):
    data: DutyData


DutyEvent = DutySignedOn | DutyPaused | DutyBack | DutySeen | DutySignedOff
