// In the studio (ui/studio.py): links lead to its parts, and a field that is drawn anew while she writes, after a choice
// made just before, or when the photos were looked at, keeps the focus and what was typed.
(() => {
  "use strict";
  const KEPT_MS = 5000;
  const typed = new Map(); // field → what she typed there, and when
  let last = null; // the field she is in, since when

  const fieldOf = (event) => event.composedPath().find((node) => node.dataset?.field)?.dataset.field;
  const controlOf = (field) => {
    for (const one of document.querySelectorAll(`[data-field="${field}"] *`)) {
      const inside = one.shadowRoot?.querySelector("button, input, select, textarea");
      if (inside) return inside;
    }
    return null;
  };

  document.addEventListener("focusin", (event) => {
    const field = fieldOf(event);
    last = field ? { field, at: Date.now() } : null;
  });
  document.addEventListener("input", (event) => {
    const [control] = event.composedPath();
    const field = fieldOf(event);
    if (field && control.matches("input, textarea")) typed.set(field, { value: control.value, at: Date.now() });
  });
  // Who leaves a field has written: it is not waited whether more comes.
  document.addEventListener("focusout", (event) => {
    const field = fieldOf(event);
    const control = field && document.querySelector(`[data-field="${field}"] marimo-ui-element > *`);
    const { value } = typed.get(field) ?? {};
    if (!control || value === undefined) return;
    const detail = { value, element: control };
    control.dispatchEvent(new CustomEvent("marimo-value-input", { bubbles: true, composed: true, detail }));
  });
  // What a press brings is meant to take the place of what stands there.
  document.addEventListener("click", (event) => {
    if (event.composedPath().some((node) => node.tagName === "BUTTON")) typed.clear();
  });

  // To a part of the page, which is no place to go back from.
  document.addEventListener("click", (event) => {
    const place = event.target.closest?.('a[href^="#"]')?.getAttribute("href").slice(1);
    const there = place && document.getElementById(place);
    if (!there) return;
    event.preventDefault();
    there.scrollIntoView({ block: "start" });
  });

  const keep = () => {
    const now = Date.now();
    if (last && now - last.at < KEPT_MS && document.activeElement === document.body) {
      controlOf(last.field)?.focus({ preventScroll: true });
    }
    for (const [field, { value, at }] of typed) {
      if (now - at > KEPT_MS) typed.delete(field);
      const control = controlOf(field);
      if (!control?.matches("input, textarea") || control.value === value) continue;
      const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(control), "value");
      set.call(control, value);
      control.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    }
  };
  // An element draws what is inside of it a little after it is there.
  let waiting = 0;
  const keepSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, 100);
  };
  new MutationObserver(keepSoon).observe(document, { childList: true, subtree: true });
})();
