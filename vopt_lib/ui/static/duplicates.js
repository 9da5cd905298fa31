// In the page of duplicates: 1, 2 and 3 press the buttons of the first two that wait.
(() => {
  "use strict";
  addEventListener("keydown", (event) => {
    if (!["1", "2", "3"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const target = event.composedPath()[0];
    if (target.matches?.("input, textarea, select, [contenteditable]")) return;
    const buttons = document.querySelectorAll(".vopt-duplicate:first-of-type marimo-button");
    buttons[Number(event.key) - 1]?.shadowRoot.querySelector("button")?.click();
  });
})();
