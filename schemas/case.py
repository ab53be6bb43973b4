"""办件: the back office's `case.*` events; `subject` is the case number.

Owns the shapes only. A case names what it belongs to (ticket, chat, terminal session) where
its source knows; what is found out later comes as `case.linked`. People are pseudonyms:
who handed it in (申请人), who took it (收件人), who decided (审批人).
"""

from enum import StrEnum
from typing import Literal

from schemas.frame import Code, Data, Frame, Moment, Pseudonym


class CaseChannel(StrEnum):
    """Where the case came in (进件渠道)."""

    COUNTER = "counter"  #: 综合窗口, on site
    ONLINE = "online"  #: 一网通办
    SELF_SERVICE = "self-service"  #: 自助终端
    MAIL = "mail"  #: 邮寄
    DEPARTMENT = "department"  #: a department took it by itself


class Role(StrEnum):
    """Whose act it was: the one who took the case, or the one who decides it."""

    RECEIVER = "receiver"
    APPROVER = "approver"


class CaseData(Data, frozen=True, kw_only=True):
    item: Code
    department: Code | None = None
    clerk: Pseudonym | None = None  #: whose act it was
    counter: Code | None = None
    ticket: Code | None = None  #: the visit during which it happened


class AcceptedData(CaseData, frozen=True, kw_only=True):
    channel: CaseChannel = CaseChannel.COUNTER
    applicant: Pseudonym | None = None
    chat: Code | None = None  #: the assistance chat it came out of


class ReturnedData(CaseData, frozen=True, kw_only=True):
    reason: Code


class SupplementRequestedData(CaseData, frozen=True, kw_only=True):
    material: Code
    by: Role = Role.RECEIVER
    reason: Code | None = None


class DeferralGrantedData(CaseData, frozen=True, kw_only=True):
    material: Code
    due: Moment | None = None


class DecidedData(CaseData, frozen=True, kw_only=True):
    approved: bool


class FinishedData(CaseData, frozen=True, kw_only=True):
    result: Literal["granted", "refused", "withdrawn"] = "granted"


class LinkedData(Data, frozen=True, kw_only=True):
    ticket: Code | None = None
    chat: Code | None = None
    session: Code | None = None  #: of a terminal


class ReconciledData(Data, frozen=True, kw_only=True):
    """What looking for the case's traces on site came to (以科室代窗口)."""

    trace: bool  #: a ticket or terminal session was found
    confidence: Literal["certain", "likely", "possible"] = "certain"
    sign: Literal["no-trace", "no-counter-volume", "department-share"] = "no-trace"


class CaseAccepted(Frame, frozen=True, kw_only=True, tag="case.accepted"):
    """受理."""

    data: AcceptedData


class CaseReceived(Frame, frozen=True, kw_only=True, tag="case.received"):
    """收件: the materials are here."""

    data: CaseData


class CaseReturned(Frame, frozen=True, kw_only=True, tag="case.returned"):
    """退件."""

    data: ReturnedData


class CaseSupplementRequested(Frame, frozen=True, kw_only=True, tag="case.supplement-requested"):
    """补正 is asked for."""

    data: SupplementRequestedData


class CaseSupplemented(Frame, frozen=True, kw_only=True, tag="case.supplemented"):
    """补正 has come."""

    data: CaseData


class CaseDeferralGranted(Frame, frozen=True, kw_only=True, tag="case.deferral-granted"):
    """容缺受理: a material may come later."""

    data: DeferralGrantedData


class CaseDecided(Frame, frozen=True, kw_only=True, tag="case.decided"):
    """审批."""

    data: DecidedData


class CaseFinished(Frame, frozen=True, kw_only=True, tag="case.finished"):
    """办结."""

    data: FinishedData


class CaseLinked(Frame, frozen=True, kw_only=True, tag="case.linked"):
    """It belongs to this ticket, chat or session, as was found out."""

    data: LinkedData


class CaseReconciled(Frame, frozen=True, kw_only=True, tag="case.reconciled"):
    """Its traces on site were looked for; sent by `hallwatch audit`."""

    data: ReconciledData


CaseEvent = (
    CaseAccepted
    | CaseReceived
    | CaseReturned
    | CaseSupplementRequested
    | CaseSupplemented
    | CaseDeferralGranted
    | CaseDecided
    | CaseFinished
    | CaseLinked
    | CaseReconciled
)
