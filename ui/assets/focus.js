// Keeps the reader's place in the conversation: Gradio renders a message anew whenever its text changes, and the
// link or button that had the focus is gone. Then the same one of the new message takes it.

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

new MutationObserver(() => {
  if (!holder || holder.element.isConnected || document.activeElement !== document.body) return;
  const { name, place } = holder;
  holder = null;
  alike(name)[place]?.focus({ preventScroll: true });
}).observe(document.documentElement, { childList: true, subtree: true });
