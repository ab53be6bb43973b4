// The chief's lists: each person with his limit, each counter with what it is at, each open
// alert with what was done about it.
// Invariant: what does not fit is counted under the list; people who wait come before what
// stands on record.

import { find, fit, keep, make, mark, name, say } from "./dom.js";
import { clockOf, numberOf, percentOf } from "./numbers.js";
import { inOneUnit } from "./words.js";

const NEAR = 0.7;

/** Draws as many of `items` as fit the list's height, and says how many do not. */
function drawFitting(list, items, keyOf, build, update, more) {
  const style = getComputedStyle(list);
  const rowHigh = parseFloat(style.getPropertyValue("--row")) * parseFloat(getComputedStyle(document.documentElement).fontSize);
  const gap = parseFloat(style.rowGap) || 0;
  const across = style.gridTemplateColumns.split(" ").length || 1;
  const room = parseInt(style.getPropertyValue("--room"), 10)
    || Math.max(1, Math.floor((list.clientHeight + gap + 1) / (rowHigh + gap))) * across;
  const shown = items.slice(0, room);
  keep(list, shown, keyOf, build, update);
  const hidden = items.length - shown.length;
  say(find(`${list.id}-more`), hidden ? more(hidden) : "");
}

export function drawPeople(people, words, names, lang) {
  mark(find("people-title"), "count", people.length);
  const build = () => make("li", "", make("b", "who"), make("span", "what"),
    make("div", "bar", make("i", "fill"), make("i", "aim")), make("b", "time"), make("small"));
  drawFitting(find("people"), people, (row) => `${row.promise}/${row.journey}`, build, (item, row) => {
    const at = (selector) => item.querySelector(selector);
    const share = row.limit_s ? row.waited_s / row.limit_s : null;
    mark(item, "level", share === null ? "free" : share > 1 ? "late" : share >= NEAR ? "near" : "fine");
    say(at(".who"), numberOf(row.journey));
    const promise = names.promise(row.promise);
    const service = names.service(row.service);
    name(at(".what"), service !== row.service ? service : promise ? promise.label[lang] : row.promise);
    at(".fill").style.width = `${Math.min(1, (share ?? row.waited_s / 600) / 1.5) * 100}%`;
    at(".aim").hidden = share === null;
    say(at(".time"), clockOf(row.waited_s));
    say(at("small"), row.limit_s ? `/ ${clockOf(row.limit_s)}` : "");
    item.title = row.journey;
  }, words.morePeople);
  if (!people.length) say(find("people-more"), words.nobodyWaits);
}

export function drawCounters(counters, words) {
  mark(find("counters-title"), "count", counters.length);
  const build = () => make("li", "", make("span", "what"), make("b", "time"), make("small", "state"), make("small", "served"));
  drawFitting(find("counters"), counters, (row) => row.code, build, (item, row) => {
    const at = (selector) => item.querySelector(selector);
    mark(item, "state", row.state);
    mark(item, "counter", row.code);
    name(at(".what"), row.name);
    say(at(".time"), row.serving_s === null ? "–" : clockOf(row.serving_s));
    say(at(".state"), words.states[row.state]);
    say(at(".served"), words.servedToday(row.served));
  }, words.more);
  if (!counters.length) say(find("counters-more"), words.noCounters);
}

export function drawAlerts(alerts, words, names) {
  mark(find("alerts-title"), "count", alerts.length);
  const build = () => make("li", "", make("a", "", make("b", "time"), make("span", "what"), make("span", "at"),
    make("span", "who"), make("span", "done")));
  drawFitting(find("alerts"), alerts, (row) => row.alert, build, (item, row) => {
    const link = item.firstChild;
    const at = (selector) => link.querySelector(selector);
    link.setAttribute("href", `../explain/${row.alert.split("/").map(encodeURIComponent).join("/")}${location.search}`);
    mark(item, "level", row.standing ? "standing" : row.state);
    const said = timeOf(row, words);
    say(at(".time"), said);
    mark(at(".time"), "long", said.length > 6);
    name(at(".what"), names.broken(row.promise, words));
    say(at(".at"), row.counter ? words.counter(names.counter(row.counter)) : "");
    say(at(".who"), row.judged ? words.dayShare(row.kept, row.judged, percentOf(row.target)) : numberOf(row.journey));
    const [kind, done] = doneOf(row, words, names);
    say(at(".done"), done);
    mark(at(".done"), "of", kind);
    item.title = `${row.journey} · ${words.clause(row.clause)}`;
  }, words.more);
  if (!alerts.length) say(find("alerts-more"), words.noAlerts);
}

function timeOf(row, words) {
  if (row.standing) return inOneUnit(row.over_s, words.age);
  return row.state === "breached" ? `+${clockOf(row.over_s)}` : clockOf(-row.over_s);
}

/** What was done about it: the strongest of what is known. */
function doneOf(row, words, names) {
  if (row.silenced) return ["silenced", words.silenced];
  if (row.suspected) return ["suspected", words.suspected];
  if (row.acknowledged_by) return ["acknowledged", words.acknowledged(names.person(row.acknowledged_by))];
  if (row.escalation_level > 0) return ["escalated", words.escalated(row.escalation_level)];
  return row.state === "breached" ? ["nobody", words.unacknowledged] : ["none", ""];
}
