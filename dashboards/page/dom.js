// Small ways of touching the document. Invariant: what came from data is only ever set as
// text or as an attribute, never parsed as HTML.

import { widthOf } from "./numbers.js";

/** A new element with a class and, in it, its children. */
export function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** Sets text only when it differs: an unchanged figure costs no layout. */
export function say(element, text) {
  const said = String(text);
  if (element.textContent !== said) element.textContent = said;
}

/**
 * A name somebody else gave, of any length: the style sets it as small as it must be
 * (`--ems`), on two lines from twelve characters on. It is never cut.
 */
export function name(element, text) {
  if (element.textContent === text) return;
  element.textContent = text;
  const ems = widthOf(text);
  const two = ems > 11;
  element.style.setProperty("--ems", (two ? ems / 2 + 1 : ems).toFixed(2));
  mark(element, "lines", two ? 2 : 1);
}

export function mark(element, name, value) {
  const said = String(value);
  if (element.dataset[name] !== said) element.dataset[name] = said;
}

export const find = (id) => document.getElementById(id);

/** As many children as `count`, made by `build`. */
export function fit(row, count, build) {
  while (row.children.length < count) row.append(build());
  while (row.children.length > count) row.lastChild.remove();
}

/**
 * Keeps a list's elements in step with keyed items: new ones enter, gone ones leave, moved
 * ones slide to their place.
 */
export function keep(list, items, keyOf, build, update) {
  const before = new Map([...list.children].map((el) => [el.dataset.key, el]));
  const tops = new Map([...before].map(([key, el]) => [key, el.offsetTop]));
  const first = before.size === 0;
  const kept = items.map((item) => {
    const key = keyOf(item);
    let element = before.get(key);
    if (!element) {
      element = build(item);
      element.dataset.key = key;
      if (!first) element.classList.add("entering");
    }
    before.delete(key);
    update(element, item);
    return element;
  });
  for (const gone of before.values()) gone.remove();
  kept.forEach((element, place) => {
    if (list.children[place] !== element) list.insertBefore(element, list.children[place] ?? null);
  });
  for (const element of kept) {
    const moved = (tops.get(element.dataset.key) ?? element.offsetTop) - element.offsetTop;
    if (moved) {
      element.animate([{ transform: `translateY(${moved}px)` }, { transform: "none" }],
        { duration: 400, easing: "ease-out" });
    }
  }
}
