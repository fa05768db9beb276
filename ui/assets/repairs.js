// Mends what Gradio's own markup keeps from screen readers.

new MutationObserver(() => {
  // A list whose children are buttons is none.
  for (const list of document.querySelectorAll("#chat .examples[role='list']")) list.setAttribute("role", "group");
}).observe(document.documentElement, { childList: true, subtree: true });
