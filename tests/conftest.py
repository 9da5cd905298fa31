"""This is where every test gets a neutral environment, and tests that run flows one Prefect server of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.waiting import PATIENT
from vopt_lib.desk.environment import FOREIGN

# A fresh clone on a busy machine takes seconds for its first text: slowness proves nothing wrong.
settings.register_profile("vopt", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("vopt")

ABOUT_TESTS = ("VOPT_RECORDED_DATA", "VOPT_CHROMIUM", "VOPT_DEMO_DATA", "VOPT_SCREENS")


@pytest.fixture(scope="session", autouse=True)
def neutral_environment() -> Iterator[None]:
    """No language of the shell that runs the tests, and of its settings none."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(FOREIGN) and name not in ABOUT_TESTS]:
            patch.delenv(name)
        patch.delenv("LANGUAGE", raising=False)
        for name, value in {"LC_ALL": "C.UTF-8", **PATIENT}.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A temporary Prefect server, with its home out of the person's sight."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        patch.setenv("PREFECT_LOGGING_LEVEL", "ERROR")
        patch.setenv("DO_NOT_TRACK", "1")
        from prefect.testing.utilities import prefect_test_harness

        with prefect_test_harness(server_startup_timeout=90):
            yield
