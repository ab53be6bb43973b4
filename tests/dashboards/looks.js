// What is wrong with a page that can be measured. Put to the document by `looks.py`.
// Invariant: an answer names the element and its text, so that whoever reads it can go and look.

const FRAMES = ".tile, .promise, .box, aside, aside li, #strip li, .day, #help li, #line, header";
const PARENTS = "body, header, main, aside, #line, ul, ol, .tile, .promise, .box, #board, #promises";

/** Every text on the page with the rectangle of its letters, line by line: the middle of the line
    box, since the box itself is as high as the font's tallest sign. */
function textsShown() {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const text = node.textContent.trim();
    if (!text || !parent.checkVisibility({ visibilityProperty: true })) continue;
    if (parent.closest("svg, #said, noscript, script")) continue;
    const style = getComputedStyle(parent);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) {
      const middle = (line.top + line.bottom) / 2;
      const half = parseFloat(style.fontSize) * 0.4;
      texts.push({ parent, style, text, left: line.left, right: line.right, top: middle - half, bottom: middle + half });
    }
  }
  return texts;
}

const named = (t) => `${t.parent.closest("[id]")?.id}/${t.parent.className} "${t.text}"`;

const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
  && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;

/** Letters outside a box that clips or frames them, beside the page, or under one that does not
    scroll. */
function cut() {
  const out = [];
  const { clientWidth: wide, clientHeight: high } = document.scrollingElement;
  const scrolls = getComputedStyle(document.body).overflowY === "visible";
  for (const t of textsShown()) {
    if (!scrolls && t.bottom > high + 1) out.push(`under the page: ${named(t)}`);
    if (t.left < -1 || t.right > wide + 1) out.push(`beside the page: ${named(t)}`);
    for (let box = t.parent; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX === "visible" && !box.matches(FRAMES)) continue;
      const edge = box.getBoundingClientRect();
      const by = Math.max(t.right - edge.right, edge.left - t.left, t.bottom - edge.bottom, edge.top - t.top);
      if (by <= 1) continue;
      out.push(`cut by ${Math.round(by)} px: ${named(t)}`);
      break;
    }
  }
  return out;
}

/** Letters over letters, and boxes of one parent over each other. */
function overlapping() {
  const out = [];
  const texts = textsShown().sort((a, b) => a.top - b.top);
  texts.forEach((a, place) => {
    for (let next = place + 1; next < texts.length && texts[next].top < a.bottom; next += 1) {
      if (over(a, texts[next])) out.push(`letters: ${named(a)} and ${named(texts[next])}`);
    }
  });
  const called = (box) => box.id || box.className || box.tagName;
  for (const parent of document.querySelectorAll(PARENTS)) {
    const boxes = [...parent.children].filter((child) => child.checkVisibility()
      && !["absolute", "fixed"].includes(getComputedStyle(child).position))
      .map((child) => [child, child.getBoundingClientRect()])
      .filter(([, at]) => at.width && at.height);
    boxes.forEach(([a, at], place) => boxes.slice(place + 1).forEach(([b, bt]) => {
      if (over(at, bt)) out.push(`boxes: ${called(a)} and ${called(b)} in ${called(parent)}`);
    }));
  }
  return out;
}

const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

function rgba(colour) {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
}

/** The ground an element's text stands on. */
function under(element) {
  for (let box = element; box; box = box.parentElement) {
    const ground = rgba(getComputedStyle(box).backgroundColor);
    if (ground[3] > 0.99) return ground;
    // A duty line lies over the tile beside it.
    if (box.matches("#help .duty")) return under(box.parentElement.querySelector(".tile"));
  }
  return [0, 0, 0, 1];
}

const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
  .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);

/** Text without the contrast of WCAG 2 AA: 4.5 to 1, of large letters (24 px and more) 3 to 1. */
function pale() {
  const out = new Set();
  for (const t of textsShown()) {
    const [ink, ground] = [rgba(t.style.color), under(t.parent)];
    const strength = ink[3] * parseFloat(t.style.opacity);
    const seen = ink.slice(0, 3).map((part, place) => part * strength + ground[place] * (1 - strength));
    const [a, b] = [light(seen), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const wanted = parseFloat(t.style.fontSize) >= 24 ? 3 : 4.5;
    if (ratio < wanted) out.add(`${ratio.toFixed(2)} of ${wanted}: ${named(t)}`);
  }
  return [...out];
}

/** Each sign the page shows, once. */
function signs() {
  const said = [document.title, document.body.innerText];
  for (const text of document.querySelectorAll("svg text")) said.push(text.textContent);
  return [...new Set(said.join(""))].filter((sign) => sign.trim()).join("");
}

/** Draws a text as the page would, for the fonts it takes to be asked about. */
function probe(text) {
  const shown = document.createElement("p");
  shown.id = "probe";
  shown.textContent = text;
  shown.style.position = "fixed";
  document.body.append(shown);
  return shown.getBoundingClientRect().width;
}
