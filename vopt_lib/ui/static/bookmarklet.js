// Fills Vinted's open form with what she copied in vopt, and says what is left for her to choose.
//
// It is a bookmark: vopt_lib/ui/bookmarklet.py puts its words in and makes one address of it, so comments stand on
// lines of their own. It presses nothing, sends nothing, loads nothing; whatever it shows is text.
(() => {
  "use strict";
  const SAID = "SAID";
  const PANEL = "vopt-form";
  document.getElementById(PANEL)?.remove();

  // What the fields were called when somebody looked last (2026), then what they may be called.
  const FIELDS = {
    title: { kind: "input", mark: "title--input", labels: ["titolo", "title", "titre", "titel", "titulo"] },
    description: {
      kind: "textarea",
      mark: "description--input",
      labels: ["descrizione", "description", "descrivi", "describe", "beschreibung", "beschreib", "descripcion"],
    },
    price: { kind: "input", mark: "price-input--input", labels: ["prezzo", "price", "prix", "preis", "precio"] },
  };
  const TYPES = ["text", "number", "tel", "textarea"];

  const folded = (text) =>
    (text || "").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[*:]/g, "").trim();

  const namesOf = (field) => {
    const told = (field.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
    const texts = [...(field.labels || []), ...told.map((id) => document.getElementById(id))];
    const said = [field.getAttribute("aria-label"), field.placeholder];
    return [...texts.map((label) => label?.textContent), ...said].map(folded).filter(Boolean);
  };

  const pieces = (field) =>
    [field.id, field.name, field.dataset.testid].flatMap((name) => (name || "").toLowerCase().split(/[^a-z]+/));

  // The first way that leads to one field and no other.
  const find = (name) => {
    const { kind, mark, labels } = FIELDS[name];
    const ways = [
      (field) => field.dataset.testid === mark,
      (field) => field.id === name || field.name === name,
      (field) => namesOf(field).some((text) => labels.includes(text)),
      (field) => namesOf(field).some((text) => labels.some((label) => text.startsWith(label))),
      (field) => pieces(field).includes(name),
    ];
    const open = [...document.querySelectorAll(kind)].filter(
      (field) => TYPES.includes(field.type) && !field.readOnly && !field.disabled && field.getClientRects().length,
    );
    return ways.map((way) => open.filter(way)).find((found) => found.length === 1)?.[0];
  };

  // "24,50 €" as a number; what has letters is none.
  const amount = (text) => (/\p{L}/u.test(text) ? NaN : parseFloat(text.replace(/[^\d.,]/g, "").replace(",", ".")));

  const pause = () => new Promise((resolve) => setTimeout(resolve, 60));

  // React keeps a value of its own, told by "input"; the price becomes true when its field is left ("focusout").
  const fill = async (field, value) => {
    const there = field.value.trim();
    if (amount(there) && amount(there) === amount(value)) return "filled";
    if (there && amount(there) !== 0 && there !== value.trim()) return "kept";
    const typed = field.type === "number" ? value.replace(",", ".") : value;
    field.focus();
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, typed);
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
    await pause();
    field.dispatchEvent(new Event("change", { bubbles: true }));
    const wasThere = document.activeElement === field;
    field.blur();
    if (!wasThere) field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    await pause();
    return field.value.trim() ? "filled" : "empty";
  };

  const make = (name, text = "", kind = "") => {
    const made = document.createElement(name);
    made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const button = (text, act) => {
    const made = make("button", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  };

  const host = make("div");
  host.id = PANEL;
  const place = "position:fixed;z-index:2147483647;right:12px;bottom:12px;width:min(360px,calc(100vw - 24px))";
  host.style.cssText = place;
  const root = host.attachShadow({ mode: "open" });
  if ("adoptedStyleSheets" in root) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      section { box-sizing: border-box; max-height: 75vh; overflow: auto; padding: 14px; border: 1px solid #8a7f86;
        border-radius: 12px; background: #fff; color: #231d21; font: 15px/1.4 system-ui, sans-serif;
        box-shadow: 0 8px 30px #0005; }
      header { display: flex; justify-content: space-between; align-items: center; font-weight: 600; }
      p, ul { margin: 8px 0; padding: 0; list-style: none; overflow-wrap: anywhere; }
      li { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; padding: 6px 0; border-top: 1px solid #ddd; }
      li b { flex-basis: 100%; }
      textarea { box-sizing: border-box; width: 100%; height: 60px; font: inherit; }
      button { padding: 5px 10px; border: 1px solid #8a7f86; border-radius: 8px; background: #fff; color: inherit;
        font: inherit; text-align: left; cursor: pointer; overflow-wrap: anywhere; }
      .good { color: #1d6a45; } .bad { color: #a5312a; }
    `);
    root.adoptedStyleSheets = [sheet];
  }
  const section = make("section");
  const header = make("header");
  header.append(make("span", SAID.name), button(SAID.close, () => host.remove()));
  const body = make("div");
  body.setAttribute("role", "status");
  section.append(header, body);
  root.append(section);
  document.documentElement.append(host);

  const copyByHand = (text) => {
    const box = make("textarea");
    box.value = text;
    root.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  };
  const copying = (text) => {
    const made = button(text, async () => {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        copyByHand(text);
      }
      made.textContent = `${text} ✓`;
    });
    made.title = SAID.copy;
    return made;
  };

  const line = (name, values, told = "", kind = "") => {
    const made = make("li");
    made.append(make("b", name), ...values.map((value) => copying(value)));
    if (told) made.append(make("span", told, kind));
    return made;
  };

  const tellOf = async (copied, name) => {
    const value = String(copied[name] || "");
    const label = SAID[name];
    if (!value) return line(label, [], SAID.missing, "bad");
    const field = find(name);
    if (!field) return line(label, [value], SAID.unfound, "bad");
    const done = await fill(field, value);
    if (done === "kept") return line(label, [value], SAID.kept, "bad");
    if (done === "empty") return line(label, [value], SAID.unfound, "bad");
    return line(label, [], name === "price" ? `${SAID.filled} ${field.value}` : SAID.filled, "good");
  };

  const show = async (copied) => {
    const filled = make("ul");
    for (const name of Object.keys(FIELDS)) filled.append(await tellOf(copied, name));
    const left = make("ul");
    const listed = (some) => (Array.isArray(some) ? some : []);
    for (const step of listed(copied.choose)) {
      const values = listed(step?.values).map(String);
      left.append(line(String(step?.name), values, values.length ? String(step.means || "") : SAID.missing));
    }
    body.replaceChildren(filled, make("p", SAID.choose), left, make("p", SAID.last));
  };

  const read = (text) => {
    try {
      const copied = JSON.parse(text);
      return copied?.vopt === "form" ? copied : null;
    } catch {
      return null;
    }
  };

  const ask = () => {
    const box = make("textarea");
    const told = make("p", "", "bad");
    const take = (text) => {
      const copied = read(text);
      told.textContent = copied ? "" : SAID.strange;
      if (copied) show(copied);
    };
    box.setAttribute("aria-label", SAID.paste);
    box.addEventListener("input", () => take(box.value));
    const paste = button(SAID.button, async () => {
      try {
        take(await navigator.clipboard.readText());
      } catch {
        box.focus();
      }
    });
    body.replaceChildren(make("p", SAID.paste), box, ...(navigator.clipboard?.readText ? [paste] : []), told);
    box.focus();
  };

  if (/^\/items\/(new|\d+\/edit)\/?$/.test(location.pathname)) ask();
  else body.append(make("p", SAID.elsewhere));
})();
