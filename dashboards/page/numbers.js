// How figures, ages, names and numbers of tickets are said. Pure.
// Invariant: a share is cut, not rounded, so that 100% is said only of all.

/** 75.4 → "1:15"; 3675 → "1:01:15"; from 100 hours on, days: "5d". */
export function clockOf(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (h >= 100) return `${Math.floor(h / 24)}d`;
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export const percentOf = (share) => `${Math.floor(share * 100 + 1e-9)}%`;

/** A figure with estimates in it. */
export const roughly = (figure, estimated) => (estimated ? `≈${figure}` : figure);

/** A time, if there is one, and whether there are estimates in it. */
export const takenOf = (seconds, estimated) => (seconds === null ? "–" : roughly(clockOf(seconds), estimated));

export const countOf = (n) => n.toLocaleString("en-US");

/** How wide a text is in ems, near enough: a Chinese character is one. */
export function widthOf(text) {
  let width = 0;
  for (const sign of text) width += sign.codePointAt(0) > 0x2e7f ? 1 : 0.52;
  return Math.max(1, width);
}

/** A journey's own number: without the date before it, and of a long one its end. */
export function numberOf(journey) {
  const own = journey.replace(/^(?:urn:)?\d{6,8}(?:T\d{4,6})?-/, "");
  return own.length > 13 ? `…${own.slice(-12)}` : own;
}

/**
 * What tells each counter from its neighbours, by its code: the number in its name where that
 * is one of its own, else as much of the code as differs, four characters at most.
 */
export function counterMarks(counters) {
  const digits = counters.map(({ name, code }) => (name === code ? "" : name.match(/\d+/g)?.join("-") ?? ""));
  const own = new Set(digits.filter(Boolean)).size === counters.length;
  const prefix = commonPrefix(counters.map(({ code }) => code));
  const tail = (code) => code.slice(Math.max(0, Math.min(prefix, code.length - 2))).slice(-4);
  return counters.map(({ code }, place) => (own ? digits[place] : tail(code)));
}

function commonPrefix(codes) {
  let length = 0;
  if (!codes.length) return 0;
  while (codes.every((code) => length < code.length && code[length] === codes[0][length])) length += 1;
  return length;
}
