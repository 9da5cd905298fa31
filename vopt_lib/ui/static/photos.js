// At the photos of a thing (ui/photo_panel.py): what is pressed or dragged is told to the kernel. The panel is drawn
// anew then; the key that was pressed stays under the finger.
(() => {
  "use strict";
  let told = 0;
  let dragged = null;
  let wanted = null;

  const panelOf = (node) => node?.closest?.(".vopt-photo-panel");
  const shots = () => [...document.querySelectorAll(".vopt-photo-panel .vopt-shot")];

  const tell = (panel, words) => {
    if (panel.classList.contains("is-busy")) return;
    const control = panel.querySelector(".vopt-told-photos marimo-ui-element > *");
    if (!control) return;
    panel.classList.add("is-busy");
    setTimeout(() => panel.classList.remove("is-busy"), 4000);
    told += 1;
    const detail = { value: `${Date.now()}${told} ${words}`, element: control };
    control.dispatchEvent(new CustomEvent("marimo-value-input", { bubbles: true, composed: true, detail }));
  };

  // What deletes asks first: it does so when it is pressed once more.
  const calm = (but = null) => {
    for (const one of document.querySelectorAll(".vopt-photo-panel .is-asking")) {
      if (one === but) continue;
      one.classList.remove("is-asking");
      one.setAttribute("aria-label", one.title);
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-tells]");
    calm(button);
    if (!button || !panelOf(button)) return;
    if (button.dataset.surely && !button.classList.contains("is-asking")) {
      button.classList.add("is-asking");
      button.setAttribute("aria-label", `${button.title}. ${button.dataset.surely}`);
      return;
    }
    wanted = { photo: button.closest(".vopt-shot")?.dataset.photo, act: button.dataset.act };
    tell(panelOf(button), button.dataset.tells);
  });

  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.(".is-asking")) calm();
  });

  // Where she went on by herself, she stays.
  addEventListener("pointerdown", () => (wanted = null), true);
  addEventListener("keydown", (event) => {
    if (event.key === "Tab") wanted = null;
    if (event.key !== "Escape" || !document.querySelector(".vopt-photo-panel .is-asking")) return;
    calm();
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".vopt-shot") ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    dragged.classList.add("is-dragged");
  });

  const aimed = (event) => (dragged ? event.target.closest?.(".vopt-shot") : null);

  document.addEventListener("dragover", (event) => {
    const over = aimed(event);
    for (const one of shots()) one.classList.toggle("is-aimed-at", one === over && one !== dragged);
    if (!over) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
  });

  document.addEventListener("drop", (event) => {
    const over = aimed(event);
    if (!over) return;
    event.preventDefault();
    if (over !== dragged) tell(panelOf(over), `move ${dragged.dataset.photo} ${shots().indexOf(over)}`);
  });

  document.addEventListener("dragend", () => {
    dragged = null;
    for (const one of shots()) one.classList.remove("is-dragged", "is-aimed-at");
  });

  const settle = () => {
    const focus = document.activeElement;
    if (!wanted || (focus && focus !== document.body && !panelOf(focus))) return;
    const row = shots().find((one) => one.dataset.photo === wanted.photo);
    const buttons = row ? [...row.querySelectorAll("button:enabled")] : [];
    (buttons.find((one) => one.dataset.act === wanted.act) ?? buttons[0])?.focus({ preventScroll: false });
  };

  let waiting = false;
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver((changes) => {
      if (waiting || !changes.some((one) => one.type === "childList" || one.attributeName === "data-tells")) return;
      if (!document.querySelector(".vopt-photo-panel")) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        document.querySelector(".vopt-photo-panel")?.classList.remove("is-busy");
        settle();
      });
    }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-tells"] });
  });
})();
