// The language that the reader chose (a cookie; without one the browser's own decides).
// Runs before Gradio, whose own words follow `navigator.language`.
(() => {
  "use strict";

  const ONE_YEAR = 365 * 24 * 60 * 60; // seconds
  const chosen = /(?:^|; )language=([A-Za-z-]+)/.exec(document.cookie)?.[1];
  if (chosen) Object.defineProperty(navigator, "language", { get: () => chosen });
  document.documentElement.lang = navigator.language;

  document.addEventListener("change", (event) => {
    if (event.target.id !== "language") return;
    const path = new URL(document.baseURI).pathname;
    document.cookie = `language=${event.target.value}; max-age=${ONE_YEAR}; path=${path}; samesite=strict`;
    location.reload(); // the conversation is kept (keeping.js)
  });
})();
