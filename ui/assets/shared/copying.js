// Copying: a button with data-copy puts its text on the clipboard, and the output beside it says so.

const SAID = 3000; // ms that the confirmation stays

// The clipboard of the browser is there on https and on this machine only; elsewhere in a network the old way.
export async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => copyOldWay(text));
  return copyOldWay(text);
}

function copyOldWay(text) {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "copying";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  before?.focus({ preventScroll: true });
  return done;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-copy]");
  if (!button) return;
  const output = button.parentElement.querySelector("output");
  const done = await copy(button.dataset.copy);
  output.textContent = done ? output.dataset.copied : output.dataset.failed;
  setTimeout(() => {
    output.textContent = "";
  }, SAID);
});
