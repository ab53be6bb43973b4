// The pages' own words. Promises, sections, systems and panels are named by the server.
// Invariant: nothing here is HTML; all of it is set as text.

const WORDS = {
  zh: {
    within: (n, unit) => `${n} ${{ s: "秒", min: "分钟", h: "小时" }[unit]}内`, atLeast: (n) => `不低于 ${n}%`,
    none_allowed: "不得发生", workdays: "按工作日", live: "实时", slow: "数据延迟", stale: "部分数据未更新",
    offline: "连接中断", connecting: "正在连接", replay: "历史回放", age: (n, unit) => `${n} ${{ s: "秒", min: "分钟", h: "小时" }[unit]}前`,
    quiet: (m) => `${m} 分钟无新事件`, silentFor: (n, unit) => `失联 ${n} ${{ s: "秒", min: "分钟", h: "小时" }[unit]}`,
    neverHeard: "从未收到", of: (n, all) => `${n}/${all}`, sources: "数据来源",
    eventsToday: "今日事件", refused: "拒收", people: "人", unanswered: "未回复", openChats: "会话", longest: "最长",
    waitingNow: "正在等候", longestWait: "最长等候", p90: (m) => `近 ${m} 分钟 P90`, limit: "时限",
    chats: "线上未回复", chatsOf: (n) => `共 ${n} 个会话`, longestChat: "最久",
    breached: "已超时", warned: "即将超时", more: (n) => `另有 ${n} 件`, morePeople: (n) => `另有 ${n} 人`, late: (n) => `超时 ${n}`, soon: (n) => `将超时 ${n}`,
    near: "接近时限", none: "无超时", kept: "兑现", missed: "未兑现", excused: "免责", estimates: (n) => `含估算 ${n}`, without: (p) => `除免责 ${p}`,
    resolved: "已解决", unresolved: "未解决", noFigures: "今日尚无", counter: (c) => (/窗/.test(c) ? c : `${c} 窗`),
    breachTitle: "未结超时", warningTitle: "即将超时", standingTitle: "在册问题", standingNone: "无在册问题",
    clause: (c) => `承诺 ${c}`, day: "今日客流", arrived: "到场", served: "办结", waiting: "在等",
    systems: { "source-silent": "数据源失联", "intake-stopped": "停止接入" },
    views: { hall: "全大厅", help: "需要支援", promises: "今日承诺" }, paused: "已暂停", rotating: "轮播", next: "按空格键暂停或继续轮播，左右键切换",
    calm: "目前没有科室需要支援", calmNote: "全部科室均在承诺时限内", pastLimit: (n) => `${n} 人已超时`, freeCounters: (n) => `空闲窗口 ${n}`, onDuty: (n) => `在岗 ${n}`,
    times: (n) => `${n} 起`,
    forecast: (n) => `预计约 ${n} 人将超时`, openMore: (n, now) => `现开 ${now} 个窗口，建议再开 ${n} 个`, enough: (now) => `现开 ${now} 个窗口`,
    tileSays: (s) => `${s.name}：${s.waiting} 人等候${s.late ? `，${s.late} 人已超时` : ""}${s.breached ? `，未结超时 ${s.breached} 件` : ""}${s.warned ? `，即将超时 ${s.warned} 件` : ""}`,
    newBreach: (where, what) => `新超时：${where}，${what}`, back: "返回大厅",
    states: { busy: "办理中", near: "申报接近时限", late: "申报超时", free: "空闲", off: "未在岗", idle: "今日未叫号" },
    countersTitle: "窗口", peopleTitle: "正在等候的人", alertsTitle: "未结超时与即将超时", promisesTitle: "今日兑现", servedToday: (n) => `今日 ${n}`,
    nobodyWaits: "无人等候", noAlerts: "没有未结的超时", noCounters: "今日没有窗口数据", acknowledged: (who) => `${who} 已接手`, unacknowledged: "无人接手",
    escalated: (n) => `已上报 ${n} 级`, silenced: "已静默", suspected: "来源失联，待核实", walkIn: "未预约", dayShare: (kept, judged, target) => `${kept}/${judged}，承诺 ${target}`,
    onCounters: "在岗窗口",
  },
  en: {
    within: (n, unit) => `within ${n} ${unit}`, atLeast: (n) => `at least ${n}%`,
    none_allowed: "none allowed", workdays: "in working days", live: "Live", slow: "Delayed", stale: "Some figures are old",
    offline: "Connection lost", connecting: "Connecting", replay: "Replay", age: (n, unit) => `${n} ${unit} ago`,
    quiet: (m) => `No event for ${m} min`, silentFor: (n, unit) => `silent for ${n} ${unit}`,
    neverHeard: "never heard", of: (n, all) => `${n}/${all}`, sources: "Sources",
    eventsToday: "Events today", refused: "refused", people: "", unanswered: "to answer", openChats: "Open", longest: "Longest",
    waitingNow: "Waiting now", longestWait: "Longest wait", p90: (m) => `p90, last ${m} min`, limit: "limit",
    chats: "Chats unanswered", chatsOf: (n) => `of ${n} open`, longestChat: "longest",
    breached: "Breached", warned: "About to break", more: (n) => `${n} more`, morePeople: (n) => `${n} more`, late: (n) => `${n} late`, soon: (n) => `${n} soon`,
    near: "near limit", none: "No breach", kept: "kept", missed: "missed", excused: "excused", estimates: (n) => `${n} estimated`, without: (p) => `${p} less excused`,
    resolved: "resolved", unresolved: "not", noFigures: "none yet", counter: (c) => `counter ${c.match(/^\d+/)?.[0] ?? c}`,
    breachTitle: "Open breaches", warningTitle: "About to break", standingTitle: "On record", standingNone: "Nothing on record",
    clause: (c) => `Clause ${c}`, day: "The day", arrived: "arrived", served: "served", waiting: "waiting",
    systems: { "source-silent": "Source silent", "intake-stopped": "Intake stopped" },
    views: { hall: "Hall", help: "Help needed", promises: "Promises" }, paused: "paused", rotating: "rotating", next: "Space pauses or goes on, arrows change the view",
    calm: "No section needs help", calmNote: "All are within what was promised", pastLimit: (n) => `${n} past the limit`, freeCounters: (n) => `${n} free`, onDuty: (n) => `${n} on duty`,
    times: (n) => `${n}`,
    forecast: (n) => `about ${n} will be late`, openMore: (n, now) => `${now} counters open, open ${n} more`, enough: (now) => `${now} counters open`,
    tileSays: (s) => `${s.name}: ${s.waiting} waiting${s.late ? `, ${s.late} past the limit` : ""}${s.breached ? `, ${s.breached} open breaches` : ""}${s.warned ? `, ${s.warned} about to break` : ""}`,
    newBreach: (where, what) => `New breach: ${where}, ${what}`, back: "The hall",
    states: { busy: "serving", near: "filing near limit", late: "filing late", free: "free", off: "off duty", idle: "no call today" },
    countersTitle: "Counters", peopleTitle: "People waiting", alertsTitle: "Open breaches and warnings", promisesTitle: "Kept today", servedToday: (n) => `${n} today`,
    nobodyWaits: "Nobody waits", noAlerts: "No open breach", noCounters: "No counter today", acknowledged: (who) => `${who} looks after it`, unacknowledged: "nobody yet",
    escalated: (n) => `escalated, level ${n}`, silenced: "silenced", suspected: "source silent, to be checked", walkIn: "walk-in", dayShare: (kept, judged, target) => `${kept}/${judged}, promised ${target}`,
    onCounters: "Counters on duty",
  },
};

/** The language asked for in the address, else the hall's. */
export function languageOf(hall) {
  const asked = new URLSearchParams(location.search).get("lang");
  return asked in WORDS ? asked : hall.language in WORDS ? hall.language : "zh";
}

export const wordsOf = (language) => WORDS[language];

/** What a promise promises: "10 分钟内", "at least 90%". */
export function limitOf(promise, words) {
  if (promise.at_least) return words.atLeast(Math.round(promise.at_least * 100));
  if (promise.in_days) return words.workdays;
  if (promise.limit_s) return within(promise.limit_s, words);
  return promise.share ? "" : words.none_allowed;
}

function within(seconds, words) {
  if (seconds % 60 || seconds <= 60) return words.within(seconds, "s");
  return seconds % 3600 || seconds <= 3600 ? words.within(seconds / 60, "min") : words.within(seconds / 3600, "h");
}

/** A number of seconds in one unit, said by `say(n, unit)`. */
export function inOneUnit(seconds, say) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return say(whole, "s");
  return whole < 7200 ? say(Math.floor(whole / 60), "min") : say(Math.floor(whole / 3600), "h");
}

/** Every name there is, by code, in one language. */
export function namesOf(hall, lang) {
  const lookUp = (places) => {
    const names = new Map(places.map((place) => [place.code, place[lang] || place.code]));
    return (code) => names.get(code) ?? code;
  };
  const promises = new Map(hall.promises.map((promise) => [promise.id, promise]));
  return {
    section: lookUp([...hall.sections, ...hall.others]),
    counter: lookUp(hall.counters),
    service: lookUp(hall.services),
    person: lookUp(hall.people),
    promise: (id) => promises.get(id),
    system: (word) => hall.systems[word]?.[lang] ?? word,
    /** The name of what was broken: a promise, or the fault of a system. */
    broken: (id, words) => promises.get(id)?.label[lang] ?? words.systems[id] ?? id,
  };
}
