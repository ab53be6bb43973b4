"""The sentences an alert's body is made of, apart from those of each promise.

Owns words only. Read by `alert_body`. Invariant: each fits a line or two of a phone.
"""

from sinks.names import Phrase

WARNED = Phrase("【预警】{promise}：还剩 {left}", "[WARNING] {promise}: {left} left")
WARNED_SOON = Phrase("【预警】{promise}：就要到时限", "[WARNING] {promise}: about to run out")
REACHED = Phrase("【超时】{promise}：已过 {limit}", "[LATE] {promise}: past its {limit}")
OVER = Phrase("【超时】{promise}：超时 {over}", "[LATE] {promise}: {over} over")
FOUND = Phrase("【未兑现】{found}", "[BROKEN] {found}")
BELOW = Phrase(
    "【未达标】{promise}：{share}，承诺 {target}", "[BELOW] {promise}: {share}, not {target}"
)
CLOSE = Phrase(
    "【预警】{promise}：{share}，快要低于 {target}",
    "[WARNING] {promise}: {share}, about to fall below {target}",
)
ESCALATED = Phrase("【升级】{rest}", "[ESCALATED] {rest}")
MET_LATE = Phrase("【解除】{promise}：{met}，超时 {over}", "[CLOSED] {promise}: {met}, {over} over")
MET_LATE_BARE = Phrase("【解除】{promise}：{met}，但已超时", "[CLOSED] {promise}: {met}, but late")
MET = Phrase("【解除】{promise}：{met}，没有超时", "[CLOSED] {promise}: {met}, in time")
NEVER = Phrase("【结束】{promise}：{never}", "[CLOSED] {promise}: {never}")
LAPSED = Phrase(
    "【解除】{promise}：时限内已经结束，不算超时",
    "[CLOSED] {promise}: over within the limit; not late",
)
EXCUSED = Phrase("【免责】{what}", "[EXCUSED] {what}")
EXCUSED_LATE = Phrase("{promise}超时", "{promise}: late")
EXCUSED_BELOW = Phrase("{promise}未达标", "{promise}: below target")
RETRACTED = Phrase(
    "【撤回】{promise}：没有超时，前面的告警有误", "[RETRACTED] {promise}: it was not late"
)
RETRACTED_WARNING = Phrase("【撤回】{promise}：预警取消", "[RETRACTED] {promise}: no need to warn")
RETRACTED_FOUND = Phrase(
    "【撤回】{promise}：没有违反，前面的告警有误", "[RETRACTED] {promise}: it was not broken"
)
DAY_MET = Phrase(
    "【解除】{promise}：全天 {share}，达到承诺 {target}",
    "[CLOSED] {promise}: {share} for the day, {target} kept",
)
DAY_MET_LATE = Phrase(
    "【解除】{promise}：全天 {share}，已回到承诺 {target}",
    "[CLOSED] {promise}: {share} for the day, back at {target}",
)
DAY_NEVER = Phrase(
    "【结束】{promise}：全天 {share}，没有达到 {target}",
    "[CLOSED] {promise}: {share} for the day, not {target}",
)

WHERE_COUNTER = Phrase("{code}号窗口", "counter {code}")
WHERE_CLERK = Phrase("经办 {clerk}", "clerk {clerk}")
NUMBER = Phrase("{number} {key}", "{number} {key}")
NUMBERED = Phrase("{number}，{at} {began}", "{number}, {began} {at}")
#: Of a counter's absence: its shift has no number people know.
UNNUMBERED = Phrase("{at} 起{began}", "{began} since {at}")
LIMIT = Phrase("时限 {limit}", "Limit {limit}")
LIMIT_OVER = Phrase("时限 {limit}，超时 {over}", "Limit {limit}, {over} over")
DAY_COUNT = Phrase(
    "{day} 共 {judged} 件，{met} {kept} 件，{never} {missed} 件",
    "{day}: {judged} in all, {kept} {met}, {missed} {never}",
)
DAY_NONE_ALLOWED = Phrase("按承诺应为 0 件", "Promised: not one")
DAY_ALLOWED = Phrase("按承诺最多 {allowed} 件{never}", "At most {allowed} may be {never}")
CAUSE = Phrase("原因：{cause}", "Why: {cause}")
CLAUSE = Phrase("依据：{clause}", "Clause {clause}")
CLAUSE_PROMISE = Phrase("依据：{clause} {promise}", "Clause {clause}: {promise}")
TOLD = Phrase("{people} 已接到通知，至今没有人认领", "{people} told; nobody took it up")
TOLD_NOBODY = Phrase("已发出通知，至今没有人认领", "Told; nobody took it up")
PRESS = Phrase("请督促科室：{todo}", "See to it: {todo}")
TAKEN_UP = Phrase("{who} {at} 已认领", "Taken up by {who} at {at}")
TAKEN_UP_AND_OVER = Phrase(
    "{who} {at} 已认领，告警结束，仍计为未兑现",
    "Taken up by {who} at {at}: the alert is over, and it still counts",
)
STOOD_LONG_ENOUGH = Phrase(
    "满一天没有人认领，自动结束，仍计为未兑现",
    "Nobody took it up within a day; it is over, and it still counts",
)
EXCUSED_BY = Phrase("{who} {at} 登记免责", "Excused by {who} at {at}")
REASON = Phrase("理由：{reason}", "Reason: {reason}")
STILL_COUNTED = Phrase(
    "原始数据照旧，统计时另列", "The figures stand; excused ones are shown beside"
)
SORRY = Phrase("对不起，打扰了：后到的数据表明没有问题", "Sorry: late data shows that all was well")
NOTHING_TO_DO = Phrase("不用处理", "Nothing to do")
NOTE_IT = Phrase("请在台账记下超时原因", "Note in the ledger why it was late.")
NOTE_DAY = Phrase("请在台账记下当天情况", "Note in the ledger what the day was like.")
CORRECTED = Phrase("根据迟到的数据更正", "Corrected by late data")
CORRECTED_OPEN = Phrase("数据来得晚，现在才查出来", "Late data shows it only now")
HISTORICAL = Phrase("补记：发现时事情已过", "Found afterwards")
