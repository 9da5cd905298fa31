// Finding: what she types is looked for on the server, the arrows choose, Enter opens. Everything found is text.
(() => {
  "use strict";
  const facts = JSON.parse(document.getElementById("vopt-shell").textContent);
  const panel = document.getElementById("vopt-find");
  const field = panel.querySelector("input");
  const list = panel.querySelector("[role=listbox]");
  const status = panel.querySelector("[role=status]");
  const WAITS_MS = 90;
  let asked = null; // what is being asked
  let waiting = 0;
  let goesOn = false; // Enter was pressed before the answer came

  const options = () => [...list.children];
  const chosen = () => list.querySelector("[aria-selected=true]");

  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  };

  const row = (one, number) => {
    const option = document.createElement("a");
    option.id = `vopt-found-${number}`;
    option.href = one.href;
    option.tabIndex = -1;
    option.dataset.leads = "";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    for (const [name, text] of [["b", one.title], ["span", one.told], ["small", one.kind]]) {
      option.append(Object.assign(document.createElement(name), { textContent: text }));
    }
    option.addEventListener("pointermove", () => choose(option));
    return option;
  };

  const show = (found, isAsked) => {
    list.replaceChildren(...found.map(row));
    field.setAttribute("aria-expanded", String(found.length > 0));
    status.textContent = isAsked && !found.length ? facts.nothingFound : "";
    choose(list.firstElementChild);
    if (goesOn) chosen()?.click();
    goesOn = false;
  };

  const ask = async () => {
    const text = field.value.trim();
    asked?.abort();
    const mine = new AbortController();
    asked = text ? mine : null;
    if (!text) return show([], false);
    try {
      const answer = await fetch(`/api/v1/search?q=${encodeURIComponent(text)}`, { signal: mine.signal });
      if (answer.ok) show((await answer.json()).found, true);
    } catch {
      // another question has come, or vopt is gone, which the page itself says
    } finally {
      if (asked === mine) asked = null;
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      waiting = 0;
      ask();
    }, WAITS_MS);
  });
  field.addEventListener("keydown", (event) => {
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    if (event.key === "Enter" && (waiting || asked)) goesOn = true;
    else if (event.key === "Enter") chosen()?.click();
    if (step || event.key === "Enter") event.preventDefault();
  });
  panel.addEventListener("opened", () => {
    field.select();
    field.focus();
  });
})();
