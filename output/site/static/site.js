// What a keyboard and the clipboard can do more where scripts run; without them every page works the same.
"use strict";

// n and p go to the next and the previous change, or place that a search found; u unfolds what did not change.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
  if (event.key === "?") {
    openDialog("keys-dialog");
  } else if (event.key === "u") {
    const folds = [...document.querySelectorAll(".fold")];
    const open = folds.some((fold) => !fold.open);
    for (const fold of folds) fold.open = open;
  } else if (event.key === "n" || event.key === "p") {
    const places = [...document.querySelectorAll(".change, mark[id]")];
    if (!places.length) return;
    const here = places.findIndex((place) => "#" + place.id === location.hash);
    const next = places[event.key === "n" ? Math.min(here + 1, places.length - 1) : Math.max(here - 1, 0)];
    location.hash = next.id;
    next.focus({ preventScroll: true });
  }
});

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

for (const link of document.querySelectorAll("[data-opens]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    openDialog(link.dataset.opens);
  });
}

async function copy(text, button) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    window.prompt("Copy this:", text); // the clipboard is open to secure pages only
  }
  setTimeout(() => { button.textContent = label; }, 1500);
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(document.getElementById(button.dataset.copies).textContent, button));
}

// The address of selected words, as output/site/fragments.py makes it: all of up to 12 words, else the first and last 5.
// Where the words stand elsewhere too, such as in the contents, those before them tell which are meant.
function fragmentOf(words, before) {
  const runs = words.length <= 12 ? [words] : [words.slice(0, 5), words.slice(-5)];
  const encoded = (run) => encodeURIComponent(run.join(" ")).replaceAll("-", "%2D");
  return "#:~:text=" + (before.length ? encoded(before) + "-," : "") + runs.map(encoded).join(",");
}

const wordsOf = (text) => text.split(/\s+/).filter((word) => word);

// The words before a range, at most four: in its own paragraph, or in the one above.
function wordsBefore(range, root) {
  const nodes = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let text = "", paragraph = null;
  while (nodes.nextNode()) {
    const node = nodes.currentNode, isFirst = node === range.startContainer;
    if (!isFirst && range.comparePoint(node, 0) >= 0) break;
    const piece = isFirst ? node.data.slice(0, range.startOffset) : node.data;
    const around = node.parentElement.closest("p, li, td, th, pre, h2, h3, h4, h5, h6");
    if (piece.trim() && around !== paragraph) [text, paragraph] = ["", around];
    text += piece;
    if (isFirst) break;
  }
  return wordsOf(text).slice(-4);
}

for (const button of document.querySelectorAll("button[data-links-selection]")) {
  const text = document.getElementById(button.dataset.linksSelection);
  let words = [], before = [];
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const inside = selection.rangeCount && !selection.isCollapsed && text.contains(selection.getRangeAt(0).commonAncestorContainer);
    button.hidden = !inside || !selection.toString().trim();
    if (button.hidden) return;
    words = wordsOf(selection.toString());
    const all = wordsOf(document.getElementById("main").textContent).join(" "), one = words.join(" ");
    before = all.indexOf(one) === all.lastIndexOf(one) ? [] : wordsBefore(selection.getRangeAt(0), text);
  });
  button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
  button.addEventListener("click", () => copy(location.origin + location.pathname + fragmentOf(words, before), button));
}
