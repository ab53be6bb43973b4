"""超级桌面终端: the counter terminal's `terminal.*` events.

Events of a filing carry the ticket as `subject`, so that one worker sees the whole visit;
`fault` and `heartbeat` carry the terminal. A recording is a pointer, never media
(semantics §4).
"""

from typing import Annotated, Literal

from msgspec import Meta

from schemas.frame import Code, Data, Frame, Pseudonym, Reference


class TerminalData(Data, frozen=True, kw_only=True):
    terminal: Code
    counter: Code


class SessionStartedData(TerminalData, frozen=True, kw_only=True):
    clerk: Pseudonym | None = None


class AuthorisedData(TerminalData, frozen=True, kw_only=True):
    scope: Code  #: what the citizen authorised the clerk to fill in for him (授权代办)


class FormConfirmedData(TerminalData, frozen=True, kw_only=True):
    form: Code


class SignedData(TerminalData, frozen=True, kw_only=True):
    document: Code


class MaterialsSubmittedData(TerminalData, frozen=True, kw_only=True):
    item: Code
    materials: Annotated[int, Meta(ge=0, le=1000)] = 0  #: how many were handed in


class MaterialRequestedData(TerminalData, frozen=True, kw_only=True):
    item: Code
    material: Code


class RecordingStartedData(TerminalData, frozen=True, kw_only=True):
    recording: Reference
    retention_hold: bool = False


class RecordingStoppedData(TerminalData, frozen=True, kw_only=True):
    recording: Reference
    seconds: Annotated[float, Meta(ge=0, le=86_400)]


class FaultData(Data, frozen=True, kw_only=True):
    counter: Code | None = None
    fault: Code
    severity: Literal["warning", "error"] = "error"


class HeartbeatData(Data, frozen=True, kw_only=True):
    counter: Code | None = None


class TerminalSessionStarted(Frame, frozen=True, kw_only=True, tag="terminal.session-started"):
    data: SessionStartedData


class TerminalSessionEnded(Frame, frozen=True, kw_only=True, tag="terminal.session-ended"):
    data: TerminalData


class TerminalAuthorised(Frame, frozen=True, kw_only=True, tag="terminal.authorised"):
    data: AuthorisedData


class TerminalFormConfirmed(Frame, frozen=True, kw_only=True, tag="terminal.form-confirmed"):
    data: FormConfirmedData


class TerminalIdentityCheckStarted(
    Frame, frozen=True, kw_only=True, tag="terminal.identity-check-started"
):
    data: TerminalData


class TerminalIdentityCheckPassed(
    Frame, frozen=True, kw_only=True, tag="terminal.identity-check-passed"
):
    data: TerminalData


class TerminalSigned(Frame, frozen=True, kw_only=True, tag="terminal.signed"):
    data: SignedData


class TerminalMaterialsSubmitted(
    Frame, frozen=True, kw_only=True, tag="terminal.materials-submitted"
):
    data: MaterialsSubmittedData


class TerminalMaterialRequested(
    Frame, frozen=True, kw_only=True, tag="terminal.material-requested"
):
    data: MaterialRequestedData


class TerminalRecordingStarted(Frame, frozen=True, kw_only=True, tag="terminal.recording-started"):
    data: RecordingStartedData


class TerminalRecordingStopped(Frame, frozen=True, kw_only=True, tag="terminal.recording-stopped"):
    data: RecordingStoppedData


class TerminalFault(Frame, frozen=True, kw_only=True, tag="terminal.fault"):
    data: FaultData


class TerminalHeartbeat(Frame, frozen=True, kw_only=True, tag="terminal.heartbeat"):
    data: HeartbeatData


TerminalEvent = (
    TerminalSessionStarted
    | TerminalSessionEnded
    | TerminalAuthorised
    | TerminalFormConfirmed
    | TerminalIdentityCheckStarted
    | TerminalIdentityCheckPassed
    | TerminalSigned
    | TerminalMaterialsSubmitted
    | TerminalMaterialRequested
    | TerminalRecordingStarted
    | TerminalRecordingStopped
    | TerminalFault
    | TerminalHeartbeat
)
