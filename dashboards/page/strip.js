// The hall in six figures. Invariant: a figure nobody can read from ten metres is not in the
// strip.

import { find, make, mark, say } from "./dom.js";
import { clockOf, takenOf } from "./numbers.js";

const LONG = 5; // signs of a figure: beyond it there is an hour, or an estimate

export function drawStrip(view, words, hall) {
  const figures = [
    ["waiting", words.waitingNow, view.waiting, "", "plain"],
    ["longest", words.longestWait, view.waiting ? clockOf(view.longest) : "–", "", "plain"],
    ["p90", words.p90(Math.round(hall.window_s / 60)), takenOf(view.p90, view.estimated), "", "plain"],
    ["chats", words.chats, view.chats.unanswered, chatsNote(view.chats, words), view.chats.late ? "broken" : "plain"],
    ["warned", words.warned, view.warned, "", view.warned ? "near" : "calm"],
    ["breached", words.breached, view.breached, "", view.breached ? "broken" : "calm"],
  ];
  drawFigures(figures);
}

/** `figures`: id, label, figure, note, level. */
export function drawFigures(figures) {
  const strip = find("strip");
  figures.forEach(([id, label, figure, note, level], place) => {
    let item = strip.children[place];
    if (!item) {
      item = make("li", "", make("small"), make("b"), make("em"));
      item.id = `figure-${id}`;
      strip.append(item);
    }
    mark(item, "level", level);
    mark(item, "long", String(figure).length > LONG);
    say(item.children[0], label);
    say(item.children[1], figure);
    say(item.children[2], note);
  });
}

function chatsNote(chats, words) {
  return chats.unanswered ? `${words.longestChat} ${clockOf(chats.longest)}` : words.chatsOf(chats.open);
}
