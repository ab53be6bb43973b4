// From the panels' rows to what is drawn: one value per section, and the hall's own.
// Pure. Invariant: a section that has people past the limit or an open breach is "broken".

const STEPS_OF_LIMIT = 20; // a step is a twentieth of the limit, as panel `people` counts
const NEAR = 0.7;

function empty(code, name) {
  return {
    code, name, waiting: 0, late: 0, longest: 0, p90: null, estimated: 0, breached: 0, warned: 0, heat: 0,
    people: [], chats: null, counters: [], desk: false, level: "calm",
  };
}

/** The view of one snapshot, in the names of `hall` and the language `lang`. */
export function viewOf(hall, snapshot, names) {
  const rows = (id) => snapshot.figures[id] ?? [];
  const sections = new Map(hall.sections.map((s) => [s.code, empty(s.code, names.section(s.code))]));
  const at = (code) => {
    if (!sections.has(code)) sections.set(code, empty(code, names.section(code)));
    return sections.get(code);
  };
  for (const row of rows("queue")) {
    Object.assign(at(row.section), { waiting: row.waiting, late: row.late, longest: row.longest_s });
  }
  for (const row of rows("people")) {
    const section = at(row.section);
    section.people.push(row);
    if (row.promised) section.heat = Math.max(section.heat, row.step / STEPS_OF_LIMIT);
  }
  const whole = { p90: null, estimated: 0 };
  for (const row of rows("wait_p90")) {
    const p90 = row.answered + row.waiting ? row.p90_s : null;
    Object.assign(row.hall ? whole : at(row.section), { p90, estimated: row.estimated });
  }
  const tiled = (row) => !hall.others.some((other) => other.code === row.section);
  // What belongs to no section (a silent source of the whole hall) is in the list beside.
  for (const row of rows("alerts").filter(tiled)) {
    Object.assign(at(row.section), { breached: row.breached, warned: row.warned });
  }
  for (const row of rows("chats")) at(row.section).chats = row;
  for (const [code, counters] of countersBySection(hall, rows("counters"), names)) {
    at(code).counters = counters;
  }
  for (const section of sections.values()) {
    // A section that only ever answers chats: its chats are its queue.
    section.desk = Boolean(section.chats) && !section.waiting && !section.counters.length;
    section.level = levelOf(section);
  }
  const all = [...sections.values()];
  const chats = {
    open: sum(all, (s) => s.chats?.open ?? 0),
    unanswered: sum(all, (s) => s.chats?.unanswered ?? 0),
    late: sum(all, (s) => s.chats?.late ?? 0),
    longest: most(all, (s) => s.chats?.longest_s ?? 0),
  };
  const waiting = sum(all, (s) => s.waiting);
  return {
    sections: all,
    promises: promisesOf(hall, rows("kept_today"), names),
    breaches: rows("breaches"),
    warnings: rows("warnings"),
    standing: standingOf(hall, rows("standing"), names),
    sources: rows("sources"),
    forecast: rows("forecast").filter((row) => row.will_miss > 0),
    curve: rows("day_curve"),
    arrivals: rows("arrivals")[0],
    waiting,
    longest: most(all, (s) => s.longest),
    ...whole,
    breached: sum(rows("alerts"), (row) => row.breached),
    warned: sum(rows("alerts"), (row) => row.warned),
    chats,
    busy: waiting > 0 || chats.open > 0,
  };
}

function levelOf(section) {
  if (section.breached || section.late || section.chats?.late) return "broken";
  if (section.warned || section.heat >= NEAR) return "near";
  return section.waiting || (section.desk && section.chats.unanswered) ? "busy" : "calm";
}

/** Sections that need help, worst first: people past the limit, open breaches, then warnings. */
export function needingHelp(view) {
  const weight = (s) => s.breached * 1e6 + (s.late + (s.chats?.late ?? 0)) * 1e4 + s.warned * 100 + s.heat * 10;
  return view.sections
    .filter((s) => s.level === "broken" || s.level === "near")
    .sort((a, b) => weight(b) - weight(a) || a.code.localeCompare(b.code));
}

/** The hall's plan says whose counter it is, where it names it; else the rows do. */
export function countersBySection(hall, rows, names) {
  const home = new Map(hall.counters.map((counter) => [counter.code, counter.section]));
  const found = new Map();
  for (const row of rows) {
    const code = home.get(row.counter) ?? row.section;
    const own = found.get(code) ?? found.set(code, new Map()).get(code);
    const before = own.get(row.counter);
    own.set(row.counter, before ? joined(before, row) : {
      ...row, code: row.counter, name: names.counter(row.counter),
    });
  }
  return [...found].map(([code, own]) => [code, [...own.values()].map(withState)]);
}

const joined = (a, b) => ({
  ...a,
  served: a.served + b.served,
  serving_s: either(a.serving_s, b.serving_s),
  filing: either(a.filing, b.filing),
  on_duty: either(a.on_duty, b.on_duty),
});

const either = (a, b) => (a === null ? b : b === null ? a : Math.max(a, b));

function withState(counter) {
  const filing = counter.filing ?? 0;
  const serving = counter.serving_s !== null;
  const still = counter.on_duty === null ? "idle" : counter.on_duty ? "free" : "off";
  const state = filing > 1 ? "late" : filing > 0.75 ? "near" : serving ? "busy" : still;
  return { ...counter, state };
}

/** Each promise of the day over the hall, with the sections where it was kept least. */
export function promisesOf(hall, rows, names) {
  return hall.promises.map((promise) => {
    const own = rows.filter((row) => row.promise === promise.id).map((row) => ({
      section: names.section(row.section), kept: row.kept, missed: missedOf(row), excused: row.excused,
      estimated: row.estimated,
    }));
    const total = {
      kept: sum(own, (r) => r.kept), missed: sum(own, (r) => r.missed), excused: sum(own, (r) => r.excused),
      estimated: sum(own, (r) => r.estimated),
    };
    const worst = own.filter((row) => row.missed).sort((a, b) => shareOf(a) - shareOf(b) || b.missed - a.missed);
    return {
      promise, ...total, share: own.length ? shareOf(total) : null, cleaned: cleanedOf(total),
      grade: own.length || !promise.share ? gradeOf(promise, total) : "none",
      worst: worst.map((row) => ({ ...row, share: shareOf(row), grade: gradeOf(promise, row) })),
    };
  });
}

const missedOf = (row) => row.late + row.left_late + row.waiting_late + row.missed;
const shareOf = ({ kept, missed }) => kept / (kept + missed);

/** Without what was excused; null: nothing was excused, or nothing else is left. */
function cleanedOf({ kept, missed, excused }) {
  return excused && kept + missed > excused ? kept / (kept + missed - excused) : null;
}

function gradeOf(promise, figures) {
  if (!promise.share) return figures.missed ? "poor" : "good";
  const share = shareOf(figures);
  return share >= promise.good ? "good" : share >= promise.poor ? "fair" : "poor";
}

/** By promise, in the order of the plan: how many stand open, and where most of them. */
function standingOf(hall, rows, names) {
  return hall.promises.flatMap((promise) => {
    const own = rows.filter((row) => row.promise === promise.id);
    if (!own.length) return [];
    const open = sum(own, (row) => row.open);
    const unseen = open - sum(own, (row) => row.acknowledged);
    const [first] = [...own].sort((a, b) => b.open - a.open);
    return [{ promise, open, unseen, where: names.section(first.section), others: own.length - 1 }];
  });
}

const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);
const most = (items, of) => items.reduce((top, item) => Math.max(top, of(item)), 0);
