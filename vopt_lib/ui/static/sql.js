// In the page for SQL: Ctrl + Enter (⌘ + Enter) in the editor asks, and what is asked comes into sight.
(() => {
  "use strict";
  const pathTo = (event, wanted) => event.composedPath().find((node) => node.matches?.(wanted));

  // marimo's own shortcuts are deaf while she types, and in the editor these keys would begin a new line.
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const button = pathTo(event, ".vopt-sql")?.querySelector("marimo-button")?.shadowRoot.querySelector("button");
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    button.click();
  }, true);

  // The answer stands below the editor: on a small screen she would not see that something happens.
  let watching = null;
  addEventListener("click", (event) => {
    if (!pathTo(event, "marimo-button") || !pathTo(event, ".vopt-sql")) return;
    watching?.disconnect();
    watching = new MutationObserver(() => {
      const told = document.querySelector(".vopt-answer.is-under-way");
      if (!told) return;
      watching.disconnect();
      told.scrollIntoView({ block: "nearest", behavior: "smooth" });
    });
    watching.observe(document.body, { childList: true, subtree: true });
  }, true);
})();
