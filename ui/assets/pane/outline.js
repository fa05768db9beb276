// The outline beside the report: leads to its headings and tells which one is being read.
// Where there is no room beside the text it lies over it, and goes away once a heading is chosen.
import { pane, pieceAt, reveal, sheet } from "./report.js";

const ROOMY = 820; // px of the report pane from which on the outline stands beside the text unasked
const READING_LINE = 96; // px below the pane's upper edge: the last heading above it is the one being read

let entries = []; // {link, heading}, in reading order
let current = null;

const outline = () => document.getElementById("outline");
const button = () => document.getElementById("contents");
const isRoomy = () => document.getElementById("desk").clientWidth >= ROOMY;

function unfold(open) {
  outline().hidden = !open;
  button().setAttribute("aria-expanded", String(open));
  if (open) tellCurrent();
}

function tellCurrent() {
  const line = pane().getBoundingClientRect().top + READING_LINE;
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle].heading.getBoundingClientRect().top > line) high = middle;
    else low = middle + 1;
  }
  const link = entries[low - 1]?.link ?? null;
  if (link === current) return;
  current?.removeAttribute("aria-current");
  link?.setAttribute("aria-current", "location");
  current = link;
  if (link && !outline().hidden) {
    const top = link.offsetTop - outline().clientHeight / 2;
    outline().scrollTop = top;
  }
}

function follow(link) {
  const heading = pieceAt(Number(link.hash.slice("#at-".length))).element;
  if (!isRoomy()) unfold(false);
  heading.tabIndex = -1;
  reveal(heading.parentElement, "start");
  heading.focus({ preventScroll: true });
}

document.addEventListener("report:shown", () => {
  current = null;
  outline().replaceChildren(sheet().outline);
  entries = [...sheet().outline.querySelectorAll("a")].map((link) => ({
    link,
    heading: pieceAt(Number(link.hash.slice("#at-".length))).element.parentElement,
  }));
  button().hidden = !entries.length;
  unfold(entries.length > 0 && isRoomy());
  tellCurrent();
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("#contents")) unfold(outline().hidden);
  const link = event.target.closest?.("#outline a");
  if (!link) return;
  event.preventDefault();
  follow(link);
});
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !event.target.closest?.("#outline")) return;
    event.stopPropagation();
    unfold(false);
    button().focus();
  },
  { capture: true },
);

let due = false; // at most one look a frame
document.addEventListener(
  "scroll",
  (event) => {
    if (event.target.id !== "report" || due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      tellCurrent();
    });
  },
  { capture: true, passive: true },
);
