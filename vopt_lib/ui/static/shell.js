// The frame around the pages: keeps opened pages alive, and the address bar true.
(() => {
  "use strict";
  const root = document.documentElement;
  const facts = JSON.parse(document.getElementById("vopt-shell").textContent);
  const place = document.getElementById("pages");
  const waiting = place.querySelector(".vopt-waiting");
  const waitingText = waiting.querySelector("p");
  const LATE_MS = 15000;
  const frames = new Map(); // page → {element, query, ready}
  let current = null;

  const addressOf = (page, query) => (page === "home" ? "/" : `/${page}`) + (query ? `?${query}` : "");
  const placeOf = (url) => ({ page: url.pathname.slice(1) || "home", query: url.search.slice(1) });

  const frameOf = (page, query) => {
    if (frames.has(page)) return frames.get(page);
    const element = document.createElement("iframe");
    element.title = facts.pages[page];
    element.src = `/p/${page}/` + (query ? `?${query}` : "");
    const frame = { element, query, ready: false, late: 0 };
    frames.set(page, frame);
    place.append(element);
    return frame;
  };

  const show = (page, query) => {
    const known = frames.has(page);
    const frame = frameOf(page, query ?? "");
    current = page;
    for (const [name, one] of frames) one.element.classList.toggle("is-shown", name === page);
    document.querySelectorAll("[data-page]").forEach((link) => {
      if (link === root || !link.closest("nav")) return;
      if (link.dataset.page === page) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    document.title = `${facts.pages[page]} · vopt`;
    if (known && query !== undefined && query !== frame.query) {
      frame.query = query;
      frame.element.contentWindow.postMessage({ vopt: "go", query }, location.origin);
    }
    showWaiting(frame);
    return frame;
  };

  const showWaiting = (frame) => {
    waiting.hidden = frame.ready;
    clearTimeout(frame.late);
    if (!frame.ready) frame.late = setTimeout(() => sayLate(frame), LATE_MS);
  };

  const sayLate = (frame) => {
    if (frame.ready) return;
    const again = Object.assign(document.createElement("button"), { textContent: facts.again, type: "button" });
    again.addEventListener("click", () => location.reload());
    waitingText.replaceChildren(facts.late, " ", again);
  };

  const open = (page, query) => {
    const frame = show(page, query);
    const address = addressOf(page, frame.query);
    if (address !== location.pathname + location.search) history.pushState(null, "", address);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-page]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link.dataset.page);
  });

  // Opening begins when she is about to: a pointer on the link, or the keyboard's focus.
  for (const kind of ["pointerenter", "focusin"]) {
    document.querySelectorAll("nav a[data-page]").forEach((link) => {
      link.addEventListener(kind, () => frameOf(link.dataset.page, ""));
    });
  }

  addEventListener("popstate", () => {
    const { page, query } = placeOf(location);
    if (facts.pages[page]) show(page, query);
  });

  addEventListener("message", (event) => {
    if (event.origin !== location.origin) return;
    const found = [...frames].find(([, one]) => one.element.contentWindow === event.source);
    if (!found) return;
    const [page, frame] = found;
    if (event.data.vopt === "at") arrive(page, frame, event.data.query);
    if (event.data.vopt === "ready") {
      frame.ready = true;
      if (page === current) showWaiting(frame);
    }
    if (event.data.vopt === "open") {
      const wanted = placeOf(new URL(event.data.href, location.origin));
      if (facts.pages[wanted.page]) open(wanted.page, wanted.query || undefined);
    }
  });

  const arrive = (page, frame, query) => {
    const first = frame.at === undefined;
    frame.at = frame.query = query;
    if (page !== current) return;
    const address = addressOf(page, query);
    if (address === location.pathname + location.search) return;
    if (first) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
  };

  // Theme and language.
  const system = matchMedia("(prefers-color-scheme: dark)");
  const showTheme = () => {
    const choice = root.dataset.themeChoice;
    root.dataset.theme = choice === "dark" || (choice === "system" && system.matches) ? "dark" : "light";
  };
  showTheme();
  system.addEventListener("change", showTheme);

  const remember = (name, value) => fetch("/preferences", {
    method: "POST", body: new URLSearchParams({ [name]: value }), credentials: "same-origin",
  });
  document.querySelector("select[name=theme]").addEventListener("change", (event) => {
    root.dataset.themeChoice = event.target.value;
    showTheme();
    for (const { element } of frames.values()) {
      element.contentWindow.postMessage({ vopt: "theme", theme: event.target.value }, location.origin);
    }
    remember("theme", event.target.value);
  });
  document.querySelector("select[name=language]").addEventListener("change", async (event) => {
    await remember("language", event.target.value);
    location.reload();
  });

  const start = placeOf(location);
  show(start.page, start.query);
})();
