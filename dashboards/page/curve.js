// The day's curve: arrivals and served per quarter of an hour, and how many then waited.

import { init } from "../vendor/echarts-6.1.0.js";
import { find } from "./dom.js";
import { colour } from "./theme.js";

const QUARTER_S = 900;
let chart = null;
let drawn = "";

export function drawCurve(rows, timeZone, words) {
  const root = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const signature = JSON.stringify([rows, root, words.day, colour("--dim")]);
  if (!find("curve").clientWidth) return; // not on the view shown
  if (!chart) {
    chart = init(find("curve"), null, { renderer: "svg" });
    new ResizeObserver(() => chart.resize()).observe(find("curve"));
  }
  if (signature === drawn) return;
  drawn = signature;
  chart.setOption(optionOf(wholeDay(rows), timeZone, root), { notMerge: true });
}

/** Every quarter from the first to the last: a quiet one is an empty place, not a gap. */
function wholeDay(rows) {
  const byTime = new Map(rows.map((row) => [row.slot_at, row]));
  const slots = [];
  let waiting = 0;
  const [first, last] = [rows[0]?.slot_at, rows.at(-1)?.slot_at];
  // Nine hours at least, so that the morning's bars are no wider than the evening's.
  const end = rows.length ? Math.max(last, first + 35 * QUARTER_S) : 0;
  for (let at = first; at <= end; at += QUARTER_S) {
    const row = byTime.get(at);
    waiting = row ? row.waiting : waiting;
    slots.push({ at, arrived: row?.arrived ?? 0, served: row?.served ?? 0, waiting: at <= last ? waiting : null });
  }
  return slots;
}

function optionOf(slots, timeZone, root) {
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  const label = { color: colour("--dim"), fontSize: root * 0.85, fontFamily: "Hall Figures, Hall Text, sans-serif" };
  const axis = { type: "value", splitNumber: 2, axisLabel: label, minInterval: 1,
    splitLine: { lineStyle: { color: colour("--edge") } } };
  return {
    animation: false,
    grid: { left: root * 2.2, right: root * 2.2, top: root * 0.6, bottom: root * 1.5 },
    xAxis: {
      type: "category", data: slots.map((slot) => hour.format(slot.at * 1000)),
      axisLabel: { ...label, interval: (_, text) => text.endsWith(":00") }, axisTick: { show: false },
      axisLine: { lineStyle: { color: colour("--edge") } },
    },
    yAxis: [axis, { ...axis, splitLine: { show: false } }],
    series: [
      { type: "bar", name: "arrived", data: slots.map((s) => s.arrived), itemStyle: { color: colour("--blue") }, barGap: "0%", barCategoryGap: "25%", silent: true },
      { type: "bar", name: "served", data: slots.map((s) => s.served), itemStyle: { color: colour("--good") }, silent: true },
      { type: "line", name: "waiting", yAxisIndex: 1, data: slots.map((s) => s.waiting), step: false, symbol: "none",
        lineStyle: { color: colour("--waiting"), width: root * 0.16 }, areaStyle: { color: colour("--waiting"), opacity: 0.1 }, silent: true },
    ],
  };
}
