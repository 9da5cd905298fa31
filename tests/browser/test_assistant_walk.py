"""How she lets Ollama fetch a model that is missing, and sees that it is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.assistant.ollama_server import OllamaServer, running_ollama
from tests.browser.conftest import NewWindow, address_of, served

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(400)]


def test_a_missing_model_is_fetched_by_one_press(new_window: NewWindow, tmp_path: Path) -> None:
    with running_ollama(OllamaServer()) as ollama, served(tmp_path, ollama_url=ollama.address) as pages:
        window = new_window(address_of(pages), language="en")
        window.open("/assistant")
        expect(window.shown.get_by_text("phi3:mini of Ollama writes texts")).to_be_visible()
        window.shown.get_by_role("button", name="Fetch").click()
        expect(window.shown.get_by_text("nomic-embed-text is there.")).to_be_visible()
        expect(window.shown.get_by_role("button", name="Fetch")).to_have_count(0)
        assert window.complaints == []
