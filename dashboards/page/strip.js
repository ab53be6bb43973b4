// The hall in six figures, and each promise's day. Invariant: a figure nobody can read from
// ten metres is not in the strip.

import { find, make, mark, say } from "./dom.js";
import { clockOf, countOf, limitOf, percentOf } from "./words.js";

export function drawStrip(view, words, hall) {
  const figures = [
    ["waiting", words.waitingNow, view.waiting, "", "plain"],
    ["longest", words.longestWait, view.waiting ? clockOf(view.longest) : "–", "", "plain"],
    ["p90", words.p90(Math.round(hall.window_s / 60)), view.p90 === null ? "–" : clockOf(view.p90), "", "plain"],
    ["chats", words.chats, view.chats.unanswered, chatsNote(view.chats, words), view.chats.late ? "broken" : "plain"],
    ["warned", words.warned, view.warned, "", view.warned ? "near" : "calm"],
    ["breached", words.breached, view.breached, "", view.breached ? "broken" : "calm"],
  ];
  const strip = find("strip");
  figures.forEach(([id, label, figure, note, level], place) => {
    let item = strip.children[place];
    if (!item) {
      item = make("li", "", make("small"), make("b"), make("em"));
      item.id = `figure-${id}`;
      strip.append(item);
    }
    mark(item, "level", level);
    say(item.children[0], label);
    say(item.children[1], figure);
    say(item.children[2], note);
  });
}

function chatsNote(chats, words) {
  return chats.unanswered ? `${words.longestChat} ${clockOf(chats.longest)}` : words.chatsOf(chats.open);
}

export function drawPromises(view, words) {
  const row = find("promises");
  view.promises.forEach((kept, place) => {
    let card = row.children[place];
    if (!card) {
      card = make("div", "promise", make("h3"), make("p", "limit"), make("b"),
        make("div", "bar", make("i", "fill"), make("i", "aim")), make("p", "count"));
      row.append(card);
    }
    const at = (selector) => card.querySelector(selector);
    mark(card, "grade", kept.grade);
    mark(card, "promise", kept.promise.id);
    say(at("h3"), kept.label);
    say(at(".limit"), `${limitOf(kept.promise, words)} · ${kept.promise.clause}`);
    say(at("b"), kept.share === null ? "–" : percentOf(kept.share));
    at(".fill").style.width = `${(kept.share ?? 0) * 100}%`;
    at(".aim").style.left = `${kept.promise.good * 100}%`;
    const resolution = kept.promise.id === "online-resolution-rate";
    const [good, bad] = resolution ? [words.resolved, words.unresolved] : [words.kept, words.missed];
    say(at(".count"), kept.share === null ? words.noFigures
      : `${good} ${countOf(kept.kept)} · ${bad} ${countOf(kept.missed)}`);
  });
}
