// The report pane: fills it with a report, and marks exactly text[start:end] when a citation is chosen.
// Offsets are code points of the canonical text; the pieces ([data-start]) tile it in order.
(() => {
  "use strict";

  const CITATION = /^#cite-(\d+)-(\d+)-(\d+)$/;
  const PRESS_TOLERANCE = 8; // px a pointer may move between press and release and still be a press

  let shown = null; // the id of the report in the pane
  let pieces = []; // its pieces, in order: {element, start, end}
  let origin = null; // the link that was followed last; Escape goes back to it

  const pane = () => document.getElementById("report");

  async function open(id) {
    if (shown === id) return;
    const response = await fetch(`/page/report/${encodeURIComponent(id)}`);
    if (!response.ok) throw new Error(`The report ${id} could not be fetched (${response.status}).`);
    pane().innerHTML = await response.text();
    pieces = [...pane().querySelectorAll("[data-start]")].map((element) => ({
      element,
      start: Number(element.dataset.start),
      end: Number(element.dataset.end),
    }));
    shown = id;
    pane().dataset.ready = id;
    const choice = document.getElementById("choice");
    if (choice) choice.value = id;
  }

  // The UTF-16 index of the code point at `offset`.
  function toUtf16(text, offset) {
    let index = 0;
    for (let point = 0; point < offset; point += 1) index += text.codePointAt(index) > 0xffff ? 2 : 1;
    return index;
  }

  function clear() {
    for (const mark of pane().querySelectorAll("mark")) {
      const parent = mark.parentNode;
      mark.replaceWith(...mark.childNodes);
      parent.normalize();
    }
  }

  // The first piece that ends after `start`.
  function findPiece(start) {
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pieces[middle].end > start) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  function markPiece({ element, start: base, end: limit }, start, end) {
    const node = element.firstChild;
    const from = toUtf16(node.data, Math.max(start, base) - base);
    const to = toUtf16(node.data, Math.min(end, limit) - base);
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    const mark = document.createElement("mark");
    range.surroundContents(mark);
    return mark;
  }

  function highlight(start, end) {
    clear();
    const marks = [];
    for (let i = findPiece(start); i < pieces.length && pieces[i].start < end; i += 1) {
      marks.push(markPiece(pieces[i], start, end));
    }
    if (!marks.length) return;
    const folded = marks[0].closest("details");
    if (folded) folded.open = true;
    marks[0].tabIndex = -1;
    marks[0].focus({ preventScroll: true });
    marks[0].scrollIntoView({ block: "center" });
  }

  async function follow(link) {
    const [, , start, end] = CITATION.exec(link.hash).map(Number);
    const named = link.closest("[class*='doc-']");
    const name = named && [...named.classList].find((css) => css.startsWith("doc-"));
    await open(name ? decodeURIComponent(name.slice("doc-".length)) : shown);
    origin = link;
    highlight(start, end);
  }

  function citationAt(event) {
    const link = event.target instanceof Element && event.target.closest("a[href^='#cite-']");
    return link && CITATION.test(link.hash) ? link : null;
  }

  // A message that is still growing is rendered anew between press and release, and the click is lost with the
  // element it began on: remember the link when it is pressed, follow it when the pointer is released.
  let pressed = null;
  document.addEventListener("pointerdown", (event) => {
    const link = event.button === 0 ? citationAt(event) : null;
    pressed = link && { link, x: event.clientX, y: event.clientY };
  });
  document.addEventListener("pointerup", (event) => {
    const moved = pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y);
    if (pressed && moved < PRESS_TOLERANCE) follow(pressed.link);
    pressed = null;
  });
  document.addEventListener("pointercancel", () => {
    pressed = null;
  });
  document.addEventListener("click", (event) => {
    const link = citationAt(event);
    if (!link) return;
    event.preventDefault();
    if (event.detail === 0) follow(link); // from the keyboard: no pointer was involved
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && origin?.isConnected && event.target.closest?.("#report")) origin.focus();
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "choice") open(event.target.value);
  });

  // Gradio builds the page after this script has run, and the pane once the index is loaded.
  new MutationObserver((_, observer) => {
    const first = pane()?.dataset.document;
    if (first === undefined) return;
    observer.disconnect();
    document.documentElement.lang = pane().lang;
    if (first) open(first);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
