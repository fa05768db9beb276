// The report pane's text: fetches each report once, knows where each character stands, and marks ranges of it.
// Offsets are code points of the canonical text; the pieces ([data-start]) tile it in order.

const sheets = new Map(); // each report by its id: a promise of {id, outline, nodes, pieces, text, length}
let shown = null; // the sheet in the pane
let wanted = null; // the id that was asked for last
let unmarked = []; // the pieces that hold marks, each with its children as they were before

export const pane = () => document.getElementById("report");
export const sheet = () => shown;

// Shows a report. Fires "report:shown" on the document when it is another one than before.
export async function openReport(id) {
  wanted = id;
  if (!sheets.has(id)) sheets.set(id, fetchSheet(id));
  const next = await sheets.get(id).catch((error) => {
    sheets.delete(id); // so that the next attempt asks again
    throw error;
  });
  if (wanted !== id || (shown === next && next.nodes[0].parentNode === pane())) return;
  unmark();
  pane().replaceChildren(...next.nodes);
  pane().scrollTop = 0;
  pane().dataset.ready = id;
  shown = next;
  document.dispatchEvent(new CustomEvent("report:shown"));
}

async function fetchSheet(id) {
  const response = await fetch(`page/report/${encodeURIComponent(id)}`);
  if (!response.ok) throw new Error(`The report ${id} could not be fetched (${response.status}).`);
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  let text = "";
  const pieces = [...template.content.querySelectorAll("[data-start]")].map((element) => {
    const at = text.length; // in UTF-16 units, as the DOM counts
    text += element.textContent;
    return { element, start: Number(element.dataset.start), end: Number(element.dataset.end), at };
  });
  const [outline, ...nodes] = template.content.children;
  return { id, outline, nodes, pieces, text, length: pieces.at(-1)?.end ?? 0 };
}

// The index of the first piece that ends after the code point `offset`.
function findPiece(offset) {
  let low = 0;
  let high = shown.pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shown.pieces[middle].end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

export const pieceAt = (offset) => shown.pieces[findPiece(offset)];

// The UTF-16 index of the code point at `offset`.
function toUtf16(text, offset) {
  let index = 0;
  for (let point = 0; point < offset; point += 1) index += text.codePointAt(index) > 0xffff ? 2 : 1;
  return index;
}

// The text node of `element` that holds the UTF-16 unit at `index`, and the index inside it.
function locate(element, index) {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let rest = index;
  while (texts.nextNode()) {
    if (rest < texts.currentNode.length) return [texts.currentNode, rest];
    rest -= texts.currentNode.length;
  }
  throw new RangeError(`There is no character ${index} in this piece.`);
}

// A DOM range over the UTF-16 units from..to (not empty) of one piece.
export function rangeWithin(element, from, to) {
  const range = document.createRange();
  range.setStart(...locate(element, from));
  const [last, index] = locate(element, to - 1);
  range.setEnd(last, index + 1);
  return range;
}

// Takes a term that is wholly in the range into it as an element, so that no empty one is left behind.
function includeTerms(range, element) {
  const { startContainer: first, startOffset, endContainer: last, endOffset } = range;
  if (first.parentNode !== element && startOffset === 0) range.setStartBefore(first.parentNode);
  if (last.parentNode !== element && endOffset === last.length) range.setEndAfter(last.parentNode);
}

function markPiece({ element, start: base, end: limit }, start, end) {
  const text = element.textContent;
  const from = toUtf16(text, Math.max(start, base) - base);
  const to = toUtf16(text, Math.min(end, limit) - base);
  const before = [...element.childNodes];
  element.replaceChildren(...before.map((node) => node.cloneNode(true)));
  unmarked.push({ element, before });
  const range = rangeWithin(element, from, to);
  includeTerms(range, element);
  const mark = document.createElement("mark");
  mark.append(range.extractContents());
  range.insertNode(mark);
  return mark;
}

export function unmark() {
  for (const { element, before } of unmarked) element.replaceChildren(...before);
  unmarked = [];
}

// Marks exactly text[start:end], brings it into view and (unless quietly) into focus. Fires "report:marked" on the
// document.
export function mark(start, end, { quietly = false } = {}) {
  unmark();
  const marks = [];
  for (let i = findPiece(start); i < shown.pieces.length && shown.pieces[i].start < end; i += 1) {
    marks.push(markPiece(shown.pieces[i], start, end));
  }
  if (marks.length) {
    marks[0].tabIndex = -1;
    reveal(marks[0]);
    if (!quietly) marks[0].focus({ preventScroll: true });
  }
  document.dispatchEvent(new CustomEvent("report:marked", { detail: { id: shown.id, start, end, quietly } }));
}

// Brings an element of the text into view, unfolding what hides it.
export function reveal(element, block = "center") {
  const folded = element.closest("details");
  if (folded) folded.open = true;
  element.scrollIntoView({ block });
}
