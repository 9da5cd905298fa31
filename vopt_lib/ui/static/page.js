// In every framed page: theme, the address, links, marimo's own English, and photos that do not load.
(() => {
  "use strict";
  const root = document.documentElement;
  const shell = window.parent;

  if (shell === window) {
    const page = location.pathname.split("/")[2];
    location.replace((page === "home" ? "/" : `/${page}`) + location.search);
    return;
  }

  const tell = (what) => shell.postMessage({ vopt: what.kind, ...what }, location.origin);

  // What a kernel said while nobody listened is lost, and a new kernel knows nothing of this page: with its socket the
  // page is over. The shell opens it anew; marimo, which would only say "kernel not found", does not learn of it.
  let isLeaving = false;
  addEventListener("pagehide", () => (isLeaving = true));
  addEventListener("pageshow", () => (isLeaving = false));
  const ENDED = 4900; // tells vopt that this page does not come back (server/endings.py)
  const sockets = [];
  const end = () => {
    isLeaving = true;
    for (const socket of sockets) socket.close(ENDED);
  };
  window.WebSocket = class extends WebSocket {
    constructor(...where) {
      super(...where);
      sockets.push(this);
      this.addEventListener("error", (event) => event.stopImmediatePropagation());
      this.addEventListener("close", (event) => {
        event.stopImmediatePropagation();
        if (!isLeaving) tell({ kind: "lost" });
      });
      // data-busy: the kernel works. What a cell shows may be megabytes: only short messages are looked into.
      this.addEventListener("message", ({ data }) => {
        if (data.length > 600) return;
        if (data.includes('"op":"completed-run"')) {
          delete root.dataset.busy;
          setTimeout(() => at !== null && tell({ kind: "at", query: at }), 50);
          setTimeout(sayBroken, GIVES_UP_AFTER_MS);
        }
        if (data.includes('"status":"queued"')) root.dataset.busy = "";
      });
    }
  };

  // Calls to the kernel are made one after the other: on two connections, the press of a button overtakes what was typed
  // just before it, and the kernel keeps a form without its last field.
  const call = window.fetch;
  let callBefore = Promise.resolve();
  window.fetch = (what, options) => {
    if (!(what.url ?? String(what)).includes("/api/kernel/")) return call(what, options);
    const answer = callBefore.then(() => call(what, options));
    callBefore = answer.catch(() => {});
    return answer;
  };

  // Theme: everything drawn uses variables of CSS, so that a change costs nothing.
  const system = matchMedia("(prefers-color-scheme: dark)");
  const showTheme = () => {
    const choice = root.dataset.themeChoice;
    const dark = choice === "dark" || (choice === "system" && system.matches);
    root.dataset.theme = dark ? "dark" : "light";
    for (const [name, on] of [["dark", dark], ["dark-theme", dark], ["light", !dark], ["light-theme", !dark]]) {
      document.body?.classList.toggle(name, on);
    }
  };
  showTheme();
  system.addEventListener("change", showTheme);

  // The page's query → the address bar. The kernel writes it into a marker (ui/address.py).
  let at = null;
  let wanted = null; // where she goes before the kernel is ready
  let heading = null; // where she goes and the page is not yet
  const mirror = () => {
    const marker = document.querySelector(".vopt-at");
    if (!marker || marker.dataset.query === at) return;
    at = marker.dataset.query;
    if (at === heading) heading = null;
    if (`?${at}` !== (location.search || "?")) history.replaceState(null, "", at ? `?${at}` : location.pathname);
    tell({ kind: "at", query: at });
    if (wanted !== null) [wanted] = [null, go(wanted)];
  };

  // The address bar, and links of the page → the kernel, as if she had typed into the marker's hidden control.
  const go = (query) => {
    if (!send(`?${query}`)) {
      wanted = query;
      return;
    }
    heading = query;
  };

  const send = (value) => {
    const control = document.querySelector(".vopt-address marimo-ui-element > *");
    const detail = { value, element: control };
    control?.dispatchEvent(new CustomEvent("marimo-value-input", { bubbles: true, composed: true, detail }));
    return control !== null;
  };

  // Whether there is something new: when the page is shown again, and now and then while it is.
  const LOOKS_EVERY_MS = 10000;
  const look = () => {
    const isSeen = !document.hidden && frameElement.classList.contains("is-shown");
    if (isSeen && !("busy" in root.dataset) && document.querySelector(".vopt-at[data-looks]")) send(`!${Date.now()}`);
  };
  setInterval(look, LOOKS_EVERY_MS);
  document.addEventListener("visibilitychange", look);

  addEventListener("message", (event) => {
    if (event.source !== shell || event.origin !== location.origin) return;
    if (event.data.vopt === "go" && (event.data.query !== at || heading !== null)) go(event.data.query);
    else if (event.data.vopt === "go") tell({ kind: "at", query: at });
    if (event.data.vopt === "shown") look();
    if (event.data.vopt === "end") end();
    if (event.data.vopt === "theme") {
      root.dataset.themeChoice = event.data.theme;
      showTheme();
    }
  });

  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((node) => node.tagName === "A");
    const href = link?.getAttribute("href");
    if (!href || link.target || event.defaultPrevented || event.button) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return openBeside(event, href);
    if (href.startsWith("?")) {
      event.preventDefault();
      go(href.slice(1));
      if (!link.hasAttribute("data-stay")) scrollTo({ top: 0 });
    } else if (/^\/([a-z]|$|\?)/.test(href) && !href.startsWith("/p/") && !link.hasAttribute("download")) {
      event.preventDefault();
      tell({ kind: "open", href });
    }
  });

  const openBeside = (event, href) => {
    if (!href.startsWith("?")) return;
    event.preventDefault();
    const page = location.pathname.split("/")[2];
    open((page === "home" ? "/" : `/${page}`) + href, "_blank", "noopener");
  };

  // What she has typed, so that the shell keeps the page; and the keys that find things from wherever she is.
  document.addEventListener("input", (event) => event.isTrusted && tell({ kind: "typed" }), true);
  const WRITES = "input, textarea, select, [contenteditable='true'], .cm-content";
  addEventListener("keydown", (event) => {
    const [inside] = event.composedPath();
    const isFind = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key === "k";
    const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !inside.closest?.(WRITES);
    if (!isFind && !isSlash) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell({ kind: "find" });
  }, true);

  document.addEventListener("error", (event) => {
    if (event.target.tagName === "IMG") event.target.classList.add("is-missing");
  }, true);

  // marimo's own strings, in the reader's language.
  const phrases = JSON.parse(document.getElementById("vopt-phrases")?.textContent || "{}");
  const translate = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const told = phrases[node.data.trim()];
      if (told) node.data = node.data.replace(node.data.trim(), told);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of ["placeholder", "title", "aria-label"]) {
      const said = node.getAttribute(name);
      if (!said) continue;
      // The label of a number is its HTML.
      const plain = said.includes("<span class=") ? said.replace(/<[^>]*>/g, "") : said;
      const told = phrases[plain] ?? plain;
      if (told !== said) node.setAttribute(name, told);
    }
    if (node.tagName === "INPUT" && node.closest(".mo-label")?.textContent.includes("€")) node.inputMode = "decimal";
    if (node.shadowRoot) watch(node.shadowRoot);
    node.childNodes.forEach(translate);
  };

  const watched = new WeakSet();
  const watch = (place) => {
    if (watched.has(place)) return;
    watched.add(place);
    place.childNodes.forEach(translate);
    new MutationObserver((changes) => {
      mirror();
      sayReady();
      for (const change of changes) {
        if (change.type === "characterData") translate(change.target);
        change.addedNodes.forEach(translate);
      }
    }).observe(place, { childList: true, subtree: true, characterData: true, attributeFilter: ["data-query"] });
  };

  // Ready is what shows something. A kernel that has run and shows nothing has failed before it could say so.
  const GIVES_UP_AFTER_MS = 5000;
  let ready = false;
  let complaint = null;
  const sayReady = () => {
    if (ready && !complaint) return;
    if (!document.querySelector("#root [class^='vopt-']:not(.vopt-address, .vopt-at)")) return;
    complaint?.remove();
    complaint = null;
    ready = true;
    tell({ kind: "ready" });
  };
  const sayBroken = () => {
    if (ready) return;
    ready = true;
    complaint = document.createElement("div");
    complaint.className = "vopt-notice is-bad";
    complaint.setAttribute("role", "alert");
    complaint.append(Object.assign(document.createElement("p"), { textContent: root.dataset.broken }));
    document.body.prepend(complaint);
    tell({ kind: "ready" });
  };

  document.addEventListener("DOMContentLoaded", () => {
    showTheme();
    watch(document.body);
    new MutationObserver(showTheme).observe(document.body, { attributeFilter: ["class"] });
  });
})();
