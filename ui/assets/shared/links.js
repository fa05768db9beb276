// What the page's own links name: the cited words or the definition, and the report they stand in.

const ADDRESS = /^#(?:cite-\d+|term)-(\d+)-(\d+)$/;
const DOCUMENT = "doc-"; // a class, because the chat's sanitiser strips data attributes

export const LINKS = "a[href^='#cite-'], a[href^='#term-']";

// {id, start, end} of a link to a range of a report; `id` is null where the report is the one shown.
export function readLink(link) {
  const [, start, end] = ADDRESS.exec(link.hash) ?? [];
  if (end === undefined) return null;
  const named = link.closest(`[class*='${DOCUMENT}']`);
  const name = named && [...named.classList].find((css) => css.startsWith(DOCUMENT));
  return {
    id: name ? decodeURIComponent(name.slice(DOCUMENT.length)) : null,
    start: Number(start),
    end: Number(end),
  };
}

// The address that opens the same words in any browser.
export function writePermalink({ id, start, end }) {
  return new URL(`?${new URLSearchParams({ doc: id, start, end })}`, location.href.split("#")[0]).href;
}

// {id, start, end} of the address the page was opened at; null where it names no range.
export function readPermalink() {
  const given = new URLSearchParams(location.search);
  const id = given.get("doc");
  if (id === null) return null;
  const offset = (name) => (/^\d+$/.test(given.get(name) ?? "") ? Number(given.get(name)) : NaN);
  return { id, start: offset("start"), end: offset("end") };
}
