"""What each event of the contract is called by the people of the hall.

Owns one sentence per event type, in both languages, and the few events that are told apart by
what they hold. The fields beside it are in `field_words`. Pure; called by `steps`. Invariant:
every type of `schemas.decode.Event` has its words; a test goes through them.
"""

from dashboards.words import Words
from schemas import (
    act,
    assist,
    case,
    duty,
    hotline,
    lookup,
    rating,
    rectification,
    terminal,
    ticket,
)
from schemas.assist import AssistMessage, Author
from schemas.clock import ClockAdvanced
from schemas.decode import Event
from schemas.queue import QueueCounted
from schemas.source import SourceHeartbeat
from schemas.survey import SurveyAnswered
from schemas.total import TotalCounted

EVENT_WORDS: dict[type, Words] = {
    ticket.TicketIssued: Words("取号", "Ticket issued"),
    ticket.TicketCheckedIn: Words("签到", "Checked in"),
    ticket.TicketCalled: Words("叫号", "Called"),
    ticket.TicketRecalled: Words("再次叫号", "Called again"),
    ticket.TicketTransferred: Words("转到其他科室或窗口", "Handed to another section or counter"),
    ticket.TicketHeld: Words("挂起", "Put on hold"),
    ticket.TicketNoShow: Words("叫号未到", "Did not come when called"),
    ticket.TicketLeft: Words("办事人离开", "Citizen left"),
    ticket.TicketServed: Words("窗口服务结束", "Served"),
    ticket.TicketCancelledByClerk: Words("工作人员作废此号", "Cancelled by a clerk"),
    terminal.TerminalSessionStarted: Words("窗口终端开始办理", "Terminal session started"),
    terminal.TerminalSessionEnded: Words("窗口终端结束办理", "Terminal session ended"),
    terminal.TerminalAuthorised: Words("办事人授权代办", "Citizen authorised the clerk to fill in"),
    terminal.TerminalFormConfirmed: Words("办事人确认表单", "Citizen confirmed the form"),
    terminal.TerminalIdentityCheckStarted: Words("开始身份核验", "Identity check started"),
    terminal.TerminalIdentityCheckPassed: Words("身份核验通过", "Identity check passed"),
    terminal.TerminalSigned: Words("电子签名", "Signed"),
    terminal.TerminalMaterialsSubmitted: Words("提交材料", "Materials submitted"),
    terminal.TerminalMaterialRequested: Words("要求提供材料", "A material was asked for"),
    terminal.TerminalRecordingStarted: Words("录音录像开始", "Recording started"),
    terminal.TerminalRecordingStopped: Words("录音录像结束", "Recording stopped"),
    terminal.TerminalFault: Words("终端故障", "Terminal fault"),
    terminal.TerminalHeartbeat: Words("终端在线", "Terminal is alive"),
    assist.AssistRequested: Words("办事人转人工", "Citizen asked for a human"),
    assist.AssistAssigned: Words("分配给坐席", "Assigned to a clerk"),
    assist.AssistMessage: Words("消息", "Message"),
    assist.AssistResolved: Words("登记是否解决", "Resolved or not"),
    assist.AssistClosed: Words("会话结束", "Chat closed"),
    assist.AssistHandedToDepartment: Words("转交部门办理", "Handed to a department"),
    assist.AssistKnowledgeGapNoted: Words("登记知识库缺口", "Knowledge gap noted"),
    case.CaseAccepted: Words("受理", "Case accepted"),
    case.CaseReceived: Words("收件", "Materials received"),
    case.CaseReturned: Words("退件", "Case returned"),
    case.CaseSupplementRequested: Words("要求补正", "A supplement was asked for"),
    case.CaseSupplemented: Words("补正到件", "Supplement received"),
    case.CaseDeferralGranted: Words("容缺受理", "Accepted with a material to follow"),
    case.CaseDecided: Words("审批", "Decided"),
    case.CaseFinished: Words("办结", "Case finished"),
    case.CaseLinked: Words("关联到取号、会话或终端", "Linked to a ticket, chat or terminal"),
    case.CaseReconciled: Words("核对现场痕迹", "Traces on site looked for"),
    rating.RatingInvited: Words("邀请评价", "Invited to rate"),
    rating.RatingRated: Words("办事人评价", "Citizen rated"),
    rating.RatingDeclined: Words("办事人不评价", "Citizen declined to rate"),
    rating.RatingDefaulted: Words("系统默认评价（不计为评价）", "System default (not a rating)"),
    rating.RatingDeviceFailed: Words("评价器故障，未能邀请", "Rating device failed, nobody asked"),
    hotline.HotlineReceived: Words("12345 工单收到", "12345 order received"),
    hotline.HotlineContacted: Words("先行联系来电人", "Caller contacted"),
    hotline.HotlineClosed: Words("12345 工单办结", "12345 order closed"),
    SurveyAnswered: Words("随机问卷作答", "Survey answered"),
    duty.DutySignedOn: Words("窗口上岗", "Counter signed on"),
    duty.DutyPaused: Words("窗口暂停", "Counter paused"),
    duty.DutyBack: Words("窗口恢复", "Counter back"),
    duty.DutySeen: Words("窗口有人", "Counter attended"),
    duty.DutySignedOff: Words("窗口离岗", "Counter signed off"),
    act.AlertAcknowledged: Words("告警有人认领处理", "Alert acknowledged"),
    act.AlertExcused: Words("告警登记免责", "Alert excused"),
    act.AlertsSilenced: Words("设置告警静默", "Alerts silenced"),
    rectification.RectificationOpened: Words("开出整改单", "Rectification order opened"),
    rectification.RectificationAssigned: Words("整改单交办", "Rectification order assigned"),
    rectification.RectificationDone: Words("整改完成", "Rectification done"),
    rectification.RectificationRechecked: Words("整改复核", "Rectification checked again"),
    rectification.RectificationReopened: Words("整改单重开", "Rectification order reopened"),
    lookup.LookupChanged: Words("电子证照、数据核验服务变化", "Look-up service changed"),
    SourceHeartbeat: Words("数据源在线", "Source is alive"),
    TotalCounted: Words("分区统计当日件数", "A partition's count of the day"),
    QueueCounted: Words("分区报告队列情况", "A partition's part of a queue"),
    ClockAdvanced: Words("回放时钟推进", "Replay clock advanced"),
}

#: An event this program does not know: an older or a newer one wrote it.
UNKNOWN_EVENT = Words("其他记录：{type}", "Other record: {type}")

CITIZEN_WROTE = Words("办事人发来消息", "Citizen wrote")
BOT_WROTE = Words("智能客服回复（不计为人工回复）", "Bot replied (no human reply)")
GREETING = Words("自动问候（不计为人工回复）", "Automatic greeting (no human reply)")
NOTE = Words("坐席内部备注（办事人看不到）", "Internal note (the citizen cannot see it)")
HUMAN_WROTE = Words("人工回复", "Human reply")
CITIZEN_CLOSED = Words("办事人结束会话", "Citizen closed the chat")
RESOLVED = Words("问题已解决", "Resolved")
UNRESOLVED = Words("问题未解决", "Not resolved")
APPROVED = Words("审批通过", "Approved")
DISAPPROVED = Words("审批不通过", "Not approved")
LOOKUP_UP = Words("电子证照、数据核验服务恢复", "Look-up service is back")
LOOKUP_DOWN = Words("电子证照、数据核验服务中断", "Look-up service is down")
TRACE_FOUND = Words("核对现场痕迹：有取号或终端记录", "Traces on site: found")
TRACE_MISSING = Words("核对现场痕迹：没有取号或终端记录", "Traces on site: none")
MOVED = Words("整改复核：有改善", "Rectification checked again: it helped")
NOT_MOVED = Words("整改复核：没有改善", "Rectification checked again: it did not help")


def words_of(event: Event) -> Words:
    """What happened, without where and by whom."""
    match event:
        case AssistMessage():
            return _message(event)
        case assist.AssistClosed(data=data) if data.by is Author.CITIZEN:
            return CITIZEN_CLOSED
        case assist.AssistResolved(data=data):
            return RESOLVED if data.resolved else UNRESOLVED
        case case.CaseDecided(data=data):
            return APPROVED if data.approved else DISAPPROVED
        case case.CaseReconciled(data=data):
            return TRACE_FOUND if data.trace else TRACE_MISSING
        case lookup.LookupChanged(data=data):
            return LOOKUP_UP if data.available else LOOKUP_DOWN
        case rectification.RectificationRechecked(data=data):
            return MOVED if data.moved else NOT_MOVED
        case _:
            return EVENT_WORDS[type(event)]


def _message(event: AssistMessage) -> Words:
    data = event.data
    match data.author:
        case Author.CITIZEN:
            return CITIZEN_WROTE
        case Author.BOT:
            return BOT_WROTE
        case Author.HUMAN:
            if not data.visible:
                return NOTE
            return GREETING if data.automatic else HUMAN_WROTE
