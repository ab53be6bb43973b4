// The page's map: a snapshot comes in, every part draws itself anew from one view of it.

import { drawCurve } from "./curve.js";
import { find, mark, say } from "./dom.js";
import { drawLists } from "./lists.js";
import { viewOf } from "./model.js";
import { watch } from "./stream.js";
import { drawPromises, drawStrip } from "./strip.js";
import { drawTiles } from "./tiles.js";
import { countOf, languageOf, wordsOf } from "./words.js";

const QUIET_AFTER_S = 120; // no event for so long is worth saying
const HISTORY_AFTER_S = 12 * 3600;

let hall = null;
let lang = "zh";
let words = wordsOf(lang);
let names = null;
let last = null; // { now, heard, drift, quiet }: what the newest snapshot said of time

function meet(told) {
  hall = told;
  lang = languageOf(hall);
  words = wordsOf(lang);
  const lookUp = (places) => new Map(places.map((place) => [place.code, place[lang] || place.code]));
  const [sections, counters] = [lookUp(hall.sections), lookUp(hall.counters)];
  names = {
    section: (code) => sections.get(code) ?? code,
    counter: (code) => counters.get(code) ?? code,
    promise: (id) => hall.promises.find((promise) => promise.id === id),
  };
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = hall.title[lang];
  say(find("title"), hall.title[lang]);
  say(find("curve-title"), words.day);
  for (const id of ["arrived", "served", "waiting"]) say(find(`curve-${id}`), words[id]);
}

function draw(snapshot) {
  if (!hall) return;
  const view = viewOf(hall, snapshot, lang);
  last = {
    now: snapshot.now,
    heard: performance.now(),
    drift: Date.now() / 1000 - snapshot.now,
    quiet: minutesQuiet(view, snapshot.now),
  };
  drawStrip(view, words, hall);
  drawTiles(view, words, lang);
  drawLists(view, words, names, lang);
  drawPromises(view, words);
  drawCurve(view.curve, hall.time_zone, words);
  drawArrivals(view.arrivals);
  mark(document.body, "round", snapshot.round);
}

/** Minutes without any event though people wait: the figures may be of a stopped pipeline. */
function minutesQuiet(view, now) {
  const age = now - (view.arrivals?.last_event_at ?? now);
  const busy = view.waiting > 0 || view.chats.open > 0;
  return busy && age > QUIET_AFTER_S && age < HISTORY_AFTER_S ? Math.floor(age / 60) : 0;
}

function drawArrivals(arrivals) {
  if (!arrivals) return;
  const parts = [`${words.eventsToday} ${countOf(arrivals.events)}`];
  if (arrivals.refused) parts.push(`${words.refused} ${countOf(arrivals.refused)}`);
  say(find("arrivals"), parts.join(" · "));
}

function tellFreshness(state, age) {
  const quiet = state === "live" && last.quiet > 0;
  mark(document.body, "fresh", quiet ? "quiet" : state);
  const history = state === "live" && last.drift > HISTORY_AFTER_S;
  mark(find("badge"), "history", history);
  const since = last && state !== "live" ? ` · ${words.ago(Math.floor(age))}` : "";
  say(find("badge"), (quiet ? words.quiet(last.quiet) : history ? words.replay : words[state]) + since);
  tellTime();
}

function tellTime() {
  if (!hall || !last) return;
  const now = new Date((last.now + (performance.now() - last.heard) / 1000) * 1000);
  const zone = { timeZone: hall.time_zone };
  say(find("clock"), now.toLocaleTimeString("en-GB", zone));
  const locale = lang === "zh" ? "zh-CN" : "en-GB";
  say(find("date"), now.toLocaleDateString(locale, { ...zone, month: "long", day: "numeric", weekday: "long" }));
}

watch({ hall: meet, snapshot: draw, fresh: tellFreshness });
