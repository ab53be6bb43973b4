// The lists beside the tiles: open breaches with how far over, and what is about to break.
// Invariant: the order is the server's (just happened, then worst first); what does not fit
// is counted, not dropped in silence.

import { find, keep, make, mark, say } from "./dom.js";
import { clockOf } from "./words.js";

const JUST_NOW_S = 20;

export function drawLists(view, words, names, lang) {
  say(find("breaches-title"), words.breachTitle);
  say(find("warnings-title"), words.warningTitle);
  mark(find("breaches-title"), "count", view.breached);
  mark(find("warnings-title"), "count", view.warned);
  const warnings = view.warnings.slice(0, 3);
  draw(find("warnings"), warnings, words, names, lang, (row) => clockOf(row.left_s));
  const list = find("breaches");
  const room = roomIn(list);
  const shown = view.breaches.slice(0, room);
  draw(list, shown, words, names, lang, (row) => `+${clockOf(row.over_s)}`);
  mark(list, "empty", view.breached === 0);
  const hidden = Math.max(0, view.breached - shown.length);
  say(find("breaches-more"), hidden ? words.more(hidden) : view.breached ? "" : words.none);
}

/** How many items fit without one being cut; where the page scrolls, the style says. */
function roomIn(list) {
  const said = parseInt(getComputedStyle(list).getPropertyValue("--room"), 10);
  if (said) return said;
  const gap = parseFloat(getComputedStyle(list).rowGap) || 0;
  const root = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const one = list.firstElementChild?.offsetHeight || root * 3.5;
  return Math.max(1, Math.floor((list.clientHeight + gap + 1) / (one + gap)));
}

function draw(list, rows, words, names, lang, time) {
  keep(list, rows, (row) => row.alert, build, (item, row) => {
    const at = (selector) => item.querySelector(selector);
    const promise = names.promise(row.promise);
    const said = time(row);
    say(at(".time"), said);
    mark(at(".time"), "long", said.length > 6);
    say(at(".where"), names.section(row.section));
    say(at(".at"), row.counter ? words.counter(names.counter(row.counter)) : "");
    say(at(".what"), promise ? promise.label[lang] : words.systems[row.promise] ?? row.promise);
    say(at(".who bdi"), row.journey);
    item.title = `${row.journey} · ${words.clause(row.clause)}`;
    mark(item, "fresh", row.over_s !== undefined && row.over_s < JUST_NOW_S);
  });
}

function build() {
  return make("li", "",
    make("b", "time"),
    make("div", "", make("span", "where"), make("span", "at"),
      make("span", "what"), make("span", "who", make("bdi"))));
}
