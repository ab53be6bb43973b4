// The chief's page: one section, as a map of its parts. Which one it is stands in the address.
// Invariant: everything drawn here is about this section alone, but for the sources.

import { dotsOf, drawDots } from "./dots.js";
import { find, mark, name, say } from "./dom.js";
import { drawForecast } from "./forecast.js";
import { announce, drawArrivals, drawSources, takeTime, tellFreshness } from "./frame.js";
import { countersBySection, promisesOf } from "./model.js";
import { clockOf, takenOf } from "./numbers.js";
import { drawInto } from "./promises.js";
import { drawAlerts, drawCounters, drawPeople } from "./section_lists.js";
import { watch } from "./stream.js";
import { drawFigures } from "./strip.js";
import { dress } from "./theme.js";
import { languageOf, namesOf, wordsOf } from "./words.js";

const PROMISES = 6;
const STACK = 5;
const code = decodeURIComponent(location.pathname.split("/").pop());

let hall = null;
let lang = "zh";
let words = wordsOf(lang);
let names = null;
let latest = null;
let known = null;

function meet(told) {
  hall = told;
  lang = languageOf(hall);
  words = wordsOf(lang);
  names = namesOf(hall, lang);
  dress(hall.theme);
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = `${names.section(code)} · ${hall.title[lang]}`;
  name(find("title"), names.section(code));
  say(find("back"), `← ${words.back}`);
  find("back").setAttribute("href", `../${location.search}`);
  for (const part of ["people", "counters", "alerts"]) say(find(`${part}-title`), words[`${part}Title`]);
  say(find("limit-word"), words.limit);
  find("track-part").setAttribute("aria-label", words.peopleTitle);
  find("promises").setAttribute("aria-label", words.promisesTitle);
}

function take(snapshot) {
  if (!hall) return;
  latest = snapshot;
  draw();
  mark(document.body, "round", snapshot.round);
}

function draw() {
  if (!latest) return;
  const rows = (id) => latest.figures[id] ?? [];
  const people = rows("section_people");
  const alerts = rows("section_alerts");
  const counters = countersBySection(hall, rows("counters"), names).find(([own]) => own === code)?.[1] ?? [];
  const arrivals = rows("arrivals")[0];
  takeTime({ arrivals, busy: people.length > 0 }, latest.now);
  drawFigures(figuresOf(rows, alerts, counters));
  drawForecast(rows("forecast").filter((row) => row.will_miss > 0), words, names);
  drawTrack(people);
  drawPeople(people, words, names, lang);
  drawCounters(counters, words);
  drawAlerts(alerts, words, names);
  const kept = promisesOf(hall, rows("kept_today"), names);
  const shown = kept.filter(({ promise, share }) => share !== null || promise.card)
    .sort((a, b) => (a.share === null) - (b.share === null)).slice(0, PROMISES);
  drawInto(find("promises"), shown, words, lang);
  drawSources(rows("sources"), latest.now, words, names);
  drawArrivals(arrivals, words);
  tellNew(alerts.filter((row) => row.state === "breached"));
}

function figuresOf(rows, alerts, counters) {
  const queue = rows("queue")[0] ?? { waiting: 0, late: 0, longest_s: 0 };
  const chats = rows("chats")[0];
  const { p90_s: p90, estimated } = rows("wait_p90")[0] ?? { p90_s: null, estimated: 0 };
  const live = alerts.filter((row) => !row.standing && !row.silenced && !row.suspected);
  const count = (state) => live.filter((row) => row.state === state).length;
  const there = counters.filter((c) => !["off", "idle"].includes(c.state)).length;
  const [breached, warned] = [count("breached"), count("warned")];
  const chatting = chats && !counters.length;
  return [
    chatting ? ["waiting", words.chats, chats.unanswered, words.chatsOf(chats.open), chats.late ? "broken" : "plain"]
      : ["waiting", words.waitingNow, queue.waiting, queue.late ? words.pastLimit(queue.late) : "", queue.late ? "broken" : "plain"],
    ["longest", words.longestWait, longestOf(queue, chats, chatting), "", "plain"],
    ["p90", words.p90(Math.round(hall.window_s / 60)), takenOf(p90, estimated), "", "plain"],
    ["counters", words.onCounters, there, words.freeCounters(counters.filter((c) => c.state === "free").length), "plain"],
    ["warned", words.warned, warned, "", warned ? "near" : "calm"],
    ["breached", words.breached, breached, "", breached ? "broken" : "calm"],
  ];
}

function longestOf(queue, chats, chatting) {
  if (chatting) return chats.unanswered ? clockOf(chats.longest_s) : "–";
  return queue.waiting ? clockOf(queue.longest_s) : "–";
}

const WALK_IN_SCALE_S = 600; // as panel `people` draws them

function drawTrack(people) {
  const track = find("track");
  if (!track.firstChild) track.append(dotsOf());
  drawDots(track.firstChild, people.map(({ waited_s, limit_s }) => ({
    promised: limit_s !== null, people: 1,
    step: Math.min(30, Math.floor((waited_s * 20) / (limit_s ?? WALK_IN_SCALE_S))),
  })), STACK);
}

function tellNew(breaches) {
  const fresh = known && breaches.find((row) => !known.has(row.alert));
  if (fresh) announce(words.newBreach(names.section(fresh.section), names.broken(fresh.promise, words)));
  known = new Set(breaches.map((row) => row.alert));
}

dress();
addEventListener("resize", draw);
addEventListener("theme", draw);
watch(`../stream?section=${encodeURIComponent(code)}`, {
  hall: meet, snapshot: take, fresh: (state, age) => tellFreshness(state, age, words, hall, lang),
});
