// A new answer brings its first source into view, marked; where it has none, old marks go.
// The reader's focus stays where it is, and on a narrow screen the pane that is shown.
import { readLink } from "../shared/links.js";
import { mark, openReport, sheet, unmark } from "./report.js";

const READING = 1000; // ms before a question shows up in which whoever follows a link has sent it already

let questions = 0; // that stood in the chat at the last look
let followed = -Infinity; // when the reader followed a link last
let awaited = false; // whether the last of them was asked here and has no answer yet

async function arrive(link) {
  const { id, start, end } = readLink(link);
  await openReport(id ?? sheet().id);
  mark(start, end, { quietly: true });
}

function look() {
  const count = document.querySelectorAll("#chat .user-row").length;
  // Several at once are a kept conversation that has come back.
  if (count === questions + 1 && document.querySelector("#chat .growing")) {
    awaited = performance.now() - followed > READING;
  }
  questions = count;
  if (!awaited || document.querySelector("#chat .growing")) return;
  awaited = false;
  const last = [...document.querySelectorAll("#chat .bot-row")].at(-1);
  const link = last?.querySelector(".answer a.cite");
  if (!sheet()) return;
  if (link) arrive(link);
  else forget();
}

function forget() {
  unmark();
  document.getElementById("cited").hidden = true;
}

// Who has followed a link meanwhile is left there.
document.addEventListener("report:marked", ({ detail }) => {
  if (detail.quietly) return;
  followed = performance.now();
  awaited = false;
});

let due = false; // at most one look a frame
new MutationObserver(() => {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    look();
  });
}).observe(document.documentElement, { childList: true, subtree: true });
