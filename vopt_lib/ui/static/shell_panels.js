// The panels of the frame: a button opens its <dialog>, a press beside it closes it, and keys find things.
(() => {
  "use strict";
  const openPanel = (name) => {
    const panel = document.getElementById(name);
    if (panel.open) return;
    document.querySelectorAll("dialog[open]").forEach((one) => one.close());
    panel.showModal();
    panel.dispatchEvent(new Event("opened"));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-opens]");
    if (button) openPanel(button.dataset.opens);
    // The dialog itself is what is pressed where nothing of it is.
    if (event.target.tagName === "DIALOG" && !isInside(event)) event.target.close();
  });

  const isInside = ({ target, clientX, clientY }) => {
    const { left, right, top, bottom } = target.getBoundingClientRect();
    return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
  };

  const WRITES = "input, textarea, select";
  document.addEventListener("keydown", (event) => {
    const isFind = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key === "k";
    const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.target.closest(WRITES);
    if (!isFind && !isSlash) return;
    event.preventDefault();
    openPanel("vopt-find");
  });

  // The same keys, pressed in a page.
  addEventListener("message", (event) => {
    if (event.origin === location.origin && event.data?.vopt === "find") openPanel("vopt-find");
  });

  document.querySelector(".vopt-skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector("#pages iframe.is-shown")?.focus();
  });
})();
