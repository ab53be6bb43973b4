// The lists beside the views: open breaches with how far over, what is about to break, and what
// stands on record without anybody waiting for it.
// Invariant: the order is the server's (just happened, then worst first); what does not fit
// is counted, not dropped in silence; what stands takes no room from people who wait.

import { find, fit, keep, make, mark, name, say } from "./dom.js";
import { clockOf, numberOf } from "./numbers.js";

const JUST_NOW_S = 20;
const WARNINGS = 3;
const STANDING = 6;

export function drawLists(view, words, names, lang) {
  say(find("breaches-title"), words.breachTitle);
  say(find("warnings-title"), words.warningTitle);
  mark(find("breaches-title"), "count", view.breached);
  mark(find("warnings-title"), "count", view.warned);
  draw(find("warnings"), view.warnings.slice(0, WARNINGS), words, names, (row) => clockOf(row.left_s));
  drawStanding(view.standing, words, lang);
  const list = find("breaches");
  const shown = view.breaches.slice(0, roomIn(list));
  draw(list, shown, words, names, (row) => `+${clockOf(row.over_s)}`);
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

function draw(list, rows, words, names, time) {
  keep(list, rows, (row) => row.alert, build, (item, row) => {
    const at = (selector) => item.querySelector(selector);
    const said = time(row);
    say(at(".time"), said);
    mark(at(".time"), "long", said.length > 6);
    name(at(".where"), names.section(row.section));
    say(at(".at"), row.counter ? words.counter(names.counter(row.counter)) : "");
    name(at(".what"), names.broken(row.promise, words));
    say(at(".who"), numberOf(row.journey));
    item.title = `${row.journey} · ${words.clause(row.clause)}`;
    mark(item, "fresh", row.over_s !== undefined && row.over_s < JUST_NOW_S);
  });
}

function build() {
  return make("li", "", make("b", "time"),
    make("div", "", make("span", "where"), make("span", "at"), make("span", "what"), make("span", "who")));
}

function drawStanding(standing, words, lang) {
  say(find("standing-title"), words.standingTitle);
  mark(find("standing-title"), "count", standing.reduce((n, row) => n + row.open, 0));
  const list = find("standing");
  const shown = standing.slice(0, STANDING);
  fit(list, shown.length, () => make("li", "", make("span", "what"), make("b"), make("span", "where")));
  shown.forEach((row, place) => {
    const item = list.children[place];
    mark(item, "seen", row.unseen === 0);
    name(item.children[0], row.promise.label[lang]);
    say(item.children[1], row.open);
    name(item.children[2], row.others ? `${row.where} +${row.others}` : row.where);
  });
  say(find("standing-none"), standing.length ? "" : words.standingNone);
}
