"""线上人工帮办: the online assistance desk's `assist.*` events; `subject` is the chat.

Owns the shapes only. What counts as a first reply is the core's business
(semantics §3, First response).
"""

from enum import StrEnum

from schemas.frame import Code, Data, Frame, Pseudonym


class Author(StrEnum):
    """Who wrote a message. Only a human's, to the citizen, can stop the response clock."""

    CITIZEN = "citizen"
    BOT = "bot"
    HUMAN = "human"


class RequestedData(Data, frozen=True, kw_only=True):
    service: Code = "general"
    applicant: Pseudonym | None = None


class AssignedData(Data, frozen=True, kw_only=True):
    clerk: Pseudonym


class MessageData(Data, frozen=True, kw_only=True):
    author: Author
    clerk: Pseudonym | None = None
    visible: bool = True  #: False: an internal note the citizen cannot see
    automatic: bool = False  #: True: a greeting or auto-reply sent in a human's name


class ResolvedData(Data, frozen=True, kw_only=True):
    resolved: bool


class ClosedData(Data, frozen=True, kw_only=True):
    by: Author = Author.HUMAN  #: `citizen`: he left the chat


class HandedToDepartmentData(Data, frozen=True, kw_only=True):
    department: Code


class KnowledgeGapNotedData(Data, frozen=True, kw_only=True):
    item: Code


class AssistRequested(Frame, frozen=True, kw_only=True, tag="assist.requested"):
    data: RequestedData


class AssistAssigned(Frame, frozen=True, kw_only=True, tag="assist.assigned"):
    data: AssignedData


class AssistMessage(Frame, frozen=True, kw_only=True, tag="assist.message"):
    data: MessageData


class AssistResolved(Frame, frozen=True, kw_only=True, tag="assist.resolved"):
    data: ResolvedData


class AssistClosed(Frame, frozen=True, kw_only=True, tag="assist.closed"):
    data: ClosedData


class AssistHandedToDepartment(Frame, frozen=True, kw_only=True, tag="assist.handed-to-department"):
    data: HandedToDepartmentData


class AssistKnowledgeGapNoted(Frame, frozen=True, kw_only=True, tag="assist.knowledge-gap-noted"):
    data: KnowledgeGapNotedData


AssistEvent = (
    AssistRequested
    | AssistAssigned
    | AssistMessage
    | AssistResolved
    | AssistClosed
    | AssistHandedToDepartment
    | AssistKnowledgeGapNoted
)
