"""市民12345热线: `hotline.*` events; `subject` is the order's number.

Owns the shapes only. Its clocks count working days (semantics §2).
"""

from schemas.frame import Code, Data, Frame, Pseudonym
from schemas.ticket import Complexity


class OrderReceivedData(Data, frozen=True, kw_only=True):
    topic: Code = "general"  #: what it is about, of the hotline's catalogue
    complexity: Complexity = Complexity.GENERAL  #: which of the two closing limits applies


class OrderActData(Data, frozen=True, kw_only=True):
    clerk: Pseudonym | None = None


class OrderClosedData(OrderActData, frozen=True, kw_only=True):
    resolved: bool = True


class HotlineReceived(Frame, frozen=True, kw_only=True, tag="hotline.received"):
    data: OrderReceivedData


class HotlineContacted(Frame, frozen=True, kw_only=True, tag="hotline.contacted"):
    """先行联系: the caller was called back."""

    data: OrderActData


class HotlineClosed(Frame, frozen=True, kw_only=True, tag="hotline.closed"):
    data: OrderClosedData


HotlineEvent = HotlineReceived | HotlineContacted | HotlineClosed
