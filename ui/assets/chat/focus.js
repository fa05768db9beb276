// Keeps the reader's place in the conversation: Gradio renders a message anew whenever its text changes. Then the link
// or button that had the focus is gone, and what was unfolded is folded: the same ones of the new message take over.

const HOLDERS = "#chat a, #chat button, #chat summary";

let holder = null; // {element, name, place} of what had the focus last

// What tells an element from its neighbours in the same message, and outlives it.
const nameOf = (element) => `${element.localName} ${element.classList[0] ?? ""} ${element.classList[1] ?? ""} ${element.getAttribute("href") ?? ""}`;
const alike = (name) => [...document.querySelectorAll(HOLDERS)].filter((one) => nameOf(one) === name);

document.addEventListener("focusin", ({ target }) => {
  holder = null;
  if (!target.matches(HOLDERS)) return;
  const name = nameOf(target);
  holder = { element: target, name, place: alike(name).indexOf(target) };
});

document.addEventListener("pointerdown", () => {
  holder = null; // wherever the pointer goes is the reader's place now
});

const unfolded = new Set(); // names of what the reader has unfolded
const exchangeOf = (element) => element.closest(".message-content")?.querySelector("[class*='exchange-']")?.className;
const nameFold = (details) => `${exchangeOf(details)} ${details.className}`;

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches("#chat details")) return;
    if (target.open) unfolded.add(nameFold(target));
    else unfolded.delete(nameFold(target));
  },
  { capture: true },
);

new MutationObserver(() => {
  if (!unfolded.size) return;
  for (const details of document.querySelectorAll("#chat details:not([open])")) {
    if (unfolded.has(nameFold(details))) details.open = true;
  }
}).observe(document.documentElement, { childList: true, subtree: true });

new MutationObserver(() => {
  if (!holder || holder.element.isConnected || document.activeElement !== document.body) return;
  const { name, place } = holder;
  holder = null;
  alike(name)[place]?.focus({ preventScroll: true });
}).observe(document.documentElement, { childList: true, subtree: true });
