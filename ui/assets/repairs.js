// Mends Gradio's own markup: what it keeps from screen readers, and typography where HTML of ours stands.

const RAW = ["head", "pane", "about-settings"].map((id) => `#${id} .prose`).join();

new MutationObserver(() => {
  for (const element of document.querySelectorAll(RAW)) element.classList.remove("prose", "md");
  // A list whose children are buttons is none.
  for (const list of document.querySelectorAll("#chat .examples[role='list']")) list.setAttribute("role", "group");
}).observe(document.documentElement, { childList: true, subtree: true });
