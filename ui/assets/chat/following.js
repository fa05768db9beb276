// Follows a reply as it grows: its end stays in view until its question has come to the upper edge, where the
// reader begins. Whoever scrolls is left alone until the next question.

const MARGIN = 10; // px above the question

let asked = null; // the row of the question that is followed
let known = 0; // questions there were at the last look

const room = () => document.querySelector("#chat .bubble-wrap");

function look() {
  const rows = document.querySelectorAll("#chat .user-row");
  if (rows.length !== known) asked = rows.length > known ? rows[rows.length - 1] : null;
  known = rows.length;
  if (!asked?.isConnected) return;
  const above = asked.getBoundingClientRect().top - room().getBoundingClientRect().top - MARGIN;
  room().scrollTop += above; // no further than to the end
}

let due = false; // at most one look a frame
new MutationObserver(() => {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    look();
  });
}).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
for (const gesture of ["wheel", "touchmove", "pointerdown", "keydown"]) {
  document.addEventListener(
    gesture,
    (event) => {
      if (event.target.closest?.("#chat")) asked = null;
    },
    { capture: true, passive: true },
  );
}
