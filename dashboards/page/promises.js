// The day's promises: five cards under the hall, every one on a view of its own.
// Invariant: raw and without what was excused stand side by side; neither hides the other.

import { find, fit, make, mark, name, say } from "./dom.js";
import { countOf, percentOf, roughly } from "./numbers.js";
import { limitOf } from "./words.js";

/** The cards under the hall's tiles. */
export function drawCards(view, words, lang) {
  const cards = view.promises.filter(({ promise }) => promise.card);
  drawInto(find("promises"), cards, words, lang);
}

/**
 * All promises that were judged today, those of the cards judged or not, and of what must not be
 * that it has not been.
 */
export function drawBoard(view, words, lang) {
  const shown = view.promises.filter(({ promise, share }) => promise.card || !promise.share || share !== null);
  const board = find("board");
  const columns = shown.length > 8 ? 5 : 4;
  const rows = Math.ceil(shown.length / columns);
  board.style.setProperty("--columns", columns);
  board.style.setProperty("--rows", rows);
  const worst = rows > 2 ? 3 : 7;
  drawInto(board, shown, words, lang, (card, kept) => {
    tellCounts(card, kept, words, kept.estimated ? words.estimates(countOf(kept.estimated)) : "");
    drawWorst(card.querySelector(".worst"), kept, worst, words);
  });
}

export function drawInto(row, promises, words, lang, more = (card, kept) => tellCounts(card, kept, words)) {
  fit(row, promises.length, () => make("div", "promise", make("h3"), make("p", "limit"), make("b"), make("p", "cleaned"),
    make("div", "bar", make("i", "fill"), make("i", "aim")), make("p", "count"), make("ul", "worst")));
  promises.forEach((kept, place) => {
    const card = row.children[place];
    const at = (selector) => card.querySelector(selector);
    const { promise } = kept;
    mark(card, "grade", kept.grade);
    mark(card, "promise", promise.id);
    name(at("h3"), promise.label[lang]);
    const limit = limitOf(promise, words);
    say(at(".limit"), [limit, promise.clause].filter(Boolean).join(" · "));
    say(at("b"), figureOf(kept, words));
    say(at(".cleaned"), kept.cleaned !== null && promise.share ? words.without(percentOf(kept.cleaned)) : "");
    at(".fill").style.width = `${(promise.share ? (kept.share ?? 0) : 0) * 100}%`;
    at(".aim").style.left = `${promise.good * 100}%`;
    at(".bar").hidden = !promise.share;
    more(card, kept);
  });
}

function figureOf({ promise, share, missed, estimated }, words) {
  if (!promise.share) return words.times(missed);
  return share === null ? "–" : roughly(percentOf(share), estimated);
}

/** What a share is of; `other`: what more there is room to say. */
function tellCounts(card, kept, words, other = "") {
  say(card.querySelector(".count"), [countsOf(kept, words), other].filter(Boolean).join(" · "));
}

function countsOf({ promise, share, kept, missed, excused }, words) {
  if (share === null && promise.share) return words.noFigures;
  const resolution = promise.id === "online-resolution-rate";
  const [good, bad] = resolution ? [words.resolved, words.unresolved] : [words.kept, words.missed];
  const parts = promise.share ? [`${good} ${countOf(kept)}`, `${bad} ${countOf(missed)}`] : [];
  if (excused) parts.push(`${words.excused} ${countOf(excused)}`);
  return parts.join(" · ");
}

function drawWorst(list, { promise, worst }, most, words) {
  const shown = worst.slice(0, most);
  fit(list, shown.length, () => make("li", "", make("span"), make("b")));
  shown.forEach((row, place) => {
    const item = list.children[place];
    mark(item, "grade", row.grade);
    name(item.firstChild, row.section);
    say(item.lastChild, promise.share ? roughly(percentOf(row.share), row.estimated) : words.times(row.missed));
  });
}
