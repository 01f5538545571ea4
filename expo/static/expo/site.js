// The site's own script: light or dark, and nothing lost when htmx swaps a part of the page. Every page works without it.
const root = document.documentElement;
root.dataset.script = "";

function remembered() {
  try { return localStorage.getItem("theme"); } catch { return null; }
}

function remember(theme) {
  try { localStorage.setItem("theme", theme); } catch { /* private windows refuse; the choice then lasts for this page */ }
}

const stored = remembered();
if (stored === "light" || stored === "dark") root.dataset.theme = stored;

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const now = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.theme = now === "dark" ? "light" : "dark";
  remember(root.dataset.theme);
});

// The language switch and the search box follow the filters that were chosen in place, not the hand that is typing.
function followAddress() {
  for (const link of document.querySelectorAll(".tools a[hreflang]")) link.search = location.search;
  const box = document.getElementById("q");
  if (box && box !== document.activeElement) box.value = new URLSearchParams(location.search).get("q") ?? "";
}

document.addEventListener("htmx:pushedIntoHistory", followAddress);
document.addEventListener("htmx:historyRestore", followAddress);

// htmx: disclosures with an id stay as the reader left them. The focus stays on the control it was on; where that is
// gone, it goes to [data-focus] or to main.
let disclosures = new Map();
let focused = null;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  disclosures = new Map(Array.from(document.querySelectorAll("details[id]"), (box) => [box.id, box.open]));
  focused = detail.target.contains(document.activeElement) ? document.activeElement : null;
});

document.addEventListener("htmx:afterSettle", () => {
  for (const [id, open] of disclosures) {
    const box = document.getElementById(id);
    if (box) box.open = open;
  }
  const active = document.activeElement;
  if (focused && !focused.isConnected && (!active || active === document.body)) {
    const same = focused.id && document.getElementById(focused.id);
    (same || document.querySelector("[data-focus]") || document.querySelector("main")).focus({ preventScroll: true });
  }
  focused = null;
  // A live region speaks only if it was there before its words: this one is outside what is swapped.
  const count = document.getElementById("count");
  if (count) document.getElementById("count-said").textContent = count.textContent.replace(/\s+/g, " ").trim();
});
