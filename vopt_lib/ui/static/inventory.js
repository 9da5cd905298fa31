// In the page of her own listings: boxes that are ticked are told to the kernel, and Escape closes what is open.
(() => {
  "use strict";
  let picked = new Set();
  let told = "";

  const boxes = () => [...document.querySelectorAll("input.vopt-pick")];
  const rows = () => boxes().filter((box) => box.dataset.pick !== "all");

  // The kernel's word counts where it differs from what it was told: it empties the choice when a change was made.
  const sync = () => {
    const marker = document.querySelector(".vopt-picked");
    if (marker && marker.dataset.picked !== told) {
      told = marker.dataset.picked;
      picked = new Set(told.split(",").filter(Boolean));
    }
    show();
  };

  const show = () => {
    const all = rows();
    for (const box of all) {
      box.checked = picked.has(box.dataset.pick);
      box.closest("tr")?.classList.toggle("is-picked", box.checked);
    }
    const count = all.filter((box) => box.checked).length;
    const every = boxes().find((box) => box.dataset.pick === "all");
    if (!every) return;
    every.checked = all.length > 0 && count === all.length;
    every.indeterminate = count > 0 && count < all.length;
  };

  const tell = () => {
    const value = [...picked].join(",");
    const control = document.querySelector(".vopt-picks marimo-ui-element > *");
    const detail = { value, element: control };
    control?.dispatchEvent(new CustomEvent("marimo-value-input", { bubbles: true, composed: true, detail }));
    told = value;
    show();
  };

  let last = null;
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-pick-none]")) {
      picked.clear();
      return tell();
    }
    if (!event.target.matches?.("input.vopt-pick")) return;
    const box = event.target;
    const all = rows();
    let meant = [box];
    if (box.dataset.pick === "all") meant = all;
    else if (event.shiftKey && last !== null) {
      const ends = [all.findIndex((one) => one.dataset.pick === last), all.indexOf(box)].sort((a, b) => a - b);
      if (ends[0] >= 0) meant = all.slice(ends[0], ends[1] + 1);
    }
    for (const one of meant) picked[box.checked ? "add" : "delete"](one.dataset.pick);
    last = box.dataset.pick;
    tell();
  });

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (document.querySelector("[role='dialog'], [role='listbox']")) return;
    document.querySelector(".vopt-close marimo-button")?.shadowRoot.querySelector("button")?.click();
  });

  let waiting = false;
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(() => {
      if (waiting || !document.querySelector(".vopt-picks")) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        sync();
      });
    }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-picked"] });
  });
})();
