// The page's map: a snapshot comes in, every part draws itself anew from one view of it.

import { drawCurve } from "./curve.js";
import { find, mark, say } from "./dom.js";
import { drawForecast } from "./forecast.js";
import { announce, drawArrivals, drawSources, takeTime, tellFreshness } from "./frame.js";
import { drawHelp } from "./help.js";
import { drawLists } from "./lists.js";
import { viewOf } from "./model.js";
import { drawBoard, drawCards } from "./promises.js";
import { watch } from "./stream.js";
import { drawStrip } from "./strip.js";
import { dress } from "./theme.js";
import { drawTiles } from "./tiles.js";
import { startViews } from "./views.js";
import { languageOf, namesOf, wordsOf } from "./words.js";

let hall = null;
let lang = "zh";
let words = wordsOf(lang);
let names = null;
let latest = null;
let known = null; // the breaches of the round before, to tell new ones

function meet(told) {
  hall = told;
  lang = languageOf(hall);
  words = wordsOf(lang);
  names = namesOf(hall, lang);
  dress(hall.theme);
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = hall.title[lang];
  say(find("title"), hall.title[lang]);
  say(find("curve-title"), words.day);
  for (const id of ["arrived", "served", "waiting"]) say(find(`curve-${id}`), words[id]);
  find("tiles-part").setAttribute("aria-label", words.views.hall);
  find("help-part").setAttribute("aria-label", words.views.help);
  find("board-part").setAttribute("aria-label", words.views.promises);
  find("aside").setAttribute("aria-label", words.breachTitle);
  startViews(hall, words);
}

function take(snapshot) {
  if (!hall) return;
  latest = snapshot;
  draw();
  mark(document.body, "round", snapshot.round);
}

function draw() {
  if (!latest) return;
  const view = viewOf(hall, latest, names);
  takeTime(view, latest.now);
  drawStrip(view, words, hall);
  drawSources(view.sources, latest.now, words, names);
  drawForecast(view.forecast, words, names);
  drawTiles(view, words);
  drawHelp(view, words);
  drawLists(view, words, names, lang);
  drawCards(view, words, lang);
  drawBoard(view, words, lang);
  drawCurve(view.curve, hall.time_zone, words);
  drawArrivals(view.arrivals, words);
  tellNew(view.breaches);
}

function tellNew(breaches) {
  const fresh = known && breaches.find((row) => !known.has(row.alert));
  if (fresh) announce(words.newBreach(names.section(fresh.section), names.broken(fresh.promise, words)));
  known = new Set(breaches.map((row) => row.alert));
}

dress();
addEventListener("resize", draw);
addEventListener("theme", draw);
watch("stream", { hall: meet, snapshot: take, fresh: (state, age) => tellFreshness(state, age, words, hall, lang) });
