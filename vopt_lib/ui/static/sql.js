// In the page for SQL: Ctrl + Enter (⌘ + Enter) in the editor asks. marimo's own shortcuts are deaf while she types.
(() => {
  "use strict";
  // Before the editor hears it: there the same keys begin a new line.
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const place = event.composedPath().find((node) => node.classList?.contains("vopt-sql"));
    const button = place?.querySelector("marimo-button")?.shadowRoot.querySelector("button");
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    button.click();
  }, true);
})();
