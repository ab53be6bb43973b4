// The second view: sections that need help, worst first, as large as a screen gives them.
// Invariant: with nobody in need it says so, in words.

import { find, fit, make, mark, say } from "./dom.js";
import { needingHelp } from "./model.js";
import { tileOf, updateTile } from "./tiles.js";

const SHOWN = 6;
const STACK = 5; // people on one tenth of the limit that are told apart

export function drawHelp(view, words) {
  const needed = needingHelp(view);
  const shown = needed.slice(0, SHOWN);
  const grid = find("help");
  const columns = shown.length <= 1 ? 1 : shown.length <= 4 ? 2 : 3;
  grid.style.setProperty("--columns", columns);
  grid.style.setProperty("--rows", Math.max(1, Math.ceil(shown.length / columns)));
  fit(grid, shown.length, () => make("li", "", tileOf(), make("p", "duty")));
  shown.forEach((section, place) => {
    const item = grid.children[place];
    mark(item, "level", section.level);
    updateTile(item.firstChild, section, words, STACK);
    say(item.lastChild, dutyOf(section, words));
  });
  const calm = find("calm");
  calm.hidden = shown.length > 0;
  say(calm.querySelector("h2"), words.calm);
  say(calm.querySelector("p"), words.calmNote);
  const hidden = needed.length - shown.length;
  say(find("help-more"), hidden > 0 ? `+${hidden}` : "");
}

/** Whom one could send: how many counters are there, and how many of them are free. */
function dutyOf(section, words) {
  const count = (...states) => section.counters.filter((c) => states.includes(c.state)).length;
  const there = count("busy", "near", "late", "free");
  const parts = [];
  if (section.late) parts.push(words.pastLimit(section.late));
  if (section.counters.length) parts.push(words.onDuty(there), words.freeCounters(count("free")));
  return parts.join(" · ");
}
