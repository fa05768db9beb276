// The card of a marker or a glossary term: its quote, place and period, shown on hover and on focus.
// The marked words of the report pane have the same card below them, which is how a finger reaches it.
import { readLink, writePermalink } from "../shared/links.js";
import { sheet } from "./report.js";

const SUBJECTS = "a.cite, a.gloss";
const REST = 120; // ms a pointer rests on a link before its card appears
const GRACE = 250; // ms a pointer may take from the link to its card
const GAP = 6; // px between the link and its card, and from the card to the window's edge

const fetched = new Map(); // promises of HTML, by permalink
const card = document.createElement("div");
card.id = "citation-card";
card.setAttribute("role", "dialog");
card.hidden = true;

let subject = null; // the link whose card is shown, or about to be
let byFocus = false; // shown because of focus: only focus or Escape puts it away
let quiet = false; // focus is being moved by this script
let timer = 0;
let marked = null; // the range whose card stands below the report, or is about to

// The content of a card, as new elements.
async function fetchCard(range) {
  const permalink = writePermalink(range);
  if (!fetched.has(permalink)) fetched.set(permalink, fetchMarkup(range));
  const template = document.createElement("template");
  template.innerHTML = await fetched.get(permalink).catch((error) => {
    fetched.delete(permalink); // so that the next attempt asks again
    throw error;
  });
  template.content.querySelector("[data-permalink]").dataset.copy = permalink;
  return template.content;
}

async function fetchMarkup({ id, start, end }) {
  const range = new URLSearchParams({ start, end });
  const response = await fetch(`page/citation/${encodeURIComponent(id)}?${range}`);
  if (!response.ok) throw new Error(`The citation ${start}–${end} could not be fetched (${response.status}).`);
  return response.text();
}

async function show(link, focused) {
  clearTimeout(timer);
  if (subject === link && !card.hidden) return;
  hideCard();
  subject = link;
  byFocus = focused;
  const range = readLink(link);
  const content = await fetchCard({ ...range, id: range.id ?? sheet().id });
  if (subject !== link) return; // the reader has moved on meanwhile
  card.replaceChildren(content);
  card.setAttribute("aria-label", document.getElementById("cited").getAttribute("aria-label"));
  document.body.append(card);
  card.hidden = false;
  link.setAttribute("aria-describedby", card.id);
  place();
}

export function hideCard() {
  clearTimeout(timer);
  subject?.removeAttribute("aria-describedby");
  subject = null;
  card.hidden = true;
}

// Below the link where there is room, else above it; within the window in any case. A link that has gone, because
// its message was rendered anew, leaves the card where it is.
function place() {
  if (!subject.isConnected) return;
  const [link] = subject.getClientRects();
  const lowest = innerHeight - card.offsetHeight - GAP;
  const below = link.bottom + GAP;
  card.style.top = `${Math.max(GAP, below <= lowest ? below : link.top - GAP - card.offsetHeight)}px`;
  card.style.left = `${Math.max(GAP, Math.min(link.left, innerWidth - card.offsetWidth - GAP))}px`;
}

const isOver = (target) => card.contains(target) || subject?.contains(target);

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch" || !(event.target instanceof Element)) return;
  const link = event.target.closest(SUBJECTS);
  if (isOver(event.target)) {
    if (!card.hidden) clearTimeout(timer);
  } else if (link && readLink(link)) {
    clearTimeout(timer);
    timer = setTimeout(() => show(link, false), REST);
  } else if (!byFocus || !subject) {
    clearTimeout(timer);
    timer = setTimeout(hideCard, GRACE);
  }
});
// A finger cannot hover: it shows the definition of a term where it stands, and puts it away elsewhere.
document.addEventListener("pointerdown", (event) => {
  if (subject && event.pointerType === "touch" && !isOver(event.target)) hideCard();
});
document.addEventListener("pointerup", (event) => {
  const link = event.pointerType === "touch" ? event.target.closest?.("a.gloss") : null;
  if (link) show(link, true);
});
document.addEventListener("focusin", (event) => {
  const link = event.target.closest?.(SUBJECTS);
  if (!quiet && link?.matches(":focus-visible") && readLink(link)) show(link, true);
});
document.addEventListener("focusout", (event) => {
  if (!quiet && byFocus && subject && !isOver(event.relatedTarget)) hideCard();
});
document.addEventListener("scroll", () => subject && !card.hidden && place(), { capture: true, passive: true });

function focusQuietly(element) {
  quiet = true;
  element.focus({ preventScroll: true });
  quiet = false;
}

// The card stands at the end of the page, and is read between its link and what follows the link.
function moveFocus(event) {
  const buttons = [...card.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (document.activeElement === subject && !event.shiftKey) {
    event.preventDefault();
    focusQuietly(buttons[0]);
  } else if (at === 0 && event.shiftKey) {
    event.preventDefault();
    focusQuietly(subject);
  } else if (at === buttons.length - 1 && !event.shiftKey) {
    focusQuietly(subject); // and from there on to what follows
    hideCard();
  }
}

document.addEventListener(
  "keydown",
  (event) => {
    if (card.hidden) return;
    if (event.key === "Tab") moveFocus(event);
    if (event.key !== "Escape") return;
    event.stopPropagation();
    if (card.contains(document.activeElement)) focusQuietly(subject);
    hideCard();
  },
  { capture: true },
);

document.addEventListener("report:shown", () => {
  marked = null;
  document.getElementById("cited").hidden = true;
});
document.addEventListener("report:marked", async ({ detail }) => {
  if (detail.quietly) {
    marked = null;
    document.getElementById("cited").hidden = true;
    return;
  }
  hideCard();
  marked = detail;
  const content = await fetchCard(detail);
  if (marked !== detail) return;
  const bar = document.getElementById("cited");
  bar.replaceChildren(content);
  bar.hidden = false;
});
