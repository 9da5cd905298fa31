"""This is where every setting lives: its name, unit, default and reason.

A setting is read from the environment (`VOPT_…`), else from `vopt.toml` in VOPT_DATA, else its default.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from vopt_lib.errors import SettingsError, SettingsFileDamaged
from vopt_lib.words import N_

# What pydantic complains about, for a person.
_LIMITS = {
    "greater_than": N_("it must be above {gt}"),
    "greater_than_equal": N_("it must be {ge} or more"),
    "less_than": N_("it must be below {lt}"),
    "less_than_equal": N_("it must be {le} or less"),
    "literal_error": N_("it must be one of {expected}"),
    "extra_forbidden": N_("vopt has no such setting"),
    "ipv4_address": N_("it must be an address such as 127.0.0.1, 192.168.1.7 or 0.0.0.0"),
    "origin": N_("it must be https:// and a name, such as https://vopt.example.org, without a path"),
}
_TYPES = (
    ("int", N_("it must be a whole number")),
    ("float", N_("it must be a number")),
    ("decimal", N_("it must be a number")),
    ("string", N_("it must be text in quotes")),
    ("path", N_("it must be a path in quotes")),
)

_ORIGIN = re.compile(
    r"(?:https://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|http://(?:localhost|127\.0\.0\.1|[a-z0-9-]{1,63}\.localhost))"
    r"(?::[1-9]\d{0,4})?",
    re.ASCII,
)
"""Without TLS only this computer itself: else passwords would be readable on their way."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    """Everything that can be set, with its unit in its name."""

    model_config = SettingsConfigDict(
        env_prefix="VOPT_", env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    _read_from_file: frozenset[str] = PrivateAttr(frozenset())

    data: Path = Field(Path("data"), description="Folder for everything that vopt writes.")
    lake: str | None = Field(None, description="Root of the lake tables: a folder or s3://…; default VOPT_DATA/lake.")
    database_url: SecretStr | None = Field(
        None,
        description="Address of the shop's database (postgresql+psycopg://…); default: SQLite, VOPT_DATA/shop.sqlite.",
    )
    key_place: Literal["file", "keyring"] = Field(
        "file",
        description="Where the key of your accounts' passwords is kept: in a file of VOPT_DATA/state that only you can"
        " read, or in the system's keyring (needs the package `keyring`).",
    )
    language: Literal["it", "en"] | None = Field(None, description="Language of the commands; default: the system's.")

    pages_port: int = Field(8420, ge=0, le=65535, description="Port of the pages (0: any free one).")
    pages_host: str = Field(
        "127.0.0.1",
        description="Address at which the pages listen: 127.0.0.1 (this computer only), one of its addresses in the"
        " home network, or 0.0.0.0 (all of them). Beyond this computer everybody must sign in.",
    )
    public_address: str | None = Field(
        None,
        description="Address of the pages behind a tunnel (https://vopt.example.org); everybody must sign in.",
    )
    simulator_port: int = Field(8421, ge=0, le=65535, description="Port of the local simulator (0: any free one).")
    phone_port: int = Field(
        8422, ge=0, le=65535, description="Port of the page that takes photos from a phone (0: any free one)."
    )
    prefect_port: int = Field(4200, ge=0, le=65535, description="Port of the Prefect UI (0: any free one).")
    prefect_database_url: SecretStr | None = Field(
        None,
        description="Address of the database in which `vopt up` lets Prefect keep its runs (postgresql+asyncpg://…);"
        " default: SQLite, below VOPT_DATA.",
    )

    vinted_www: str = Field("https://www.vinted.{tld}", description="Site; {tld} is the market's (it, fr, co.uk).")
    vinted_api: str = Field("https://api.vinted.{tld}", description="Host of the web API.")
    vinted_items_path: str = Field(
        "/svc-catalogue/items",
        description="Catalogue search on the API host; a full address is used as it is"
        " (the alias on the site is https://www.vinted.{tld}/web/gateway/svc-catalogue/items).",
    )
    impersonate: str = Field("chrome146", description="Browser whose TLS handshake curl-cffi speaks; pinned.")

    pause_min_s: float = Field(10.0, ge=3.0, description="Shortest pause between two requests to a real host, seconds.")
    pause_max_s: float = Field(20.0, ge=3.0, description="Longest pause between two requests to a real host, seconds.")
    requests_per_hour: int = Field(80, ge=1, le=100, description="Requests to a real host in any hour.")
    item_pages_per_hour: int = Field(15, ge=0, le=20, description="Item pages of a real host in any hour.")
    requests_per_run: int = Field(400, ge=1, description="Requests of one run at most.")

    photos_a_run: int = Field(60, ge=0, le=1000, description="Photos of listings that one run fetches at most.")

    clip_weights: Path | None = Field(
        None, description="Folder of the weights of CLIP models; default: VOPT_DATA/weights."
    )
    embed_workers: int = Field(
        0,
        ge=0,
        le=64,
        description="Processes that describe photos side by side in the flow `embed` (0: only its own; more need the"
        " extra `dask`).",
    )
    dask_scheduler: str | None = Field(
        None,
        description="Address of a Dask scheduler (tcp://…) whose workers describe photos in the flow `embed`; needs the"
        " extra `dask`.",
    )

    ollama_url: str = Field(
        "http://127.0.0.1:11434", description="Where Ollama is, on this computer or another; `off`: it is not asked."
    )
    ollama_text_model: str = Field("phi3:mini", description="Ollama's model that writes.")
    ollama_vision_model: str = Field("moondream", description="Ollama's model that looks at photos.")
    ollama_embed_model: str = Field("nomic-embed-text", description="Ollama's model that compares texts.")
    openai_url: str | None = Field(
        None, description="An endpoint that speaks OpenAI's protocol (https://…/v1), asked when Ollama fails."
    )
    openai_key: SecretStr | None = Field(None, description="What opens that endpoint; better in the environment.")
    openai_text_model: str | None = Field(None, description="Its model that writes.")
    openai_vision_model: str | None = Field(None, description="Its model that looks at photos.")
    openai_embed_model: str | None = Field(None, description="Its model that compares texts.")
    assistant_seconds: float = Field(
        180.0, ge=1, le=3600, description="Longest that an answer of a language model may take, seconds."
    )

    # A listing takes about 3,000 tokens, photos and retries included: nobody makes more than fifty a day, and an old
    # computer could not use up more in a day. What went wrong at an endpoint that costs money ends here.
    assistant_tokens_a_day: int = Field(
        200_000,
        ge=0,
        description="Tokens that language models may read and write for one person in a day (0: they are not asked).",
    )
    openai_eur_per_million_read: Decimal | None = Field(
        None, ge=0, description="What a million tokens that the endpoint reads cost, EUR; unset: nobody knows."
    )
    openai_eur_per_million_written: Decimal | None = Field(
        None, ge=0, description="What a million tokens that the endpoint writes cost, EUR; unset: nobody knows."
    )

    alert_to: SecretStr | None = Field(
        None,
        description="Where alerts are sent: addresses as Apprise writes them (ntfy://topic tgram://…), separated by"
        " spaces; better in the environment.",
    )
    alert_level: Literal["info", "warn", "bad"] = Field("warn", description="The least pressing alerts that are sent.")
    alert_smtp_host: str | None = Field(None, description="Mail server that takes alerts by e-mail.")
    alert_smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    alert_smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How it encrypts: after a first word, from the first byte (port 465), or not at all."
    )
    alert_smtp_user: str | None = Field(None, description="Your name there.")
    alert_smtp_password: SecretStr | None = Field(None, description="Your password there; better in the environment.")
    alert_smtp_from: str | None = Field(None, description="Who sends the e-mails; default: your name there.")
    alert_smtp_to: str | None = Field(
        None, description="Who gets the e-mails, separated by spaces; default: the sender."
    )

    misses_until_gone: int = Field(3, ge=1, le=30, description="Days a listing is missed before it counts as gone.")
    rejects_max_share: float = Field(
        0.05, ge=0, le=1, description="Share of refused rows above which a day is held back."
    )
    snapshots_kept: int = Field(3, ge=1, description="DuckDB snapshots kept.")
    weekly_backups_kept: int = Field(
        4, ge=1, description="Weekly backups kept; those that you made with `vopt backup` stay."
    )

    repricings_a_day: int = Field(5, ge=0, le=100, description="Changes of price that are proposed a day at most.")
    holding_eur_a_day: float = Field(
        0.05, ge=0, le=100, description="What a thing that waits to be sold costs you a day (space, care), EUR."
    )

    upload_max_mb: int = Field(2048, ge=1, description="Largest file that can be dropped on a page, MB.")

    # A phone that she left somewhere is not in for ever, and who looks in once a week never types her password.
    session_idle_days: int = Field(
        14, ge=1, le=90, description="Days without a visit after which a browser must sign in again."
    )
    session_days: int = Field(
        90, ge=1, le=400, description="Days after which a browser must sign in again, visited or not."
    )

    sql_seconds: float = Field(10.0, gt=0, description="Longest a person's SQL may run, seconds.")
    sql_memory_mb: int = Field(1024, ge=128, description="Most memory a person's SQL may take, MB.")
    sql_rows: int = Field(100_000, ge=1, description="Most rows a person's SQL returns.")

    @property
    def read_from_file(self) -> frozenset[str]:
        """The names of those that are so because vopt.toml said so when they were loaded: nobody else made them."""
        return self._read_from_file

    @field_validator("pages_host")
    @classmethod
    def _is_address(cls, text: str) -> str:
        try:
            return str(IPv4Address(text))
        except ValueError as error:
            raise _complaint("ipv4_address") from error

    @field_validator("public_address")
    @classmethod
    def _is_origin(cls, text: str | None) -> str | None:
        if text is not None and not _ORIGIN.fullmatch(text := text.lower().rstrip("/")):
            raise _complaint("origin")
        return text

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then vopt.toml."""
        toml = TomlConfigSettingsSource(settings_cls, _toml(init_settings().get("data") or env_settings().get("data")))
        return init_settings, env_settings, toml


def load_settings(**given: Any) -> Settings:
    """The settings in force.

    Raises: SettingsError, naming the first setting that cannot be used and where it was read; SettingsFileDamaged.
    """
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise _refusal(error.errors()[0], given) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsFileDamaged(file=str(_toml_of(given)), why=str(error)) from error
    made = {name.upper() for name, value in os.environ.items() if value}
    settings._read_from_file = frozenset(
        name for name in settings.model_fields_set - set(given) if f"VOPT_{name.upper()}" not in made
    )
    weights = settings.clip_weights and settings.clip_weights.expanduser().absolute()
    return settings.model_copy(update={"data": settings.data.expanduser().absolute(), "clip_weights": weights})


def storage_options(lake: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What Delta and Polars must know to reach a lake at s3://…, from the AWS_ variables alone; nothing for a folder.

    Commits are made by conditional PUT (If-None-Match), so that several machines may write without a lock service.
    Source: https://delta-io.github.io/delta-rs/integrations/object-storage/s3/
    Raises: SettingsError, without keys, and for an endpoint that would carry them in the open.
    """
    if not lake.startswith("s3://"):
        return {}
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    if not all(environ.get(name) for name in keys):
        raise _unusable("VOPT_LAKE", lake, N_("it needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY beside it"))
    given = {name.lower(): environ[name] for name in (*keys, "AWS_SESSION_TOKEN") if environ.get(name)}
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    options = {**given, "aws_region": region, "aws_conditional_put": "etag"}
    endpoint = environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        return options
    if not endpoint.startswith("https://"):
        if urlsplit(endpoint).hostname not in _LOOPBACK:
            raise _unusable("AWS_ENDPOINT_URL", endpoint, N_("beyond this computer it must begin with https://"))
        options["aws_allow_http"] = "true"
    return {**options, "aws_endpoint_url": endpoint}


def why_refused(first: Mapping[str, Any]) -> dict[str, object]:
    """The facts of one complaint of pydantic's: `why` as a marked sentence, and what that sentence needs."""
    kind = str(first["type"])
    limits = {
        name: f"{value:g}" if isinstance(value, float) else str(value).replace(" or ", ", ")
        for name, value in first.get("ctx", {}).items()
    }
    sentence = _LIMITS.get(kind) or next((told for start, told in _TYPES if kind.startswith(start)), None)
    return {**limits, "why": sentence or str(first["msg"])}


def _complaint(kind: str) -> ValueError:
    """What pydantic is told of a value that is none of its own kinds; the words for it are in `_LIMITS`."""
    from pydantic_core import PydanticCustomError

    return PydanticCustomError(kind, kind)


def _refusal(first: Mapping[str, Any], given: Mapping[str, Any]) -> SettingsError:
    field = str(first["loc"][0]) if first["loc"] else ""
    name = f"VOPT_{field.upper()}"
    is_of_environment = field not in given and name in os.environ
    facts = why_refused(first) | {
        "name": name if is_of_environment else field,
        "value": "“…”" if _is_secret(field) else f"“{first.get('input')}”",
        "where": N_("the environment") if is_of_environment else str(_toml_of(given)),
    }
    return SettingsError(**facts)


def _is_secret(field: str) -> bool:
    known = Settings.model_fields.get(field)
    return known is not None and SecretStr in get_args(known.annotation)


def _toml_of(given: Mapping[str, Any]) -> Path:
    return _toml(given.get("data") or os.environ.get("VOPT_DATA"))


def _toml(data: Path | str | None) -> Path:
    return Path(data or "data").expanduser() / "vopt.toml"


def _unusable(name: str, value: str, why: str) -> SettingsError:
    return SettingsError(name=name, value=f"“{value}”", why=why, where=N_("the environment"))
