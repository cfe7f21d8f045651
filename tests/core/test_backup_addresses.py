"""Addresses of databases: read, written, and never with a password where others see it."""

import pytest

from apps.core.backups import servers


@pytest.mark.parametrize(
    "url",
    [
        "postgres://asn:p%40ss%2Fword@db.internal:6432/kinerja?sslmode=require",
        "postgres://postgres@//run/sock/kinerja",
        "postgres://kinerja@localhost/kinerja",
    ],
)
def test_addresses_are_read_and_written(url: str) -> None:
    address = servers.address_of(url)
    assert servers.address_of(servers.url_of(address)) == address
    assert address.name == "kinerja"


def test_the_password_goes_into_the_environment_and_no_other_server_s_values_stay(monkeypatch) -> None:
    monkeypatch.setenv("PGHOST", "elsewhere")
    environment = servers.address_of("postgres://asn:p%40ss@/kinerja").environment
    assert (environment["PGPASSWORD"], environment.get("PGHOST")) == ("p@ss", None)


def test_only_addresses_of_postgresql_are_taken() -> None:
    with pytest.raises(ValueError, match="must look like"):
        servers.address_of("sqlite:///x")
