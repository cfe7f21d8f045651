"""Ports, sockets, locks and the file through which other terminals find the servers."""

import os
import socket
import stat
from pathlib import Path

import environ
import pytest

from tools.launcher import layout
from tools.launcher.console import LaunchError
from tools.launcher.services import child_environ, home_values, process_values


def test_env_file_is_private_and_complete(tmp_path: Path) -> None:
    path = tmp_path / "local.env"
    layout.write_env_file(path, {"A": "1", "REDIS_URL": "unix:///x?db=0"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().splitlines()[1:] == ["A=1", "REDIS_URL=unix:///x?db=0"]
    assert layout.read_env_file(path) == {"A": "1", "REDIS_URL": "unix:///x?db=0"}
    assert list(tmp_path.iterdir()) == [path]
    assert layout.read_env_file(tmp_path / "none") == {}


def test_env_file_refuses_a_value_that_would_become_two_lines(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="A has a line break"):
        layout.write_env_file(tmp_path / "local.env", {"A": "1\nB=2"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", ["/short", "/with space/and%percent/and+plus", "/ünicode"])
def test_database_url_is_understood_by_django_environ(folder: str) -> None:
    parsed = environ.Env.db_url_config(layout.database_url(Path(folder)))
    assert (parsed["HOST"], parsed["NAME"], parsed["USER"]) == (folder, "asn_kinerja", "postgres")


def test_sockets_stay_in_a_run_folder_with_a_short_path() -> None:
    assert layout.socket_folder(Path("/work/clone/.run")) == Path("/work/clone/.run/sock")


@pytest.mark.parametrize("name", ["x" * 100, "with space", "é"])
def test_sockets_of_an_awkward_path_move_to_the_temporary_folder(tmp_path: Path, name: str) -> None:
    first = layout.socket_folder(Path("/") / name, temporary=Path("/tmp"))
    assert first.parent == Path("/tmp")
    assert len(os.fsencode(first / ".s.PGSQL.5432.lock")) <= 107
    assert first == layout.socket_folder(Path("/") / name, temporary=Path("/tmp"))
    assert first != layout.socket_folder(Path("/") / (name + "2"), temporary=Path("/tmp"))


def test_sockets_avoid_a_temporary_folder_that_is_itself_long() -> None:
    folder = layout.socket_folder(Path("/" + "x" * 100), temporary=Path("/" + "t" * 100))
    assert folder.parent == Path("/tmp")


def test_a_folder_laid_out_by_somebody_else_is_refused(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.symlink_to(tmp_path)
    with pytest.raises(LaunchError, match="belongs to somebody else"):
        layout.make_private(trap)


def test_private_folder_is_closed_even_if_it_was_open(tmp_path: Path) -> None:
    folder = tmp_path / "sock"
    folder.mkdir(mode=0o755)
    layout.make_private(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_occupied_port_leads_to_the_next_one() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        taken = listener.getsockname()[1]
        port = layout.ReservedPort(taken)
        try:
            assert taken < port.number <= taken + 50
        finally:
            port.release()


def test_two_launchers_never_hold_the_same_port() -> None:
    first = layout.ReservedPort(18400)
    second = layout.ReservedPort(first.number)
    try:
        assert second.number > first.number
    finally:
        first.release()
        second.release()


def test_a_reserved_port_admits_the_web_server() -> None:
    """granian binds with SO_REUSEADDR and SO_REUSEPORT; so must whoever stands in for it here."""
    port = layout.ReservedPort(18500)
    with socket.socket() as server, socket.socket() as client:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", port.number))
        server.listen()
        client.connect(("127.0.0.1", port.number))
        accepted, _ = server.accept()
        accepted.close()
    port.release()


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http"])
def test_port_must_be_a_port(text: str) -> None:
    with pytest.raises(LaunchError, match="PORT must be a number"):
        layout.wanted_port({"PORT": text})


def test_port_has_a_default() -> None:
    assert layout.wanted_port({}) == 8000
    assert layout.wanted_port({"PORT": "8123"}) == 8123


def test_a_lock_is_exclusive_and_carries_a_note(tmp_path: Path) -> None:
    first, second = layout.FileLock(tmp_path / "lock"), layout.FileLock(tmp_path / "lock")
    assert first.take()
    first.note("http://127.0.0.1:8000")
    assert not second.take()
    assert second.read_note() == "http://127.0.0.1:8000"
    first.release()
    assert second.take()
    second.release()


def test_run_folder_follows_option_then_environment_then_clone() -> None:
    assert layout.run_folder({}).path == layout.ROOT / ".run"
    assert layout.run_folder({}, "test").path == layout.ROOT / ".run" / "test"
    assert layout.run_folder({"RUN_DIR": "/elsewhere"}).path == Path("/elsewhere")
    assert layout.run_folder({"RUN_DIR": "/elsewhere"}, given="here").path == layout.ROOT / "here"


def test_secret_key_is_made_once(tmp_path: Path) -> None:
    run = layout.RunFolder(tmp_path)
    assert run.secret_key() == run.secret_key()
    assert len(run.secret_key()) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_values_of_the_environment_win(tmp_path: Path) -> None:
    run = layout.RunFolder(tmp_path)
    values = process_values(run, {"PUBLIC_URL": "https://x.example", "SECRET_KEY": "s"}, "demo", 8001)
    assert values["PUBLIC_URL"] == "https://x.example"
    assert values["SECRET_KEY"] == "s"
    assert process_values(run, {}, "demo", 8001)["PUBLIC_URL"] == "http://127.0.0.1:8001"


def test_a_missing_home_is_replaced(tmp_path: Path) -> None:
    changed = home_values(layout.RunFolder(tmp_path), {"HOME": "/proc/nowhere"})
    assert changed["HOME"] == str(tmp_path / "home")
    assert changed["UV_CACHE_DIR"].startswith(str(tmp_path))
    assert Path(changed["HOME"]).is_dir()


def test_a_good_home_is_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    assert home_values(layout.RunFolder(tmp_path), {"HOME": str(home)}) == {}


def test_children_do_not_depend_on_the_locale(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    result = child_environ(
        layout.RunFolder(tmp_path), {"HOME": str(home), "LANG": "xx_XX"}, {"ASN_ENV": "demo"}
    )
    assert result["PYTHONUTF8"] == "1"
    assert result["ASN_ENV"] == "demo"
    assert result["RUN_DIR"] == str(tmp_path)


def test_bytecode_goes_into_the_run_folder_where_it_must_not_lie_beside_the_sources(tmp_path: Path) -> None:
    usual = {"HOME": str(tmp_path)}
    assert "PYTHONPYCACHEPREFIX" not in child_environ(layout.RunFolder(tmp_path), usual, {})
    result = child_environ(layout.RunFolder(tmp_path), {**usual, "PYTHONDONTWRITEBYTECODE": "1"}, {})
    assert result["PYTHONPYCACHEPREFIX"] == str(tmp_path / "bytecode")
    assert "PYTHONDONTWRITEBYTECODE" not in result
