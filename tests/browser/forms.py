"""This is where stand-ins of a marketplace's form are: served from nowhere, they note what is done to them.

`VINTEDS` has the names that Vinted's own form had in 2026, as several public programs that fill it in agree:
`data-testid` of title--input, description--input, price-input--input, upload-form-save-button. Its price becomes true
only when its field is left, as there.
"""

from __future__ import annotations

from typing import Final

_NOTES: Final = """
<p id="shown"></p>
<script>
  window.pressed = [];
  window.told = {};
  for (const kind of ["click", "submit"])
    document.addEventListener(kind, (event) => window.pressed.push(`${kind} ${event.target.tagName}`), true);
  // As React does: each field keeps a value of its own, and believes only an event after which it differs.
  for (const field of document.querySelectorAll("input, textarea")) {
    const { set, get } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value");
    let known = field.value;
    Object.defineProperty(field, "value", { configurable: true, get() { return get.call(this); },
      set(value) { known = value; set.call(this, value); } });
    field.addEventListener("input", () => {
      if (get.call(field) === known) return;
      known = get.call(field);
      window.told[field.name || field.id] = known;
    });
  }
</script>
"""

VINTEDS: Final = f"""<!DOCTYPE html><title>Vinted</title>
<form action="/uploaded" method="post">
  <input type="search" name="search_text" placeholder="Cerca articoli">
  <input type="file" name="photos" data-testid="add-photos-input" multiple>
  <label for="title">Titolo</label><input id="title" name="title" data-testid="title--input">
  <label for="description">Descrivi il tuo articolo</label>
  <textarea id="description" name="description" data-testid="description--input"></textarea>
  <input id="category" data-testid="catalog-select-dropdown-input" readonly placeholder="Seleziona una categoria">
  <label for="price">Prezzo</label>
  <input id="price" name="price" data-testid="price-input--input" placeholder="€0,00" inputmode="decimal">
  <button type="button" data-testid="upload-form-save-draft-button">Salva bozza</button>
  <button data-testid="upload-form-save-button">Carica</button>
</form>
{_NOTES}
<script>
  const price = document.getElementById("price");
  document.addEventListener("focusout", (event) => {{
    if (event.target !== price || !window.told.price) return;
    window.told.paid = parseFloat(window.told.price.replace(",", "."));
    price.value = `${{window.told.paid.toFixed(2).replace(".", ",")}} €`;
  }});
</script>
"""

RENAMED: Final = f"""<!DOCTYPE html><title>Vinted</title>
<form action="/uploaded" method="post">
  <label>Título*<input name="a1"></label>
  <span id="told">Beschreibung:</span><textarea name="a2" aria-labelledby="told"></textarea>
  <input name="a3" type="number" step="0.01" value="0" aria-label="Prix (€)">
  <input name="a4" hidden aria-label="Titolo">
  <input type="submit" value="Ajouter">
</form>
{_NOTES}
"""

UNKNOWN: Final = f"""<!DOCTYPE html><title>Vinted</title>
<form action="/uploaded" method="post">
  <input name="title" value="Scritto da me">
  <input name="b1" aria-label="Prezzo"><input name="b2" aria-label="Prezzo">
  <button>Carica</button>
</form>
{_NOTES}
"""
