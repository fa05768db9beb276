// Following a link into the report (a marker, a source, a term, a permalink), and the way back from it.
// Any `a[href="#cite-N-START-END"]` on the page is one; the others of the page's reading scripts come with it.
import "../shared/copying.js";
import "./arrival.js";
import "./outline.js";
import "./search.js";
import { hideCard } from "./cards.js";
import { showFigures } from "./figures.js";
import { LINKS, readLink, readPermalink } from "../shared/links.js";
import { mark, openReport, pane, sheet } from "./report.js";

const PRESS_TOLERANCE = 8; // px a pointer may move between press and release and still be a press

let origin = null; // the link that was followed last: the way back leads to it

// On a narrow screen only one pane has room: "conversation" or "report".
function showPane(name) {
  hideCard();
  document.documentElement.dataset.pane = name;
}

async function follow(link) {
  const { id, start, end } = readLink(link);
  await openReport(id ?? sheet().id);
  origin = link;
  showPane("report");
  showFigures(false);
  mark(start, end);
}

// A message may have been rendered anew since its link was followed: then the same link of the new one.
function findOrigin() {
  if (!origin || origin.isConnected) return origin;
  const alike = (link) => link.hash === origin.hash && link.className === origin.className;
  return [...document.querySelectorAll(LINKS)].filter(alike).at(-1);
}

function goBack(target) {
  if (!target?.closest("#source")) showPane("conversation");
  if (target?.closest("#figures")) showFigures(true);
  target?.focus();
}

function linkAt(event) {
  const link = event.target instanceof Element ? event.target.closest(LINKS) : null;
  return link && readLink(link) ? link : null;
}

// A message that is still growing is rendered anew between press and release, and the click is lost with the
// element it began on: remember the link when it is pressed, follow it when the pointer is released.
let pressed = null;
document.addEventListener("pointerdown", (event) => {
  const link = event.button === 0 ? linkAt(event) : null;
  pressed = link && { link, x: event.clientX, y: event.clientY };
});
document.addEventListener("pointerup", (event) => {
  const moved = pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y);
  const explains = event.pointerType === "touch" && pressed?.link.matches(".gloss"); // cards.js shows it in place
  if (pressed && moved < PRESS_TOLERANCE && !explains) follow(pressed.link);
  pressed = null;
});
document.addEventListener("pointercancel", () => {
  pressed = null;
});
document.addEventListener("click", (event) => {
  const link = linkAt(event);
  if (!link) return;
  event.preventDefault();
  if (event.detail === 0) follow(link); // from the keyboard: no pointer was involved
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest?.("#source") && origin) goBack(findOrigin());
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".switch button");
  if (!button) return;
  const name = button.dataset.pane;
  const back = name === "conversation" ? findOrigin() : null;
  const same = `#${name === "report" ? "source" : "conversation"} .switch [data-pane='${name}']`;
  showPane(name);
  (back && !back.closest("#source") ? back : document.querySelector(same))?.focus(); // the report may still be on its way
});
document.addEventListener("change", (event) => {
  if (event.target.id === "choice") openReport(event.target.value);
});
document.addEventListener("report:shown", () => {
  const choice = document.getElementById("choice");
  if (choice) choice.value = sheet().id;
});
document.addEventListener("report:marked", () => {
  document.getElementById("note").textContent = "";
});

// Shows the first report, or the words that the page's address names.
async function begin() {
  const documents = JSON.parse(pane().dataset.documents);
  if (!documents.length) return;
  const link = readPermalink();
  await openReport(documents.includes(link?.id) ? link.id : documents[0]);
  if (!link) return;
  showPane("report");
  if (link.id === sheet().id && link.start < link.end && link.end <= sheet().length) {
    mark(link.start, link.end);
  } else {
    const note = document.getElementById("note");
    note.textContent = note.dataset.badLink;
  }
}

// Gradio builds the page after this script has run, and the pane once the index is loaded.
let begun = null;
new MutationObserver(() => {
  if (!pane() || pane() === begun) return;
  begun = pane();
  document.documentElement.lang = begun.lang;
  begin();
}).observe(document.documentElement, { childList: true, subtree: true });
