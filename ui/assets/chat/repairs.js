// Mends Gradio's own markup: names that screen readers need, and typography where HTML of ours stands.

const RAW = ["head", "pane", "about-settings"].map((id) => `#${id} .prose`).join();

function name(selector, label) {
  for (const element of document.querySelectorAll(selector)) {
    if (element.ariaLabel !== label) element.ariaLabel = label;
  }
}

new MutationObserver(() => {
  for (const element of document.querySelectorAll(RAW)) element.classList.remove("prose", "md");
  // A list whose children are buttons is none.
  for (const list of document.querySelectorAll("#chat .examples[role='list']")) list.setAttribute("role", "group");
  // A message is named by its own source, markup and all.
  for (const message of document.querySelectorAll("#chat .message > [aria-label]")) message.removeAttribute("aria-label");
  const title = document.querySelector("#head h1");
  if (!title) return;
  name("#chat [role='log']", title.dataset.log);
  name("#question .submit-button", title.dataset.send);
}).observe(document.documentElement, { childList: true, subtree: true });
