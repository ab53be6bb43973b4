// Small ways of touching the document. Invariant: what came from data is only ever set as
// text or as an attribute, never parsed as HTML.

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

export function mark(element, name, value) {
  const said = String(value);
  if (element.dataset[name] !== said) element.dataset[name] = said;
}

export const find = (id) => document.getElementById(id);

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
