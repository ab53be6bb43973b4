// The section tiles: a fixed place for each section, so that people learn where to look.
// Invariant: colour says how far from the promise, the figure how many, the track how long.

import { find, make, mark, say } from "./dom.js";
import { clockOf, percentOf } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const STEPS = 31; // twentieths of the limit, up to one and a half times and beyond
const MANY_COUNTERS = 6; // beyond it their marks bear no numbers
const STACK = 3; // people on one step that are still told apart

export function drawTiles(view, words, lang) {
  const grid = find("tiles");
  layOut(grid, view.sections.length);
  view.sections.forEach((section, place) => {
    let tile = grid.children[place];
    if (!tile) {
      tile = build();
      grid.append(tile);
    }
    update(tile, section, view.promises, words, lang);
  });
  while (grid.children.length > view.sections.length) grid.lastChild.remove();
}

/** As many columns as make tiles about one and a half times as wide as high. */
function layOut(grid, count) {
  const columns = count <= 24 ? 6 : Math.ceil(Math.sqrt(count * 1.5));
  grid.style.setProperty("--columns", columns);
  grid.style.setProperty("--rows", Math.max(1, Math.ceil(count / columns)));
}

function build() {
  const part = (name, ...children) => make("div", name, ...children);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${STEPS * 10} ${STACK * 7}`);
  svg.setAttribute("preserveAspectRatio", "none");
  const tile = part("tile",
    part("top", make("span", "section"), make("span", "flag")),
    part("figures",
      part("waiting", make("b"), make("small")),
      part("times", make("span", "k"), make("span", "longest"), make("span", "k"), make("span", "p90"))),
    part("track", svg),
    part("kept"),
    part("foot", part("counters"), part("chats")));
  return tile;
}

function update(tile, section, promises, words, lang) {
  const at = (selector) => tile.querySelector(selector);
  mark(tile, "level", section.level);
  mark(tile, "section", section.code);
  tile.style.setProperty("--heat", Math.min(1, section.heat).toFixed(2));
  tile.style.setProperty("--breaches", Math.min(1, Math.max(0, section.breached - 1) / 5).toFixed(2));
  say(at(".section"), section.name);
  say(at(".flag"), section.breached ? section.breached : section.warned ? section.warned : "");
  mark(at(".flag"), "of", section.breached ? "breached" : section.warned ? "warned" : "none");
  drawFigures(tile, figuresOf(section, words));
  drawTrack(at("svg"), section.people);
  drawKept(at(".kept"), section.kept, promises, lang);
  drawCounters(at(".counters"), section.counters);
  drawChats(at(".chats"), section.desk ? null : section.chats);
}

/** The tile's large figures: of its queue or, where there is only a chat desk, of its chats. */
function figuresOf(section, words) {
  const { chats, waiting } = section;
  if (section.desk) {
    const longest = chats.unanswered ? clockOf(chats.longest_s) : "–";
    return [chats.unanswered, words.unanswered, words.longest, longest, words.openChats, chats.open];
  }
  const longest = waiting ? clockOf(section.longest) : "–";
  const p90 = section.p90 === null ? "–" : clockOf(section.p90);
  return [waiting, words.people, words.longest, longest, "P90", p90];
}

function drawFigures(tile, [figure, unit, longestLabel, longest, label, second]) {
  const at = (selector) => tile.querySelector(selector);
  say(at(".waiting b"), figure);
  say(at(".waiting small"), unit);
  const [first, other] = tile.querySelectorAll(".times .k");
  say(first, longestLabel);
  say(other, label);
  say(at(".longest"), longest);
  say(at(".p90"), second);
}

/** Everybody who waits, as a mark on the way to the limit and past it. */
function drawTrack(svg, people) {
  const signature = people.map((p) => `${p.promised}.${p.step}.${p.people}`).join();
  if (svg.dataset.drawn === signature && svg.childElementCount) return;
  svg.dataset.drawn = signature;
  const height = STACK * 7;
  const rects = [box("rail", 0, height - 1.5, STEPS * 10, 1.5)];
  const stacked = new Map();
  for (const { promised, step, people: count } of people) {
    const under = stacked.get(step) ?? 0;
    const tall = Math.min(count, STACK - under);
    stacked.set(step, under + tall);
    const kind = !promised ? "free" : step >= 20 ? "late" : step >= 14 ? "near" : "fine";
    for (let n = under; n < under + tall; n += 1) {
      rects.push(box(kind, step * 10 + 1, height - 1.5 - (n + 1) * 6.2, 8.4, 5.4));
    }
  }
  rects.push(box("limit", 199.2, 0, 1.6, height));
  svg.replaceChildren(...rects);
}

function box(kind, x, y, width, height) {
  const rect = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ class: kind, x, y, width, height })) {
    rect.setAttribute(name, value);
  }
  return rect;
}

function drawKept(row, kept, promises, lang) {
  fit(row, promises.length, () => make("div", "share", make("small"), make("b")));
  promises.forEach(({ promise }, place) => {
    const cell = row.children[place];
    const own = kept.find((share) => share.promise.id === promise.id);
    mark(cell, "grade", own ? own.grade : "none");
    say(cell.firstChild, promise.short[lang]);
    // The sign is set small beside it, by the style.
    say(cell.lastChild, own ? percentOf(own.share).slice(0, -1) : "");
  });
}

function drawCounters(row, counters) {
  fit(row, counters.length, () => make("i"));
  const prefix = commonPrefix(counters.map((counter) => counter.counter));
  const many = counters.length > MANY_COUNTERS;
  mark(row, "many", many);
  counters.forEach((counter, place) => {
    const filing = counter.filing ?? 0;
    const state = filing > 1 ? "late" : filing > 0.75 ? "near" : counter.serving_s === null ? "idle" : "busy";
    mark(row.children[place], "state", state);
    say(row.children[place], many ? "" : shortOf(counter.counter, prefix));
  });
}

function commonPrefix(codes) {
  let length = 0;
  if (!codes.length) return 0;
  while (codes.every((code) => length < code.length && code[length] === codes[0][length])) length += 1;
  return length;
}

/** What tells a counter from its neighbours; two characters at least, four at most. */
const shortOf = (code, prefix) => code.slice(Math.max(0, Math.min(prefix, code.length - 2))).slice(-4);

function drawChats(cell, chats) {
  const shown = chats && chats.open + chats.unanswered > 0;
  if (!cell.childElementCount) cell.append(make("i", "bubble"), make("b"), make("span"));
  cell.hidden = !shown;
  if (!shown) return;
  mark(cell, "level", chats.late ? "late" : chats.unanswered ? "open" : "calm");
  say(cell.children[1], chats.open);
  say(cell.children[2], chats.unanswered ? clockOf(chats.longest_s) : "");
}

function fit(row, count, build) {
  while (row.children.length < count) row.append(build());
  while (row.children.length > count) row.lastChild.remove();
}
