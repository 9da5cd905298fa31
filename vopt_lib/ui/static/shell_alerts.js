// The bell: how many alerts she has not put aside, and the newest of them. Everything told is text.
(() => {
  "use strict";
  const facts = JSON.parse(document.getElementById("vopt-shell").textContent);
  const panel = document.getElementById("vopt-alerts");
  const bell = document.querySelector("[data-opens=vopt-alerts]");
  const [badge, list] = [bell.querySelector("b"), panel.querySelector("ul")];
  const [nothing, all] = [panel.querySelector(".is-nothing"), panel.querySelector(".is-all")];
  const EVERY_MS = 60000;
  const AT_FIRST_MS = 1500; // the page comes first
  const AGAIN_AFTER_MS = 5000; // a window gets the focus back from each of its pages
  const MOST = 99;
  let lookedAt = 0;
  let asked = 0;

  const part = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text, ...more });

  const row = (one) => {
    const item = document.createElement("li");
    item.className = `is-${one.level}` + (one.lasts ? "" : " is-over") + (one.is_seen ? " is-seen" : "");
    item.append(part("p", one.text));
    if (one.next_step) item.append(part("p", one.next_step, { className: "is-next" }));
    item.append(part("small", one.when));
    const actions = part("div", "");
    if (one.href) {
      const link = part("a", facts.look, { href: one.href });
      link.dataset.leads = "";
      actions.append(link);
    }
    if (!one.is_seen) actions.append(part("button", facts.aside, { type: "button", onclick: () => putAside([one.id]) }));
    item.append(actions);
    return item;
  };

  const show = ({ unseen, label, alerts }) => {
    badge.hidden = !unseen;
    badge.textContent = unseen > MOST ? `${MOST}+` : unseen;
    bell.setAttribute("aria-label", label);
    const known = alerts.filter((one) => !one.is_seen).map((one) => one.id);
    nothing.hidden = alerts.length > 0;
    all.hidden = known.length < 2;
    all.onclick = () => putAside(known);
    list.replaceChildren(...alerts.map(row));
  };

  const take = async (asking) => {
    const number = ++asked;
    const answer = await asking.catch(() => null);
    if (answer?.ok && number === asked) show(await answer.json());
  };
  const look = () => {
    if (document.hidden || Date.now() - lookedAt < AGAIN_AFTER_MS) return;
    lookedAt = Date.now();
    take(fetch("/api/v1/alerts", { cache: "no-store" }));
  };
  const putAside = (ids) => take(fetch("/api/v1/alerts/seen", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ids }),
  }));

  setTimeout(look, AT_FIRST_MS);
  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", look);
  addEventListener("focus", look);
  panel.addEventListener("opened", look);
})();
