// What both pages have around their figures: clock, badge, what is read out, the sources.
// Invariant: what a screen reader is told is told on a change, never with every round.

import { find, fit, make, mark, say } from "./dom.js";
import { countOf } from "./numbers.js";
import { inOneUnit } from "./words.js";

const QUIET_AFTER_S = 120; // no event for so long is worth saying
const HISTORY_AFTER_S = 12 * 3600;
const SAID_EVERY_MS = 10_000; // breaches come in showers; a voice cannot
const SOURCES_SHOWN = 9;
const FRESH_S = 60;

let last = null; // { now, heard, drift, quiet }: what the newest snapshot said of time
let told = "connecting";
let saidAt = -SAID_EVERY_MS;

export function takeTime(view, now) {
  last = { now, heard: performance.now(), drift: Date.now() / 1000 - now, quiet: minutesQuiet(view, now) };
}

/** Minutes without any event though people wait: the figures may be of a stopped pipeline. */
function minutesQuiet(view, now) {
  const age = now - (view.arrivals?.last_event_at || now);
  return view.busy && age > QUIET_AFTER_S && age < HISTORY_AFTER_S ? Math.floor(age / 60) : 0;
}

export function tellFreshness(state, age, words, hall, lang) {
  const quiet = state === "live" && last.quiet > 0;
  mark(document.body, "fresh", quiet ? "quiet" : state);
  const history = state === "live" && last.drift > HISTORY_AFTER_S;
  mark(find("badge"), "history", history);
  const what = quiet ? words.quiet(last.quiet) : history ? words.replay : words[state];
  const since = last && state !== "live" ? ` · ${inOneUnit(age, words.age)}` : "";
  say(find("badge"), what + since);
  const now = quiet ? "quiet" : state;
  if (now !== told && told !== "connecting") announce(what, true);
  told = now;
  if (hall && last) tellTime(hall, lang);
}

function tellTime(hall, lang) {
  const now = new Date((last.now + (performance.now() - last.heard) / 1000) * 1000);
  const zone = { timeZone: hall.time_zone };
  say(find("clock"), now.toLocaleTimeString("en-GB", zone));
  const locale = lang === "zh" ? "zh-CN" : "en-GB";
  say(find("date"), now.toLocaleDateString(locale, { ...zone, month: "long", day: "numeric", weekday: "long" }));
}

/** Says a sentence to whoever listens; ordinary ones not oftener than every ten seconds. */
export function announce(sentence, urgent = false) {
  if (!urgent && performance.now() - saidAt < SAID_EVERY_MS) return;
  saidAt = performance.now();
  say(find("said"), sentence);
}

export function drawArrivals(arrivals, words) {
  if (!arrivals) return;
  const parts = [`${words.eventsToday} ${countOf(arrivals.events)}`];
  if (arrivals.refused) parts.push(`${words.refused} ${countOf(arrivals.refused)}`);
  say(find("arrivals"), parts.join(" · "));
}

/** A badge for each system: when it was last heard of, or in words that it is silent. */
export function drawSources(sources, now, words, names) {
  const order = (row) => (row.silent ? 0 : 1);
  const shown = [...sources].sort((a, b) => order(a) - order(b)).slice(0, SOURCES_SHOWN);
  const list = find("sources");
  list.setAttribute("aria-label", words.sources);
  fit(list, shown.length, () => make("li", "", make("i"), make("b"), make("span")));
  shown.forEach((row, place) => {
    const item = list.children[place];
    const age = row.last_event_at === null ? null : Math.max(0, now - row.last_event_at);
    mark(item, "state", row.silent ? "silent" : age !== null && age < FRESH_S ? "fresh" : "resting");
    mark(item, "system", row.system);
    say(item.children[1], names.system(row.system));
    say(item.children[2], ageOf(row, age, now, words));
  });
}

function ageOf(row, age, now, words) {
  if (!row.silent) return age === null ? words.neverHeard : inOneUnit(age, words.age);
  const some = row.silent < row.sources ? ` ${words.of(row.silent, row.sources)}` : "";
  return inOneUnit(now - row.silent_since, words.silentFor) + some;
}
