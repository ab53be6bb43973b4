// The page's own words and how it says numbers. Promises, sections and panels are named by
// the server. Invariant: nothing here is HTML; all of it is set as text.

const WORDS = {
  zh: {
    within: (n, unit) => `${n} ${{ s: "秒", min: "分钟" }[unit]}内`, atLeast: (n) => `不低于 ${n}%`,
    live: "实时", slow: "数据延迟", stale: "部分数据未更新", offline: "连接中断",
    connecting: "正在连接", replay: "历史回放", ago: (s) => `${s} 秒前`, quiet: (m) => `${m} 分钟无新事件`,
    eventsToday: "今日事件", refused: "拒收", people: "人", unanswered: "未回复", openChats: "会话", longest: "最长", 
    waitingNow: "正在等候", longestWait: "最长等候", p90: (m) => `近 ${m} 分钟 P90`,
    chats: "线上未回复", chatsOf: (n) => `共 ${n} 个会话`, longestChat: "最久",
    breached: "已超时", warned: "即将超时", more: (n) => `另有 ${n} 件`,
    none: "无超时", kept: "兑现", missed: "未兑现", resolved: "已解决",
    unresolved: "未解决", noFigures: "今日尚无", counter: (c) => `${c} 窗`,
    breachTitle: "未结超时", warningTitle: "即将超时", clause: (c) => `承诺 ${c}`, day: "今日客流",
    arrived: "到场", served: "办结", waiting: "在等", systems: { "source-silent": "数据源失联", "intake-stopped": "停止接入" },
  },
  en: {
    within: (n, unit) => `within ${n} ${unit}`, atLeast: (n) => `at least ${n}%`,
    live: "Live", slow: "Delayed", stale: "Some figures are old", offline: "Connection lost",
    connecting: "Connecting", replay: "Replay", ago: (s) => `${s} s ago`, quiet: (m) => `No event for ${m} min`,
    eventsToday: "Events today", refused: "refused", people: "", unanswered: "to answer", openChats: "Open", longest: "Longest", 
    waitingNow: "Waiting now", longestWait: "Longest wait", p90: (m) => `p90, last ${m} min`,
    chats: "Chats unanswered", chatsOf: (n) => `of ${n} open`, longestChat: "longest",
    breached: "Breached", warned: "About to break", more: (n) => `${n} more`,
    none: "No breach", kept: "kept", missed: "missed", resolved: "resolved",
    unresolved: "not", noFigures: "none yet", counter: (c) => `counter ${c}`,
    breachTitle: "Open breaches", warningTitle: "About to break", clause: (c) => `Clause ${c}`, day: "The day",
    arrived: "arrived", served: "served", waiting: "waiting", systems: { "source-silent": "Source silent", "intake-stopped": "Intake stopped" },
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
  const seconds = promise.limit_s;
  return seconds % 60 || seconds <= 60 ? words.within(seconds, "s") : words.within(seconds / 60, "min");
}

/** 75.4 → "1:15"; 3675 → "1:01:15". */
export function clockOf(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** 0.9234 → "92%"; cut, not rounded, so that 100% is said only of all. */
export const percentOf = (share) => `${Math.floor(share * 100 + 1e-9)}%`;

export const countOf = (n) => n.toLocaleString("en-US");
