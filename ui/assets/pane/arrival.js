// A new answer brings its first source into view, marked; where it has none, old marks go.
// The reader's focus stays where it is, and on a narrow screen the pane that is shown.
import { readLink } from "../shared/links.js";
import { mark, openReport, sheet, unmark } from "./report.js";

// What sends a question, by pointer or keyboard.
const SENDERS = ["#question .submit-button", ...[".option", ".example", ".topic", ".act-retry", ".act-more"].map((one) => `#chat ${one}`)].join();

let before = null; // what the chat ended with when a question was sent here that has no answer yet

async function arrive(link) {
  const { id, start, end } = readLink(link);
  await openReport(id ?? sheet().id);
  mark(start, end, { quietly: true });
}

// What the chat ends with: how many questions, and which exchange is the last that is whole.
function ending() {
  const last = [...document.querySelectorAll("#chat .acts")].at(-1)?.className;
  return `${document.querySelectorAll("#chat .user-row").length} ${last}`;
}

// An answer may come and be whole between two looks, so it is not watched growing. A kept conversation that comes
// back was sent by nobody.
function look() {
  if (before === null || document.querySelector("#chat .growing, #chat .searching") || ending() === before) return;
  before = null;
  if (!sheet()) return;
  const last = [...document.querySelectorAll("#chat .bot-row")].at(-1);
  const link = last?.querySelector(".answer a.cite");
  if (link) arrive(link);
  else forget();
}

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target.closest?.("#question textarea")) before = ending();
  },
  true,
);
document.addEventListener(
  "click",
  (event) => {
    if (event.target.closest?.(SENDERS)) before = ending();
  },
  true,
);

function forget() {
  unmark();
  document.getElementById("cited").hidden = true;
}

// Who has followed a link meanwhile is left there.
document.addEventListener("report:marked", ({ detail }) => {
  if (!detail.quietly) before = null;
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
