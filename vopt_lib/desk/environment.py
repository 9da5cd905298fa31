"""This is where the processes that vopt starts get their environment: ours, whatever the person's shell holds."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pydantic import SecretStr

from vopt_lib.paths import Paths, checkout
from vopt_lib.settings import Settings

# These in a person's shell belong to her other projects: a foreign PREFECT_API_URL would send our flows there.
FOREIGN = ("PREFECT_", "GX_", "MARIMO_", "VOPT_")
LOOPBACK = "127.0.0.1,localhost,.localhost"
# Prefect's own chatter stays out; what a run says of itself goes to its page in the Prefect UI.
FLOW_ENVIRONMENT = {
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "INFO",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
}


def child_environment(
    paths: Paths, extra: Mapping[str, str], environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The environment of a process that vopt starts: no foreign settings, all homes and caches below VOPT_DATA.

    `extra` wins. The VOPT_ settings in force reach the child through `extra` and vopt.toml only. Wherever it works, it
    finds flows/, which is not installed.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith(FOREIGN)}
    # A proxy is for the world outside: without this, Prefect would look for its own server there.
    not_proxied = ",".join(filter(None, (environ.get("no_proxy") or environ.get("NO_PROXY"), LOOPBACK)))
    return kept | {
        "no_proxy": not_proxied,
        "NO_PROXY": not_proxied,
        "VOPT_DATA": str(paths.data),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(checkout()), environ.get("PYTHONPATH")))),
        "PREFECT_HOME": str(paths.homes / "prefect"),
        "PREFECT_PROFILES_PATH": str(paths.homes / "prefect" / "profiles.toml"),
        "XDG_CONFIG_HOME": str(paths.homes / "config"),
        "XDG_CACHE_HOME": str(paths.homes / "cache"),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "GX_ANALYTICS_ENABLED": "false",
        **extra,
    }


def settings_environment(settings: Settings) -> dict[str, str]:
    """The settings that were made, as the environment of a process that shall have them too.

    Those of vopt.toml it reads there itself: some live for months, and what the owner changes there counts at once.
    """
    passed_on = settings.model_fields_set - {"data"} - settings.read_from_file
    made = {name: getattr(settings, name) for name in passed_on}
    return {f"VOPT_{name.upper()}": _written(value) for name, value in made.items() if value is not None}


def _written(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
