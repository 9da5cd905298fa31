// In pages with a listing packed for Vinted (ui/package.py): buttons that copy, and the bookmark to drag.
(() => {
  "use strict";
  const TOLD_MS = 2500;
  const find = (event, wanted) => event.composedPath().find((node) => node.matches?.(wanted));

  // Over plain http a browser has no clipboard for scripts, except on this computer: then as programs did before.
  const copyByHand = (text) => {
    const box = document.createElement("textarea");
    box.value = text;
    box.style.cssText = "position:fixed;inset:0 auto auto 0;opacity:0";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyByHand(text);
    }
  };

  document.addEventListener("click", async (event) => {
    if (find(event, "[data-bookmarklet]")) event.preventDefault();
    const button = find(event, "button[data-copy]");
    if (!button) return;
    const done = await copy(button.dataset.copy);
    button.focus();
    const label = button.querySelector("span");
    button.dataset.label ??= label.textContent;
    label.textContent = done ? button.dataset.done : button.dataset.failed;
    button.classList.toggle("is-done", done);
    const box = button.closest("li")?.querySelector("input[type=checkbox]");
    if (box && done) box.checked = true;
    setTimeout(() => {
      label.textContent = button.dataset.label;
      button.classList.remove("is-done");
    }, TOLD_MS);
  });

  // The page's own framework lets no "javascript:" address into a link, and nothing of it is ever opened here.
  const ready = (event) => {
    const link = find(event, "[data-bookmarklet]");
    if (link && !link.hasAttribute("href")) link.setAttribute("href", link.dataset.bookmarklet);
  };
  for (const kind of ["pointerover", "pointerdown", "focusin"]) document.addEventListener(kind, ready, true);
})();
