// Names for what Django's widgets leave unnamed: choices with search, date and time parts, cells of rows below a record.
function headingOf(field) {
  const cell = field.closest("td");
  if (!cell) return "";
  const heading = cell.closest("table")?.tHead?.rows[0]?.cells[cell.cellIndex];
  return heading ? heading.textContent.trim() : "";
}

function labelOf(field) {
  const row = field.closest(".form-row, .fieldBox, td");
  const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`) ?? row?.querySelector("label");
  return headingOf(field) || (label ? label.textContent.trim().replace(/[:\uff1a]$/, "") : "");
}

function nameFields(root) {
  for (const field of root.querySelectorAll("#content form :is(input:not([type='hidden'], [type='submit'], [type='button']), select, textarea)")) {
    if (field.labels?.length || field.getAttribute("aria-label")) continue;
    const name = labelOf(field);
    if (name) field.setAttribute("aria-label", name);
  }
  for (const choice of root.querySelectorAll(".select2-selection")) {
    const field = choice.closest(".select2-container")?.previousElementSibling;
    const name = field && labelOf(field);
    if (!name) continue;
    choice.setAttribute("aria-label", [name, choice.textContent.replace("×", "").trim()].filter(Boolean).join(": "));
    choice.removeAttribute("aria-labelledby");
    for (const inner of choice.querySelectorAll("[role='textbox']")) for (const name of ["role", "aria-readonly"]) inner.removeAttribute(name);
  }
  // On a phone the headings of such rows are out of sight: each cell says its own.
  for (const cell of root.querySelectorAll(".tabular tbody td:not(.original, .hidden)")) {
    const heading = cell.parentElement.matches(".form-row") && headingOf(cell);
    if (heading) cell.dataset.label = heading;
  }
  for (const mark of root.querySelectorAll(".search-label-icon[aria-label]")) mark.setAttribute("role", "img");
  for (const heading of root.querySelectorAll("thead th:empty")) heading.setAttribute("role", "presentation");
}

const again = () => nameFields(document);
window.addEventListener("load", again);
// A choice with search appears whenever its own script gets to it.
new MutationObserver((changes) => {
  if (changes.some((change) => [...change.addedNodes].some((node) => node.classList?.contains("select2-container")))) again();
}).observe(document.documentElement, { childList: true, subtree: true });
document.addEventListener("formset:added", () => setTimeout(again));
document.addEventListener("change", again);
