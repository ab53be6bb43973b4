// Which view is shown, and when the next one is. Invariant: whoever touches the wall or presses
// a key has it to himself: it turns on again only when he lets it, or has been gone for a while.

import { find, make, mark, say } from "./dom.js";
import { onPhone } from "./theme.js";

const VIEWS = ["hall", "help", "promises"];
const GONE_AFTER_MS = 120_000;

let every = 0;
let paused = false;
let touched = -GONE_AFTER_MS;
let turned = performance.now();
let words = null;
let begun = false;

export function startViews(hall, said) {
  words = said;
  const asked = new URLSearchParams(location.search);
  const rotate = asked.has("rotate") ? Number(asked.get("rotate")) : hall.rotate_s;
  every = Number.isFinite(rotate) && rotate > 0 ? rotate * 1000 : 0;
  const nav = find("views");
  if (!begun) {
    for (const view of VIEWS) {
      const button = make("button");
      button.type = "button";
      button.addEventListener("click", () => { show(view); touch(); });
      mark(button, "view", view);
      nav.append(button);
    }
    const turn = make("button", "turn");
    turn.type = "button";
    turn.addEventListener("click", () => pause(!paused));
    nav.append(turn);
    addEventListener("keydown", onKey);
    for (const sign of ["pointerdown", "wheel", "touchstart"]) addEventListener(sign, touch, { passive: true });
    setInterval(tick, 250);
  }
  nav.setAttribute("aria-label", words.next);
  nav.title = words.next;
  const first = !begun && VIEWS.includes(asked.get("view")) ? asked.get("view") : document.body.dataset.view;
  begun = true;
  show(first);
}

function show(view) {
  mark(document.body, "view", view);
  turned = performance.now();
  for (const button of find("views").children) {
    const own = button.dataset.view;
    if (own) {
      say(button, words.views[own]);
      button.setAttribute("aria-current", own === view ? "page" : "false");
    }
  }
  tellTurning();
  dispatchEvent(new Event("resize")); // what was hidden has no size until it is shown
}

function tellTurning() {
  const turn = find("views").lastChild;
  const turning = every > 0 && !onPhone();
  turn.hidden = !turning;
  say(turn, isHeld() ? words.paused : words.rotating);
  turn.setAttribute("aria-pressed", String(isHeld()));
  mark(turn, "held", isHeld());
}

const isHeld = () => paused || performance.now() - touched < GONE_AFTER_MS;

function tick() {
  if (every && !isHeld() && !onPhone() && performance.now() - turned >= every) step(1);
  tellTurning();
}

function step(by) {
  const place = VIEWS.indexOf(document.body.dataset.view);
  show(VIEWS[(place + by + VIEWS.length) % VIEWS.length]);
}

function touch() {
  touched = performance.now();
}

function pause(wanted) {
  paused = wanted;
  touched = -GONE_AFTER_MS;
  turned = performance.now();
  tellTurning();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const onButton = event.target instanceof HTMLButtonElement;
  if (event.key === " " && !onButton) {
    event.preventDefault();
    pause(!isHeld());
  } else if (event.key === "ArrowRight") { step(1); touch(); }
  else if (event.key === "ArrowLeft") { step(-1); touch(); }
  else if (/^[1-3]$/.test(event.key)) { show(VIEWS[event.key - 1]); touch(); }
  else if (event.key === "Tab") touch();
}
