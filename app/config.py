"""Settings: the environment and the data folder's .env, read once, every bad value reported together.

The only place that reads the environment. A setting `X` may come from the file that `X_FILE` names.
"""

import hashlib
import ipaddress
import os
import secrets
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from app.inbox_address import InboxAddress, inbox_address

SHORTEST_SECRET = 32
SHORTEST_TOKEN = 16
LONGEST_SOCKET_PATH = 100
LAST_PORT = 65_535


class SettingsBroken(Exception):
    """Settings that cannot be used; `str()` lists all of them, one a line, each with its cure."""


class FileSource(EnvSettingsSource):
    """Reads a setting from the file named by `<SETTING>_FILE`, as containers hand over secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        name = str(field.validation_alias)
        path = os.environ.get(f"{name}_FILE")
        if not path:
            return None, name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), name, False
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsBroken(f"{name}_FILE: {path} cannot be read ({error}).") from error


def split_list(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class Settings(BaseSettings):
    """What operators set; README.md explains each name."""

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, populate_by_name=True, env_ignore_empty=True, env_file_encoding="utf-8"
    )

    data: Path = Field(default=Path("data"), validation_alias="LETTERWRIGHT_DATA")
    given_shared: Path | None = Field(default=None, validation_alias="LETTERWRIGHT_SHARED")
    url: str = Field(default="http://127.0.0.1:8000", validation_alias="LETTERWRIGHT_URL")
    given_secret: str = Field(default="", validation_alias="LETTERWRIGHT_SECRET", repr=False)
    secret_previous: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), validation_alias="LETTERWRIGHT_SECRET_PREVIOUS", repr=False
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), validation_alias="LETTERWRIGHT_TRUSTED_PROXIES"
    )
    metrics_token: str = Field(default="", validation_alias="LETTERWRIGHT_METRICS_TOKEN", repr=False)
    database_url: str = Field(default="", validation_alias="DATABASE_URL", repr=False)
    redis_url: str = Field(default="", validation_alias="REDIS_URL", repr=False)
    smtp_url: str = Field(default="", validation_alias="SMTP_URL", repr=False)
    inbox_url: str = Field(default="", validation_alias="INBOX_URL", repr=False)
    dns_servers: Annotated[tuple[str, ...], NoDecode] = Field(default=(), validation_alias="LETTERWRIGHT_DNS_SERVERS")
    catcher_url: str = Field(default="", validation_alias="LETTERWRIGHT_CATCHER_URL")
    port: int = Field(default=8000, ge=0, le=65535, validation_alias="PORT")
    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    send_workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=64, validation_alias="SEND_WORKERS")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  replaced by FileSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, FileSource(settings_cls), dotenv_settings

    _lists = field_validator("secret_previous", "trusted_proxies", "dns_servers", mode="before")(split_list)

    @field_validator("data")
    @classmethod
    def make_absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("given_shared")
    @classmethod
    def check_shared(cls, value: Path | None) -> Path | None:
        """A folder that was mounted: it is never made, so that one which is not mounted is seen at once."""
        if value is None:
            return None
        folder = value.expanduser().absolute()
        if not folder.is_dir():
            raise ValueError(f"{folder} is not there; mount the folder that the machines share, or leave it out")
        return folder

    @field_validator("url")
    @classmethod
    def check_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an http or https address, for example https://news.example.org")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def check_database_url(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://", "postgres://")):
            raise ValueError("must begin with postgresql:// or sqlite:///")
        return value

    @field_validator("redis_url")
    @classmethod
    def check_redis_url(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must begin with redis://, rediss:// or unix://")
        return value

    @field_validator("smtp_url", "catcher_url")
    @classmethod
    def check_smtp_url(cls, value: str) -> str:
        if not value:
            return value
        try:
            parts = urlsplit(value)
            usable = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise ValueError("must look like smtp://user:password@host:587?starttls=require or smtps://host")
        return value

    @field_validator("inbox_url")
    @classmethod
    def check_inbox_url(cls, value: str) -> str:
        if value:
            inbox_address(value)
        return value

    @field_validator("dns_servers")
    @classmethod
    def check_dns_servers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            host, _, port = one.partition(":")
            try:
                ipaddress.ip_address(host)
                usable = not port or 0 < int(port) <= LAST_PORT
            except ValueError:
                usable = False
            if not usable:
                raise ValueError(f"{one} is no IPv4 address, such as 192.0.2.53 or 192.0.2.53:5353")
        return value

    @field_validator("given_secret")
    @classmethod
    def check_secret(cls, value: str) -> str:
        if value and len(value) < SHORTEST_SECRET:
            raise ValueError(f"must be at least {SHORTEST_SECRET} characters; leave it out to have one made")
        return value

    @field_validator("metrics_token")
    @classmethod
    def check_metrics_token(cls, value: str) -> str:
        if value and (len(value) < SHORTEST_TOKEN or not value.isascii()):
            raise ValueError(f"must be at least {SHORTEST_TOKEN} characters, without accents")
        return value

    @cached_property
    def secret(self) -> str:
        """The signing secret: the setting, or one made once and kept in the data folder (mode 0600)."""
        return self.given_secret or kept_once(self.secret_file)

    @property
    def secret_file(self) -> Path:
        return self.data / "secret"

    @property
    def database(self) -> str:
        """The SQLAlchemy address in use; without a setting, the SQLite file in the data folder."""
        if not self.database_url:
            return f"sqlite:///{self.data / 'letterwright.db'}"
        return "postgresql://" + self.database_url.split("://", 1)[1] if self.is_postgresql else self.database_url

    @property
    def is_postgresql(self) -> bool:
        return self.database_url.startswith("postgres")

    @property
    def queue(self) -> str:
        """Where Redis or Valkey answers; without a setting, the embedded one's socket."""
        return self.redis_url or f"unix://{self.valkey_socket}"

    @property
    def valkey_socket(self) -> Path:
        """The embedded Valkey's socket, moved to a short private folder where the path would be too long."""
        inside = self.data / "valkey.sock"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
            return inside
        name = hashlib.blake2b(os.fsencode(inside), digest_size=8).hexdigest()
        return Path(tempfile.gettempdir()) / f"letterwright-{os.getuid()}-{name}" / "valkey.sock"

    @property
    def way_out(self) -> str:
        """The SMTP address letters leave by: the setting, else the built-in catcher; "" where neither runs."""
        return self.smtp_url or self.catcher_url or self.recorded_catcher

    @property
    def recorded_catcher(self) -> str:
        """The address that the built-in catcher wrote down when it started."""
        try:
            return (self.data / "catcher.url").read_text(encoding="ascii").strip()
        except OSError:
            return ""

    @property
    def mailbox(self) -> InboxAddress | None:
        """The mailbox in which readers' goodbyes arrive, where one is named."""
        return inbox_address(self.inbox_url) if self.inbox_url else None

    @property
    def uses_catcher(self) -> bool:
        return not self.smtp_url

    @property
    def shared(self) -> Path:
        """The folder that machines with pages or general workers have in common; the data folder where it is one."""
        return self.given_shared or self.data

    @property
    def uploads(self) -> Path:
        return self.shared / "uploads"

    @property
    def imports(self) -> Path:
        """Files of people on their way in, until they are."""
        return self.shared / "imports"

    @property
    def journals(self) -> Path:
        """Where send processes write down what they hand over, one file each."""
        return self.data / "journals"

    @property
    def spool(self) -> Path:
        """Where web processes write down openings and clicks, one file each."""
        return self.data / "spool"

    @property
    def inbox(self) -> Path:
        return self.data / "inbox"


def kept_once(path: Path) -> str:
    """The secret kept in `path`, made on first use; two processes that start together agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    if not path.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()


def load_settings(**given: Any) -> Settings:
    """The settings in force; `given` (by field name) wins over the environment.

    Raises:
        SettingsBroken: naming every setting that cannot be used, and its cure.
    """
    folder = Path(given.get("data") or os.environ.get("LETTERWRIGHT_DATA") or "data")
    try:
        return Settings(_env_file=folder.expanduser() / ".env", **given)
    except SettingsError as error:
        raise (error.__cause__ or error) from None
    except ValidationError as error:
        raise SettingsBroken("\n".join(complaint(one) for one in error.errors())) from error


def complaint(error: Any) -> str:
    field = str(error["loc"][0]) if error["loc"] else "settings"
    known = Settings.model_fields.get(field)
    name = str(known.validation_alias) if known else field
    return f"{name}: {error['msg'].removeprefix('Value error, ')}"


def child_environment(**changes: str) -> dict[str, str]:
    """A copy of the environment for a process that we start, with `changes` on top."""
    return {**os.environ, **changes}
