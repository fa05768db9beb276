// A new answer brings its first source into view, marked; a new question takes old marks away.
// The reader's focus stays where it is, and on a narrow screen the pane that is shown.
import { readLink } from "../shared/links.js";
import { mark, openReport, sheet, unmark } from "./report.js";

let questions = 0; // that stood in the chat at the last look
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
    awaited = true;
    if (sheet()) unmark();
    const bar = document.getElementById("cited");
    if (bar) bar.hidden = true;
  }
  questions = count;
  if (!awaited || document.querySelector("#chat .growing")) return;
  awaited = false;
  const last = [...document.querySelectorAll("#chat .bot-row")].at(-1);
  const link = last?.querySelector(".answer a.cite");
  if (link && sheet()) arrive(link);
}

// Who has followed a link meanwhile is left there.
document.addEventListener("report:marked", ({ detail }) => {
  if (!detail.quietly) awaited = false;
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
