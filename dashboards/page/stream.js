// The stream of snapshots, and how fresh it is. Reconnects by itself (EventSource does; a
// stream the server refused is opened anew). Invariant: silence is noticed within seconds.

const SILENT_AFTER_MS = 3000;
const LOST_AFTER_MS = 8000;
const TRY_AGAIN_MS = 2000;

/**
 * Calls `on.hall`, `on.snapshot` as they come and `on.fresh(state, age_s, why)` each 250 ms.
 * `url` is relative to the page.
 */
export function watch(url, on) {
  let heard = performance.now();
  let snapshot = null;
  let broken = false;
  let source;

  function open() {
    source = new EventSource(url);
    source.addEventListener("hall", (event) => on.hall(JSON.parse(event.data)));
    source.addEventListener("snapshot", (event) => {
      snapshot = JSON.parse(event.data);
      heard = performance.now();
      broken = false;
      on.snapshot(snapshot);
    });
    source.onopen = () => { broken = false; };
    source.onerror = () => {
      broken = true;
      if (source.readyState === EventSource.CLOSED) setTimeout(open, TRY_AGAIN_MS);
    };
  }

  function freshness() {
    const silent = performance.now() - heard;
    if (silent > LOST_AFTER_MS || (broken && silent > SILENT_AFTER_MS)) return "offline";
    if (!snapshot) return "connecting";
    if (silent > SILENT_AFTER_MS) return "slow";
    return Object.keys(snapshot.stale).length ? "stale" : "live";
  }

  setInterval(() => on.fresh(freshness(), (performance.now() - heard) / 1000), 250);
  open();
}
