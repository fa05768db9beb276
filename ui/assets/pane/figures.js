// The overview of a report's figures: fetched when it is first opened, then filtered and sorted here.
// It lies over the report; reading.js puts it away to mark the words of a figure, and brings it back.
import { openReport, sheet } from "./report.js";

const overviews = new Map(); // promises of HTML, by the id of the report
let shown = null; // the id of the report whose figures stand in the pane

const view = () => document.getElementById("figures");
const toggle = () => document.getElementById("figures-toggle");
const isOpen = () => view() && !view().hidden;

function fetchOverview(id) {
  if (!overviews.has(id)) overviews.set(id, fetchMarkup(id));
  return overviews.get(id).catch((error) => {
    overviews.delete(id); // so that the next attempt asks again
    throw error;
  });
}

async function fetchMarkup(id) {
  const response = await fetch(`page/figures/${encodeURIComponent(id)}`);
  if (!response.ok) throw new Error(`The figures of ${id} could not be fetched (${response.status}).`);
  return response.text();
}

async function fill(id) {
  if (shown === id && view().firstChild) return;
  shown = id;
  const markup = await fetchOverview(id);
  if (shown !== id) return; // another report was chosen meanwhile
  view().innerHTML = markup;
  view().scrollTop = 0;
  filter();
}

export function showFigures(open) {
  view().hidden = !open;
  document.getElementById("desk").classList.toggle("with-figures", open);
  toggle().setAttribute("aria-pressed", String(open));
  if (open && sheet()) fill(sheet().id); // a report that is still on its way is filled in once it is shown
}

// Shows the rows and charts that the filters let through, and says how many.
function filter() {
  const box = view().querySelector(".filters");
  if (!box) return;
  const { text, period, kind } = Object.fromEntries([...box.querySelectorAll("[name]")].map((one) => [one.name, one.value]));
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (content) => words.every((word) => content.toLowerCase().includes(word));
  const rows = [...view().querySelectorAll("tbody tr")];
  for (const row of rows) {
    const fits = (!period || row.dataset.period === period) && (!kind || row.dataset.kind === kind);
    row.hidden = !(fits && matches(row.textContent));
  }
  for (const chart of view().querySelectorAll("figure")) chart.hidden = !matches(chart.dataset.text);
  const output = box.querySelector("output");
  const count = rows.filter((row) => !row.hidden).length;
  output.textContent = output.dataset.count.replace("{count}", count).replace("{all}", rows.length);
}

function readCell(row, column, key) {
  return key === "number" ? Number(row.dataset.number) : row.cells[column].textContent;
}

// Sorts the table by a column: upwards, downwards, and as in the report again.
function sort(button) {
  const head = button.closest("th");
  const body = view().querySelector("tbody");
  const rows = [...body.rows];
  rows.forEach((row, place) => (row.dataset.place ??= place));
  const next = { none: "ascending", ascending: "descending", descending: "none" }[head.ariaSort];
  for (const other of view().querySelectorAll("thead th")) other.ariaSort = "none";
  head.ariaSort = next;
  const sign = next === "descending" ? -1 : 1;
  const compare = (one, other) => {
    const [a, b] = [one, other].map((row) => readCell(row, head.cellIndex, button.dataset.sort));
    return sign * (typeof a === "number" ? a - b : a.localeCompare(b, "zh"));
  };
  const inOrder = (one, other) => one.dataset.place - other.dataset.place;
  rows.sort((one, other) => (next === "none" ? 0 : compare(one, other)) || inOrder(one, other));
  body.append(...rows);
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("#figures-toggle")) {
    showFigures(!isOpen());
  } else if (isOpen() && target?.closest("#contents, #find")) {
    showFigures(false); // both are about the text
  }
  const button = target?.closest("#figures [data-sort]");
  if (button) sort(button);
});
document.addEventListener("input", (event) => {
  if (event.target.closest?.("#figures .filters")) filter();
});

document.addEventListener("report:shown", () => {
  if (isOpen()) fill(sheet().id);
});
