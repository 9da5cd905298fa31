// The frame around the pages: keeps the pages opened last alive, and the address bar true.
(() => {
  "use strict";
  const root = document.documentElement;
  if (!("newEnough" in root.dataset)) return; // the page says so instead
  const facts = JSON.parse(document.getElementById("vopt-shell").textContent);
  const place = document.getElementById("pages");
  const waiting = place.querySelector(".vopt-waiting");
  const trouble = place.querySelector(".vopt-trouble");
  const LATE_MS = 15000;
  const PAUSES_MS = [500, 1000, 2000, 4000];
  // Each page kept alive costs the server some 6 MB and three threads. One in which something is typed, or whose kernel
  // works, stays longer; the studio keeps what is typed there by itself.
  const MOST_ALIVE = 5;
  const MOST_BUSY = 8;
  const KEEPS_ALL = "studio";
  const ENDS_WITHIN_MS = 1000;
  // page → {element, query: where it is or goes, sent: what it was sent to and has not said to be, at, ready, lost,
  // typed}; the one shown longest ago comes first
  const frames = new Map();
  const left = new Map(); // page that was ended → where it was
  let ahead = null; // a page opened before she asked for it
  let current = null;

  const addressOf = (page, query) => (page === "home" ? "/" : `/${page}`) + (query ? `?${query}` : "");
  const placeOf = (url) => ({ page: url.pathname.slice(1) || "home", query: url.search.slice(1) });

  const frameOf = (page, query) => {
    if (frames.has(page)) return frames.get(page);
    const element = document.createElement("iframe");
    element.title = facts.pages[page];
    element.src = `/p/${page}/` + (query ? `?${query}` : "");
    const frame = { element, query, sent: [], ready: false, lost: false, typed: false, late: 0 };
    // A server that is gone leaves the browser's own error page, which nobody may look into.
    element.addEventListener("load", () => {
      if (!element.contentDocument?.getElementById("root")) lose(page, frame);
    });
    frames.set(page, frame);
    place.append(element);
    return frame;
  };

  const show = (page, query) => {
    if (frames.get(page)?.lost) {
      const kept = forget(page);
      query ??= kept;
    }
    const known = frames.has(page);
    const frame = frameOf(page, query ?? left.get(page) ?? "");
    if (ahead === page) ahead = null;
    left.delete(page);
    frames.delete(page);
    frames.set(page, frame);
    current = page;
    for (const [name, one] of frames) one.element.classList.toggle("is-shown", name === page);
    mark(page);
    endOldest();
    document.title = `${facts.pages[page]} · vopt`;
    if (known && query !== undefined && query !== frame.query) {
      frame.query = query;
      frame.sent.push(query);
      frame.element.contentWindow.postMessage({ vopt: "go", query }, location.origin);
    } else if (known) frame.element.contentWindow.postMessage({ vopt: "shown" }, location.origin);
    showWaiting(frame);
    return frame;
  };

  // In the sidebar, and at the bottom of a phone, where "more" stands for all others.
  const mark = (page) => {
    for (const link of document.querySelectorAll("nav a[data-page]")) {
      if (link.dataset.page === page) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.querySelector("aside [aria-current]")?.scrollIntoView({ block: "nearest" });
    const isFirst = document.querySelector(`.vopt-bottom a[data-page="${page}"]`);
    document.querySelector(".vopt-all-pages").classList.toggle("is-current", !isFirst);
  };

  // A page that says so ends its kernel at once; else the kernel waits whether its page comes back.
  const end = (page) => {
    const { element, query, late } = frames.get(page);
    clearTimeout(late);
    frames.delete(page);
    left.set(page, query);
    element.contentWindow.postMessage({ vopt: "end" }, location.origin);
    setTimeout(() => element.remove(), ENDS_WITHIN_MS);
  };

  const isBusy = ({ element, typed }) => typed || "busy" in (element.contentDocument?.documentElement.dataset ?? {});

  const endOldest = () => {
    for (const [most, isKept] of [[MOST_ALIVE, isBusy], [MOST_BUSY, () => false]]) {
      for (const [page, frame] of [...frames]) {
        if (frames.size <= most) break;
        if (page !== current && page !== ahead && !isKept(frame)) end(page);
      }
    }
  };

  const showWaiting = (frame) => {
    waiting.hidden = frame.ready;
    say(null);
    clearTimeout(frame.late);
    if (!frame.ready) frame.late = setTimeout(() => frames.get(current) === frame && say(facts.late), LATE_MS);
  };

  // When vopt is gone: the page stays readable, and is opened anew, where she was, as soon as vopt answers.
  const say = (text) => {
    trouble.hidden = text === null;
    trouble.querySelector("span").textContent = text ?? "";
  };

  const lose = (page, frame) => {
    if (frames.get(page) !== frame) return;
    frame.lost = true;
    if (page === current) ask();
  };

  const forget = (page) => {
    const { element, late, query } = frames.get(page);
    clearTimeout(late);
    element.remove();
    frames.delete(page);
    return query;
  };

  let asking = 0;
  let asked = 0; // how often since a page was last ready
  const ask = () => {
    clearTimeout(asking);
    asking = setTimeout(askNow, asked ? PAUSES_MS[Math.min(asked, PAUSES_MS.length) - 1] : 0);
  };

  // Signing out ends the pages: where she is led then is said by its answer.
  let isLeaving = false;
  document.addEventListener("submit", (event) => (isLeaving ||= event.target.matches("form[action='/logout']")));
  addEventListener("pageshow", () => (isLeaving = false));

  const askNow = async () => {
    asked += 1;
    const answer = await fetch("/p/home/health", { cache: "no-store" }).catch(() => null);
    if (isLeaving) return;
    if (answer?.status === 401 && navigator.cookieEnabled) location.reload(); // another vopt, or one that forgot her
    else if (!answer?.ok) {
      say(facts.gone);
      ask();
    } else if (frames.get(current).lost) show(current);
    else say(null);
  };

  trouble.querySelector("button").addEventListener("click", () => {
    asked = 0;
    lose(current, frames.get(current));
  });

  const open = (page, query) => {
    const frame = show(page, query);
    const address = addressOf(page, frame.query);
    if (address !== location.pathname + location.search) history.pushState(null, "", address);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-page], a[data-leads]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const wanted = placeOf(new URL(link.href));
    if (!link.dataset.page && !facts.pages[wanted.page]) return;
    event.preventDefault();
    link.closest("dialog")?.close();
    if (link.dataset.page) open(link.dataset.page);
    else open(wanted.page, wanted.query || undefined);
  });

  // Opening begins when she is about to, one page at a time: a pointer that rests on the link, or the keyboard's focus.
  let resting = 0;
  const openAhead = (page) => {
    if (frames.has(page)) return;
    if (ahead !== null) end(ahead);
    frameOf(page, left.get(page) ?? "");
    ahead = page;
  };
  for (const [kind, rests_ms] of [["pointerenter", 60], ["focusin", 400]]) {
    document.querySelectorAll("nav a[data-page]").forEach((link) => {
      link.addEventListener(kind, () => {
        clearTimeout(resting);
        resting = setTimeout(openAhead, rests_ms, link.dataset.page);
      });
    });
  }
  for (const kind of ["pointerleave", "focusout"]) {
    document.querySelectorAll("nav a[data-page]").forEach((link) => {
      link.addEventListener(kind, () => clearTimeout(resting));
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
    if (event.data.vopt === "lost") lose(page, frame);
    if (event.data.vopt === "typed") frame.typed = page !== KEEPS_ALL;
    if (event.data.vopt === "ready") {
      frame.ready = true;
      asked = 0;
      if (page === current) showWaiting(frame);
    }
    if (event.data.vopt === "open") {
      const wanted = placeOf(new URL(event.data.href, location.origin));
      if (facts.pages[wanted.page]) open(wanted.page, wanted.query || undefined);
    }
  });

  const arrive = (page, frame, query) => {
    const found = frame.sent.indexOf(query);
    if (found < 0 && query === frame.at) return;
    const isFirst = frame.at === undefined;
    frame.at = query;
    frame.typed = false; // what she typed is in the address now, or belonged to what is no longer shown
    // The kernel may say it in other words: then it answers what it was sent first.
    const answered = isFirst && found < 0 ? 0 : Math.max(found, 0) + 1;
    const wasSent = frame.sent.splice(0, answered).length > 0;
    if (frame.sent.length) return;
    frame.query = query;
    if (page !== current) return;
    const address = addressOf(page, query);
    if (address === location.pathname + location.search) return;
    if (isFirst || wasSent) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
  };

  // Theme and language.
  const system = matchMedia("(prefers-color-scheme: dark)");
  const showTheme = () => {
    const choice = root.dataset.themeChoice;
    root.dataset.theme = choice === "dark" || (choice === "system" && system.matches) ? "dark" : "light";
    const paper = getComputedStyle(root).getPropertyValue("--vopt-paper").trim();
    document.querySelectorAll("meta[name=theme-color]").forEach((meta) => (meta.content = paper));
  };
  showTheme();
  system.addEventListener("change", showTheme);

  const remember = (name, value) => fetch("/preferences", {
    method: "POST", body: new URLSearchParams({ [name]: value }), credentials: "same-origin",
  }).catch(ask);
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
