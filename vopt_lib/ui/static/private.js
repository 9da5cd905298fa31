// In pages with a form whose content is nobody else's business (ui/mailbox.py): what she typed goes to vopt beside the
// page, never through its controls, and the kernel is told only what vopt answered.
(() => {
  "use strict";
  const pathTo = (event, wanted) => event.composedPath().find((node) => node.matches?.(wanted));

  const tell = (form, text) => {
    const control = form.querySelector("marimo-ui-element > *");
    const detail = { value: text, element: control };
    control?.dispatchEvent(new CustomEvent("marimo-value-input", { bubbles: true, composed: true, detail }));
  };

  document.addEventListener("submit", async (event) => {
    const form = pathTo(event, ".vopt-private");
    if (!form) return;
    event.preventDefault();
    const button = form.querySelector("button");
    const say = (text, isBad = false) => {
      const told = form.querySelector("[role=status]");
      told.textContent = text;
      told.classList.toggle("is-bad", isBad);
    };
    if (button.disabled) return;
    button.disabled = true;
    say(form.dataset.underWay);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const text = await answer.text();
      say(answer.ok ? "" : text || form.dataset.broken, !answer.ok);
      // 404: something has no name yet that vopt knows.
      if (answer.status === 404) form.querySelector("details").open = true;
      if (answer.ok) {
        form.reset();
        tell(form, text);
      }
    } catch {
      say(form.dataset.broken, true);
    } finally {
      button.disabled = false;
    }
  });
})();
