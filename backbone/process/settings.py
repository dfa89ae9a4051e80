"""Settings of a process: from the environment (`JIXIAO_…`), else from the local runtime's file, else the defaults.

The local runtime writes `.jixiao/runtime.json`, so that a command in another terminal finds what runs. Every field says what it
is for; `jixiao config show` prints each with where it comes from, secrets masked.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

SERVICES = ("goals", "monitoring", "evaluation", "publishing")
PROCESSES = ("api", "worker")


class Unset(LookupError):
    """A setting that a command cannot do without and nobody has made; the sentence says which, and what to do."""


class Settings(BaseSettings):
    """What a process needs to know of the place it runs in."""

    model_config = SettingsConfigDict(env_prefix="JIXIAO_", frozen=True, extra="ignore")

    home: Path = Field(Path(".jixiao"), description="folder of the local runtime: data, logs, locks")
    assets: Path = Field(
        default_factory=lambda known: known["home"] / "assets",
        description="style sheets, scripts and fonts of the pages, taken out of their webjars",
    )
    kafka: str = Field("127.0.0.1:9092", description="bootstrap servers of Kafka")
    database: SecretStr | None = Field(
        None, description="administrator's address of PostgreSQL: makes databases and roles"
    )

    goals_database: SecretStr | None = Field(None, description="goals' database, as its service role")
    monitoring_database: SecretStr | None = Field(None, description="monitoring's database, as its service role")
    evaluation_database: SecretStr | None = Field(None, description="evaluation's database, as its service role")
    publishing_database: SecretStr | None = Field(None, description="publishing's database, as its service role")
    goals_owner_database: SecretStr | None = Field(
        None, description="goals' database, as owner: migration and rebuild alone"
    )
    monitoring_owner_database: SecretStr | None = Field(None, description="monitoring's database, as owner")
    evaluation_owner_database: SecretStr | None = Field(None, description="evaluation's database, as owner")
    publishing_owner_database: SecretStr | None = Field(None, description="publishing's database, as owner")

    goals_port: int = Field(8081, description="HTTP port of goals' API and pages")
    monitoring_port: int = Field(8082, description="HTTP port of monitoring's API and pages")
    evaluation_port: int = Field(8083, description="HTTP port of evaluation's API and pages")
    publishing_port: int = Field(8080, description="HTTP port of the public page and publishing's API")
    goals_worker_port: int = Field(8091, description="health and metrics of goals' worker")
    monitoring_worker_port: int = Field(8092, description="health and metrics of monitoring's worker")
    evaluation_worker_port: int = Field(8093, description="health and metrics of evaluation's worker")
    publishing_worker_port: int = Field(8094, description="health and metrics of publishing's worker")

    kafka_port: int = Field(9092, description="port of the local runtime's Kafka")
    postgres_port: int = Field(15432, description="port of the local runtime's PostgreSQL")

    clock: Literal["system", "business"] = Field(
        "system", description="whose days count: the wall clock's, or the business clock's topic"
    )
    token_key: SecretStr | None = Field(
        None, description="Ed25519 private key (JWK) that signs tokens; only `jixiao token` reads it"
    )
    token_public_key: str | None = Field(
        None, description="Ed25519 public key (JWK) that every process checks tokens with"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level of log lines")
    log_format: Literal["json", "text"] = Field("json", description="log lines as JSON, or for reading in a terminal")
    demo: bool = Field(False, description="label every page 演示数据: what it shows is made up")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, RuntimeFile(settings_cls)

    def database_of(self, service: str, *, owner: bool = False) -> str:
        """The address of a service's database; Unset where there is none."""
        name = f"{service}_owner_database" if owner else f"{service}_database"
        secret: SecretStr | None = getattr(self, name)
        if secret is None:
            raise Unset(
                f"no database is known for {service}: set JIXIAO_{name.upper()} or start the local runtime with `jixiao up`"
            )
        return secret.get_secret_value()

    def port_of(self, service: str, process: str) -> int:
        """The HTTP port of a service's `api` or `worker`."""
        return getattr(self, f"{service}_port" if process == "api" else f"{service}_{process}_port")


class RuntimeFile(PydanticBaseSettingsSource):
    """What `jixiao up` wrote down of the servers that it started."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        return self._values().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return {name: value for name, value in self._values().items() if name in self.settings_cls.model_fields}

    @staticmethod
    def _values() -> dict[str, Any]:
        file = runtime_file()
        if not file.is_file():
            return {}
        try:
            return json.loads(file.read_text("utf-8"))
        except ValueError as error:
            raise SystemExit(
                f"jixiao: {file} is not valid JSON ({error}): remove it, and `jixiao up` writes it anew"
            ) from None


def runtime_file() -> Path:
    """Where the local runtime writes its addresses: `$JIXIAO_HOME/runtime.json`."""
    return Path(os.environ.get("JIXIAO_HOME", ".jixiao")) / "runtime.json"


@cache
def settings() -> Settings:
    """This process's settings, read once. A process that is set wrongly ends at once, with a sentence for each wrong value."""
    try:
        return Settings()  # pyright: ignore[reportCallIssue]
    except ValidationError as error:
        wrong = [
            f"JIXIAO_{'_'.join(map(str, one['loc'])).upper()}: {one['msg']}, not {one['input']!r}"
            for one in error.errors()
        ]
        raise SystemExit("jixiao: " + "; ".join(wrong)) from None
