// Dark or light. Invariant: the address wins over the hall's setting; with neither, a phone is
// as its owner has it and a wall is dark.

const PHONE = matchMedia("(max-width: 56rem) and (orientation: portrait)");
const LIGHT = matchMedia("(prefers-color-scheme: light)");

let wanted = "auto";

function apply() {
  const own = PHONE.matches && LIGHT.matches ? "light" : "dark";
  const theme = wanted === "auto" ? own : wanted;
  if (document.documentElement.dataset.theme === theme) return;
  document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event("theme"));
}

/** `setting`: the hall's; unknown until the hall has been heard of. */
export function dress(setting = "auto") {
  const asked = new URLSearchParams(location.search).get("theme");
  wanted = ["dark", "light", "auto"].includes(asked) ? asked : setting;
  apply();
}

export const onPhone = () => PHONE.matches;

/** A colour of the palette, as the theme has it. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

PHONE.addEventListener("change", apply);
LIGHT.addEventListener("change", apply);
