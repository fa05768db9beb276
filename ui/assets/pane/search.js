// Finding words in the report: all hits are painted as CSS highlights, so the text's elements stay as they are.
// Full-width and ASCII forms, both kinds of quotation marks and of letters count as the same.
import { pane, rangeWithin, reveal, sheet } from "./report.js";

const FULL_WIDTH = 0xfee0; // from an ASCII character to its full-width form

let hits = []; // UTF-16 offsets in the text at which the words begin
let width = 0; // UTF-16 units of the words
let now = 0; // the hit that is shown
let ranges = []; // the DOM ranges of each hit: several where it crosses pieces

const box = () => document.getElementById("find");
const input = () => box().querySelector("input");

// Unifies what reads alike; every UTF-16 unit keeps its place.
function fold(text) {
  return text
    .replace(/[\uff01-\uff5e]/g, (form) => String.fromCharCode(form.charCodeAt(0) - FULL_WIDTH))
    .replace(/[“”]/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(/[\u3000\u00a0]/g, " ")
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function find(words) {
  sheet().folded ??= fold(sheet().text);
  const sought = fold(words.trim());
  hits = [];
  width = sought.length;
  if (!width) return;
  for (let at = sheet().folded.indexOf(sought); at >= 0; at = sheet().folded.indexOf(sought, at + width)) {
    hits.push(at);
  }
}

// Marking a citation replaces text nodes, so ranges are made anew after it.
function makeRanges() {
  const { pieces } = sheet();
  let first = 0;
  ranges = hits.map((at) => {
    while (first + 1 < pieces.length && pieces[first + 1].at <= at) first += 1;
    const parts = [];
    for (let i = first; i < pieces.length && pieces[i].at < at + width; i += 1) {
      const limit = pieces[i + 1]?.at ?? sheet().text.length;
      const from = Math.max(at, pieces[i].at) - pieces[i].at;
      parts.push(rangeWithin(pieces[i].element, from, Math.min(at + width, limit) - pieces[i].at));
    }
    return parts;
  });
}

function paint() {
  const words = input().value.trim();
  const output = box().querySelector("output");
  output.textContent = !words ? "" : hits.length ? `${now + 1} / ${hits.length}` : output.dataset.none;
  for (const button of box().querySelectorAll("button")) button.disabled = !hits.length;
  if (!window.Highlight) return; // an older browser: hits are counted and scrolled to, not painted
  CSS.highlights.set("found", new Highlight(...ranges.flat()));
  CSS.highlights.set("found-now", new Highlight(...(ranges[now] ?? [])));
}

function show() {
  const [range] = ranges[now] ?? [];
  if (!range) return;
  reveal(range.startContainer.parentElement.closest("[data-start]").parentElement);
  const { top, height } = range.getBoundingClientRect();
  const frame = pane().getBoundingClientRect();
  pane().scrollTop += top + height / 2 - (frame.top + frame.height / 2);
}

function search() {
  if (!sheet()) return;
  find(input().value);
  now = 0;
  makeRanges();
  paint();
  show();
}

function step(by) {
  if (!hits.length) return;
  now = (now + by + hits.length) % hits.length;
  paint();
  show();
}

document.addEventListener("input", (event) => {
  if (event.target.closest?.("#find") && !event.isComposing) search();
});
document.addEventListener("compositionend", (event) => {
  if (event.target.closest?.("#find")) search();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#find button");
  if (button) step(Number(button.dataset.step));
});
document.addEventListener(
  "keydown",
  (event) => {
    if (event.isComposing || !event.target.closest?.("#find input")) return;
    if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") {
      input().value = "";
      search();
      pane().focus({ preventScroll: true });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  },
  { capture: true },
);
document.addEventListener("report:shown", () => {
  find(input().value);
  now = 0;
  makeRanges();
  paint();
});
document.addEventListener("report:marked", () => {
  if (!hits.length) return;
  makeRanges();
  paint();
});
