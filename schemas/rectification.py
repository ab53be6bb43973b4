"""整改单: `rectification.*` events; `subject` is the order's number.

Owns the shapes only. Opened by a person or by repeated breaches of one cause; assigned, due,
done, checked again against later data, opened again when the cause comes back.
"""

from typing import Annotated

from msgspec import Meta, field

from schemas.act import Words
from schemas.frame import Code, Data, Frame, Moment, Reference

Share = Annotated[float, Meta(ge=0, le=1)]


class OrderData(Data, frozen=True, kw_only=True):
    by: Code  #: of the people in the org chart; `hallwatch` where nobody asked for it


class OpenedData(OrderData, frozen=True, kw_only=True):
    promise: Code
    clause: Words
    cause: Words
    due: Moment
    counter: Code | None = None
    #: the breaches behind it
    alerts: Annotated[list[Reference], Meta(max_length=200)] = field(default_factory=list)


class AssignedData(OrderData, frozen=True, kw_only=True):
    to: Code


class DoneData(OrderData, frozen=True, kw_only=True):
    measure: Words  #: what was done


class RecheckedData(OrderData, frozen=True, kw_only=True):
    before: Share  #: breached of judged, in as many days before it was done …
    after: Share  #: … as after it
    judged: Annotated[int, Meta(ge=0)]  #: after it
    moved: bool  #: the measure did something


class ReopenedData(OrderData, frozen=True, kw_only=True):
    reason: Words
    due: Moment


class RectificationOpened(Frame, frozen=True, kw_only=True, tag="rectification.opened"):
    data: OpenedData


class RectificationAssigned(Frame, frozen=True, kw_only=True, tag="rectification.assigned"):
    data: AssignedData


class RectificationDone(Frame, frozen=True, kw_only=True, tag="rectification.done"):
    data: DoneData


class RectificationRechecked(Frame, frozen=True, kw_only=True, tag="rectification.rechecked"):
    data: RecheckedData


class RectificationReopened(Frame, frozen=True, kw_only=True, tag="rectification.reopened"):
    data: ReopenedData


RectificationEvent = (
    RectificationOpened
    | RectificationAssigned
    | RectificationDone
    | RectificationRechecked
    | RectificationReopened
)
