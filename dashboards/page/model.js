// From the panels' rows to what is drawn: one value per section, and the hall's own.
// Pure. Invariant: a section that has people past the limit or an open breach is "broken".

const STEPS_OF_LIMIT = 20; // a step is a twentieth of the limit, as panel `people` counts
const NEAR = 0.7;

function empty(code, name) {
  return {
    code, name, waiting: 0, late: 0, longest: 0, p90: null, breached: 0, warned: 0, heat: 0,
    people: [], chats: null, kept: [], counters: [], desk: false,
    level: "calm",
  };
}

/** The view of one snapshot, in the names of `hall` and the language `lang`. */
export function viewOf(hall, snapshot, lang) {
  const figures = snapshot.figures;
  const rows = (id) => figures[id] ?? [];
  const sections = new Map(hall.sections.map((s) => [s.code, empty(s.code, s[lang] || s.code)]));
  const at = (code) => {
    if (!sections.has(code)) sections.set(code, empty(code, code));
    return sections.get(code);
  };
  for (const row of rows("queue")) {
    Object.assign(at(row.section), { waiting: row.waiting, late: row.late, longest: row.longest_s });
  }
  for (const row of rows("people")) {
    at(row.section).people.push(row);
    if (row.promised) {
      const section = at(row.section);
      section.heat = Math.max(section.heat, row.step / STEPS_OF_LIMIT);
    }
  }
  let hallP90 = null;
  for (const row of rows("wait_p90")) {
    if (row.hall) hallP90 = row.answered + row.waiting ? row.p90_s : null;
    else at(row.section).p90 = row.p90_s;
  }
  for (const row of rows("alerts")) {
    Object.assign(at(row.section), { breached: row.breached, warned: row.warned });
  }
  for (const row of rows("chats")) at(row.section).chats = row;
  for (const row of rows("counters")) at(row.section).counters.push(row);
  const promises = promisesOf(hall, rows, at, lang);
  for (const section of sections.values()) {
    // A section that only ever answers chats: its chats are its queue.
    section.desk = Boolean(section.chats) && !section.waiting && !section.counters.length;
    section.level = levelOf(section);
  }
  const all = [...sections.values()];
  return {
    sections: all,
    promises,
    breaches: rows("breaches"),
    warnings: rows("warnings"),
    curve: rows("day_curve"),
    arrivals: rows("arrivals")[0],
    waiting: sum(all, (s) => s.waiting),
    longest: most(all, (s) => s.longest),
    p90: hallP90,
    breached: sum(all, (s) => s.breached),
    warned: sum(all, (s) => s.warned),
    chats: {
      open: sum(all, (s) => s.chats?.open ?? 0),
      unanswered: sum(all, (s) => s.chats?.unanswered ?? 0),
      late: sum(all, (s) => s.chats?.late ?? 0),
      longest: most(all, (s) => s.chats?.longest_s ?? 0),
    },
  };
}

function levelOf(section) {
  if (section.breached || section.late || section.chats?.late) return "broken";
  if (section.warned || section.heat >= NEAR) return "near";
  return section.waiting || (section.desk && section.chats.unanswered) ? "busy" : "calm";
}

/** Each promise over the hall; each section gets its own share on the way. */
function promisesOf(hall, rows, at, lang) {
  const totals = new Map();
  const add = (section, promise, kept, missed) => {
    const told = hall.promises.find((p) => p.id === promise);
    if (!told || !(kept + missed)) return;
    at(section).kept.push({ promise: told, share: kept / (kept + missed), grade: gradeOf(told, kept, missed) });
    const total = totals.get(promise) ?? { kept: 0, missed: 0 };
    totals.set(promise, { kept: total.kept + kept, missed: total.missed + missed });
  };
  for (const row of rows("kept_today")) {
    add(row.section, row.promise, row.kept, row.late + row.left_late + row.waiting_late);
  }
  for (const row of rows("resolution_today")) {
    add(row.section, "online-resolution-rate", row.resolved, row.closed - row.resolved);
  }
  return hall.promises.filter((p) => p.card).map((promise) => {
    const total = totals.get(promise.id);
    return {
      promise, label: promise.label[lang],
      kept: total?.kept ?? 0, missed: total?.missed ?? 0,
      share: total ? total.kept / (total.kept + total.missed) : null,
      grade: total ? gradeOf(promise, total.kept, total.missed) : "none",
    };
  });
}

function gradeOf(promise, kept, missed) {
  const share = kept / (kept + missed);
  return share >= promise.good ? "good" : share >= promise.poor ? "fair" : "poor";
}

const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);
const most = (items, of) => items.reduce((top, item) => Math.max(top, of(item)), 0);
