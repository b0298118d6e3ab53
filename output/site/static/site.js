// What a keyboard can do more where scripts run; without them every page works the same.
"use strict";

// On a comparison, n and p go to the next and the previous change, and u unfolds what did not change.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const changes = [...document.querySelectorAll(".change")];
  if (!changes.length) return;
  if (event.key === "u") {
    const folds = [...document.querySelectorAll(".fold")];
    const open = folds.some((fold) => !fold.open);
    for (const fold of folds) fold.open = open;
  } else if (event.key === "n" || event.key === "p") {
    const here = changes.findIndex((change) => "#" + change.id === location.hash);
    const next = event.key === "n" ? Math.min(here + 1, changes.length - 1) : Math.max(here - 1, 0);
    location.hash = changes[next].id;
    changes[next].focus({ preventScroll: true });
  }
});
