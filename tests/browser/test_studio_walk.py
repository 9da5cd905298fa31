"""The studio in a real browser: from photos to a package, with and without a language model, and nothing is lost."""

from __future__ import annotations

import json
import threading
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.assistant.ollama_server import OllamaServer, running_ollama
from tests.assistant.serving import Writing
from tests.browser.conftest import NewWindow, address_of, served
from tests.server.phones import jpeg
from tests.windows import Window

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(300)]

TOLD = "Giacca di jeans, comoda e bella da portare ogni giorno. La spedisco con cura e in fretta."


def field(window: Window, label: str) -> Locator:
    return window.shown.get_by_role("textbox", name=label, exact=True)


def choose(window: Window, label: str, wanted: str) -> None:
    """Choose in a field with a long list by typing what is looked for; the keys go on from there."""
    chooser = window.shown.get_by_role("button", name=label, exact=True)
    chooser.click()
    window.page.keyboard.type(wanted)
    window.shown.get_by_role("option").filter(has_text=wanted).first.click()
    window.settle()
    expect(chooser).to_be_focused()


def drop(window: Window, count: int) -> None:
    files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(8 * n + 1, 900)} for n in range(count)]
    window.shown.locator(".vopt-upload input[type=file]").set_input_files(files)  # type: ignore[arg-type]


def test_a_listing_is_made_from_photos_without_a_language_model(tmp_path: Path, new_window: NewWindow) -> None:
    with served(tmp_path, ollama_url="off") as pages:
        window = new_window(address_of(pages), language="en")
        window.open("/studio")
        drop(window, 3)
        expect(window.shown.locator(".vopt-shot")).to_have_count(3)
        expect(window.shown.get_by_text("The photos are being looked at…")).to_be_hidden()

        choose(window, "Catalogue", "Giubbotti di jeans")
        title = field(window, "Title")
        expect(title).not_to_have_value("")
        choose(window, "Brand", "Zara")
        window.settle()
        assert "Zara" in title.input_value()
        window.shown.get_by_role("combobox", name="Condition", exact=True).select_option(label="Very good")
        field(window, "Your price, €").fill("24,50")
        window.page.keyboard.press("Tab")
        description = field(window, "Description")
        description.fill("La vendo perché non mi va più.")
        description.press("Tab")
        packed = window.shown.locator(".vopt-studio-package")
        expect(packed).to_contain_text("La vendo perché non mi va più.")
        expect(packed).to_contain_text("24.50")

        window.page.reload()
        window.settle()
        expect(field(window, "Description")).to_have_value("La vendo perché non mi va più.")
        expect(field(window, "Your price, €")).to_have_value("24.50")
        window.shown.get_by_role("link", name="All drafts").click()
        window.shown.locator(".vopt-drafts a").click()
        expect(field(window, "Description")).to_be_visible()
        window.settle()
        assert window.place == "/studio?id=1"
        window.page.go_back()
        expect(window.shown.locator(".vopt-drafts a")).to_be_visible()
        window.page.go_forward()
        expect(field(window, "Description")).to_be_visible()
        with window.page.expect_download() as told:
            window.shown.get_by_role("link", name="Download all (zip)").click()
        told.value.save_as(tmp_path / "package.zip")
        with zipfile.ZipFile(tmp_path / "package.zip") as package:
            assert sum(name.endswith(".jpg") for name in package.namelist()) == 3

        pasted = field(window, "Address of the new listing, copied on Vinted")
        pasted.fill("https://www.vinted.it/items/7000000001-giacca")
        pasted.press("Tab")
        window.shown.get_by_role("button", name="It is on Vinted").click()
        expect(window.shown.get_by_text("This listing is no draft any more")).to_be_visible()
        assert not window.overflows()
        assert window.complaints == []


def test_a_model_writes_before_her_eyes_and_a_restart_loses_nothing(tmp_path: Path, new_window: NewWindow) -> None:
    go_on = threading.Event()

    def slowly(at: Writing) -> None:
        told = json.dumps({"title": "Giacca di jeans", "description": TOLD, "hashtags": ["giacca"]})
        with at.saying(told[:80]) as send:
            go_on.wait(60)
            send({"model": "m", "message": {"role": "assistant", "content": told[80:]}, "done": False})
            at.end(send)

    with running_ollama(OllamaServer(models={"phi3:mini": 1}, said=[slowly])) as ollama:
        with served(tmp_path, ollama_url=ollama.address) as pages:
            port = pages.port
            window = new_window(address_of(pages), language="it", width=390)
            window.open("/studio")
            window.shown.get_by_role("button", name="Inizia senza foto").click()
            choose(window, "Categoria", "Giubbotti di jeans")
            window.settle()
            window.shown.get_by_role("button", name="Riscrivilo").click()
            expect(window.shown.locator(".vopt-writing")).to_contain_text("Giacca di jeans, comoda")
            go_on.set()
            expect(field(window, "Descrizione")).to_have_value(f"{TOLD}\n\n#giacca")
            expect(window.shown.get_by_text("Scritto da phi3:mini di Ollama.")).to_be_visible()
            window.shown.get_by_role("button", name="Testo precedente").click()
            expect(field(window, "Descrizione")).not_to_have_value(f"{TOLD}\n\n#giacca")
            place = window.place
            assert not window.overflows()
        with served(tmp_path, port, ollama_url="off"):
            window.open(place)
            window.shown.get_by_role("button", name="Testo successivo").click()
            expect(field(window, "Descrizione")).to_have_value(f"{TOLD}\n\n#giacca")
