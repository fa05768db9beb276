// The conversation's end in the browser (ui/page/bridge.py is the other): tells the server which button of a reply
// was pressed, keeps the conversation in this browser, and hands the reader files.
import "./focus.js";
import "./following.js";
import "./repairs.js";
import { copy } from "../shared/copying.js";

const KEPT = "report-rag.conversation";

let sent = 0;

function send(press) {
  const box = document.querySelector("#sent textarea");
  sent += 1; // the same press again is a change, too
  box.value = JSON.stringify({ ...press, sent });
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// A topic of the start screen asks what its title says.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#chat button.topic");
  if (button) send({ action: "ask", text: button.title });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#chat button.act");
  if (!button) return;
  const named = (element, prefix) =>
    [...element.classList].find((name) => name.startsWith(prefix)).slice(prefix.length);
  const action = named(button, "act-");
  send({ action, exchange: named(button.closest("[class*='exchange-']"), "exchange-") });
  if (action === "edit") document.querySelector("#question textarea").focus();
});

// A blank question is not sent. Were it sent, Gradio could drop the one after it: the end of an event closes the
// stream of replies even where another event has just been sent.
function hold(event) {
  event.preventDefault();
  event.stopPropagation();
}
const blank = (place) => place && !place.closest("#question").querySelector("textarea").value.trim();
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Enter" && !event.shiftKey && blank(event.target.closest?.("#question textarea"))) hold(event);
  },
  true,
);
document.addEventListener(
  "click",
  (event) => {
    if (blank(event.target.closest?.("#question .submit-button"))) hold(event);
  },
  true,
);

let offered = null; // the address of the file that was offered last: a browser may take it only after a while

function offer(text, name) {
  if (offered) URL.revokeObjectURL(offered);
  offered = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = offered;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

const SAID = 3000; // ms that a notice stays
const toast = document.createElement("div");
toast.id = "toast";
toast.setAttribute("role", "status");
document.addEventListener("DOMContentLoaded", () => document.body.append(toast));
if (document.body) document.body.append(toast);

async function copyAnswer(text, done) {
  const failed = document.querySelector("#head h1").dataset.notCopied;
  toast.textContent = (await copy(text)) ? done : failed;
  setTimeout(() => {
    toast.textContent = "";
  }, SAID);
}

const open = {
  copy: copyAnswer,
  ready() {
    document.title = document.querySelector("#head h1").textContent;
    const text = localStorage.getItem(KEPT);
    if (text !== null) send({ action: "restore", text });
  },
  keep: (text) => localStorage.setItem(KEPT, text),
  file: offer,
};

const opened = {}; // the serial number of the parcel that came last, by the place it came to
new MutationObserver(() => {
  for (const place of ["received", "handed"]) {
    const parcel = document.querySelector(`#${place} [data-parcel]`);
    if (!parcel || parcel.dataset.serial === opened[place]) continue;
    opened[place] = parcel.dataset.serial;
    open[parcel.dataset.parcel](parcel.textContent, parcel.dataset.name);
  }
}).observe(document.documentElement, { childList: true, subtree: true });
