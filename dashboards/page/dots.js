// Everybody who waits, as a dot on the way to the limit and past it. Where a dot stands says how
// long; its colour only says it again. Invariant: nobody is left out: what is higher than the
// stack is counted over it.

const SVG = "http://www.w3.org/2000/svg";
const STEPS_A_BIN = 2; // a bin is a tenth of the limit
const BINS = 16; // up to one and a half times the limit, and beyond in the last
const LIMIT_BIN = 10;
const LATE_STEP = 20, NEAR_STEP = 14; // of the twentieths of panel `people`

export function drawDots(svg, people, stack) {
  const [wide, high] = [svg.clientWidth || 300, svg.clientHeight || 60];
  const signature = `${wide}.${high}.${people.map((p) => `${p.promised}.${p.step}.${p.people}`).join()}`;
  if (svg.dataset.drawn === signature) return;
  svg.dataset.drawn = signature;
  svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
  const base = high * 0.96;
  const bin = wide / BINS;
  const pitch = Math.min(bin, base / stack);
  const x = (place) => (place + 0.5) * bin;
  const shapes = [shape("rect", "rail", { x: 0, y: base, width: wide, height: high - base })];
  binned(people).forEach((kinds, place) => {
    const shown = kinds.length > stack ? kinds.slice(0, stack - 1) : kinds;
    shown.forEach((kind, row) => shapes.push(
      shape("circle", kind, { cx: x(place), cy: base - (row + 0.55) * pitch, r: pitch * 0.42 })));
    if (shown.length < kinds.length) {
      const more = shape("text", `more ${kinds[0]}`, { x: x(place), y: base - (stack - 0.72) * pitch, "font-size": pitch * 0.9 });
      more.textContent = `+${kinds.length - shown.length}`;
      shapes.push(more);
    }
  });
  const line = Math.max(1.5, Math.min(wide / 150, high / 30));
  shapes.push(shape("rect", people.length ? "limit" : "limit far", { x: LIMIT_BIN * bin - line / 2, y: 0, width: line, height: high }));
  svg.replaceChildren(...shapes);
}

/** For each tenth of the limit, the kinds of those who stand there, worst first. */
function binned(people) {
  const bins = Array.from({ length: BINS }, () => []);
  for (const { promised, step, people: count } of people) {
    // Exactly at the limit is kept: whoever stands at the twentieth step is still before it.
    const place = promised && step === LATE_STEP ? LIMIT_BIN - 1 : Math.floor(step / STEPS_A_BIN);
    const kind = !promised ? "free" : step > LATE_STEP ? "late" : step >= NEAR_STEP ? "near" : "fine";
    for (let n = 0; n < count; n += 1) bins[Math.min(BINS - 1, place)].push(kind);
  }
  const order = ["late", "near", "fine", "free"];
  for (const kinds of bins) kinds.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return bins;
}

export function dotsOf() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

function shape(tag, kind, numbers) {
  const element = document.createElementNS(SVG, tag);
  element.setAttribute("class", kind);
  for (const [key, value] of Object.entries(numbers)) {
    element.setAttribute(key, Math.round(value * 100) / 100);
  }
  return element;
}
