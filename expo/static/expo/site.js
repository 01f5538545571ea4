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

// ---- A search box with suggestions: a combobox as the ARIA practices describe it. Without this it is a plain form.
const TYPING_PAUSE = 120;  // ms
const HAN = /\p{Script=Han}/u;

function withSuggestions(input) {
  const list = Object.assign(document.createElement("div"), { id: `${input.id}-list`, className: "suggest", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  const count = Object.assign(document.createElement("p"), { className: "visually-hidden" });
  count.setAttribute("role", "status");
  input.parentElement.append(list, count);
  const starting = { role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(starting)) input.setAttribute(name, value);

  let pause = 0;
  let asking = new AbortController();
  let options = [];
  let active = -1;

  function point(index) {
    options[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = options[active];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function close() {
    clearTimeout(pause);
    asking.abort();
    point(-1);
    list.hidden = true;
    count.textContent = "";
    input.setAttribute("aria-expanded", "false");
  }

  function open(fragment) {
    point(-1);
    list.innerHTML = fragment;
    options = Array.from(list.querySelectorAll("[role=option]"));
    options.forEach((option, index) => { option.id = `${list.id}-${index}`; });
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    count.textContent = list.querySelector("[data-status]").dataset.status;
  }

  async function ask() {
    const text = input.value.trim();
    close();
    if (!HAN.test(text) && text.length < 2) return;
    asking = new AbortController();
    const url = new URL(input.dataset.suggest, location);
    url.searchParams.set("q", input.value.trimStart());
    try {
      const response = await fetch(url, { signal: asking.signal });
      const fragment = await response.text();
      if (response.ok && document.activeElement === input) open(fragment);
    } catch { /* a newer question took its place, or the network is gone: the form still works */ }
  }

  function askSoon() {
    clearTimeout(pause);
    pause = setTimeout(ask, TYPING_PAUSE);
  }

  // The last entry searches: by the form, which keeps what else was chosen in it.
  function choose(option) {
    if ("submit" in option.dataset) {
      close();
      input.form.requestSubmit();
    } else {
      option.click();
    }
  }

  function step(by) {
    if (list.hidden) return ask();
    const stops = options.length + 1;  // the text itself is one of them
    point(((active + 1 + by + stops) % stops) - 1);
  }

  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Escape: () => list.hidden ? false : close(),
    Enter: () => active < 0 ? false : choose(options[active]),
    Home: () => { point(-1); return false; },
    End: () => { point(-1); return false; },
    Tab: () => { close(); return false; },
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !(event.key in keys)) return;
    if (keys[event.key]() !== false) event.preventDefault();
  });
  input.addEventListener("input", (event) => { if (!event.isComposing) askSoon(); });
  input.addEventListener("compositionend", askSoon);
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());  // the focus stays in the box
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-submit]");
    if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(option);
  });
  addEventListener("pagehide", close);
}

function enhance() {
  for (const input of document.querySelectorAll("[data-suggest]")) withSuggestions(input);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", enhance);
else enhance();

// Comparing: what was ticked stays ticked while the filters and the page change, in this tab only. Without scripts the
// button takes what is ticked on this page.
const MOST_COMPARED = 4;

function compared(noun) {
  try { return JSON.parse(sessionStorage.getItem(`compare-${noun}`)) ?? []; } catch { return []; }
}

function keepCompared(noun, slugs) {
  try { sessionStorage.setItem(`compare-${noun}`, JSON.stringify(slugs)); } catch { /* then the ticks last for this page */ }
}

function showCompared(form, slugs, isFull = false) {
  const boxes = [...form.elements].filter((field) => field.type === "checkbox");
  for (const box of boxes) box.checked = slugs.includes(box.value);
  for (const hidden of form.querySelectorAll("input[type=hidden]")) hidden.remove();
  for (const slug of slugs.filter((slug) => !boxes.some((box) => box.value === slug))) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "item", value: slug }));
  }
  form.classList.toggle("compare-bar--on", slugs.length > 0);
  form.querySelector("[data-count]").textContent = slugs.length ? `(${slugs.length})` : "";
  form.querySelector("[data-clear]").hidden = !slugs.length;
  const full = form.querySelector("[data-full]");
  full.textContent = isFull ? full.dataset.full : "";
}

document.addEventListener("change", ({ target }) => {
  const form = target.type === "checkbox" ? target.form : null;
  if (form?.id !== "compare") return;
  const { noun } = form.dataset;
  const others = compared(noun).filter((slug) => slug !== target.value);
  const isFull = target.checked && others.length >= MOST_COMPARED;
  const slugs = target.checked && !isFull ? [...others, target.value] : others;
  keepCompared(noun, slugs);
  showCompared(form, slugs, isFull);
});

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-clear]")?.form;
  if (form?.id !== "compare") return;
  keepCompared(form.dataset.noun, []);
  showCompared(form, []);
});

function rememberCompared() {
  const shown = document.querySelector("[data-compared]");
  if (shown) keepCompared(shown.dataset.compared, shown.dataset.items.split(" ").filter(Boolean));
  const form = document.getElementById("compare");
  if (form) showCompared(form, compared(form.dataset.noun));
}

document.addEventListener("htmx:afterSettle", rememberCompared);
addEventListener("pageshow", rememberCompared);

// A question that follows from the answer to another shows as soon as that answer is there. Without this, after saving.
document.addEventListener("change", ({ target }) => {
  const following = target.form?.querySelectorAll("[data-asked-after]") ?? [];
  if (!following.length) return;
  const given = new FormData(target.form);
  const plain = (text) => text.trim().toLowerCase();
  for (const part of following) {
    const answers = given.getAll(part.dataset.askedAfter).map(plain);
    part.hidden = !answers.includes(plain(part.dataset.askedValue)) && !part.querySelector(".field--bad");
  }
});
