// The section tiles: a fixed place for each section, so that people learn where to look.
// Invariant: colour says how far from the promise, and a word says it too; the figure says how
// many, the dots how long.

import { dotsOf, drawDots } from "./dots.js";
import { find, fit, make, mark, name, say } from "./dom.js";
import { clockOf, counterMarks, takenOf } from "./numbers.js";

const MANY_COUNTERS = 6; // beyond it their marks bear no numbers
const STACK = 3; // people on one tenth of the limit that are told apart

export function drawTiles(view, words) {
  const grid = find("tiles");
  layOut(grid, view.sections.length);
  fit(grid, view.sections.length, () => make("li", "", tileOf()));
  view.sections.forEach((section, place) => updateTile(grid.children[place].firstChild, section, words));
}

/** As many columns as make tiles about one and a half times as wide as high. */
function layOut(grid, count) {
  const columns = count <= 4 ? 2 : count <= 9 ? 3 : count <= 24 ? 6 : Math.ceil(Math.sqrt(count * 1.3));
  grid.style.setProperty("--columns", columns);
  grid.style.setProperty("--rows", Math.max(1, Math.ceil(count / columns)));
}

/** An empty tile: a link to its section's own page. */
export function tileOf() {
  const part = (kind, ...children) => make("div", kind, ...children);
  return make("a", "tile",
    part("top", make("span", "section"), make("span", "flag")),
    part("figures",
      part("waiting", make("b"), make("small")),
      part("times", make("span", "k"), make("span", "longest"), make("span", "k"), make("span", "p90"))),
    part("track", dotsOf()),
    part("foot", part("counters"), part("chats")));
}

export function updateTile(tile, section, words, stack = STACK) {
  const at = (selector) => tile.querySelector(selector);
  mark(tile, "level", section.level);
  mark(tile, "section", section.code);
  tile.style.setProperty("--breaches", Math.min(1, Math.max(0, section.breached - 1) / 5).toFixed(2));
  const address = `section/${encodeURIComponent(section.code)}${location.search}`;
  if (tile.getAttribute("href") !== address) tile.setAttribute("href", address);
  const spoken = words.tileSays(section);
  if (tile.getAttribute("aria-label") !== spoken) tile.setAttribute("aria-label", spoken);
  name(at(".section"), section.name);
  const [kind, text] = flagOf(section, words);
  say(at(".flag"), text);
  mark(at(".flag"), "of", kind);
  drawFigures(tile, figuresOf(section, words));
  drawDots(at("svg"), section.people, stack);
  drawCounters(at(".counters"), section.counters);
  drawChats(at(".chats"), section.desk ? null : section.chats);
}

/** The level in a word, for whoever sees no colours. */
function flagOf(section, words) {
  const late = section.breached || section.late || section.chats?.late || 0;
  if (section.level === "broken") return ["breached", words.late(late)];
  if (section.level === "near") return ["warned", section.warned ? words.soon(section.warned) : words.near];
  return ["none", ""];
}

/** The tile's large figures: of its queue or, where there is only a chat desk, of its chats. */
function figuresOf(section, words) {
  const { chats, waiting } = section;
  if (section.desk) {
    const longest = chats.unanswered ? clockOf(chats.longest_s) : "–";
    return [chats.unanswered, words.unanswered, words.longest, longest, words.openChats, chats.open];
  }
  const longest = waiting ? clockOf(section.longest) : "–";
  const p90 = takenOf(section.p90, section.estimated);
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

function drawCounters(row, counters) {
  fit(row, counters.length, () => make("i"));
  const marks = counterMarks(counters);
  const many = counters.length > MANY_COUNTERS;
  mark(row, "many", many);
  counters.forEach((counter, place) => {
    mark(row.children[place], "state", counter.state);
    say(row.children[place], many ? "" : marks[place]);
  });
}

function drawChats(cell, chats) {
  const shown = chats && chats.open + chats.unanswered > 0;
  if (!cell.childElementCount) cell.append(make("i", "bubble"), make("b"), make("span"));
  cell.hidden = !shown;
  if (!shown) return;
  mark(cell, "level", chats.late ? "late" : chats.unanswered ? "open" : "calm");
  say(cell.children[1], chats.open);
  say(cell.children[2], chats.unanswered ? clockOf(chats.longest_s) : "");
}
