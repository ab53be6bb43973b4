// What will be late at the present pace, and how many counters to open now. Takes its place
// from the tiles only while there is something to say.
// Invariant: without the panel `forecast`, or without a row in it, nothing is shown.

import { find, fit, make, mark, name, say } from "./dom.js";

const SHOWN = 3;

export function drawForecast(rows, words, names) {
  const strip = find("forecast");
  strip.hidden = rows.length === 0;
  const worst = [...rows].sort((a, b) => b.will_miss - a.will_miss).slice(0, SHOWN);
  fit(strip, worst.length, () => make("li", "", make("b"), make("span", "where"), make("span", "what"), make("em")));
  worst.forEach((row, place) => {
    const [count, where, what, cure] = strip.children[place].children;
    // Where too little is known how many are needed is empty: then nothing is said of it.
    const more = Math.max(0, (row.counters_needed ?? 0) - row.counters_open);
    say(count, Math.ceil(row.will_miss));
    const service = names.service(row.service);
    name(where, service && service !== row.service ? `${names.section(row.section)} · ${service}` : names.section(row.section));
    say(what, words.forecast(Math.ceil(row.will_miss)));
    say(cure, more ? words.openMore(more, row.counters_open) : words.enough(row.counters_open));
    mark(strip.children[place], "more", more > 0);
  });
}
