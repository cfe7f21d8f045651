"""When the virtual environment counts as finished."""

from pathlib import Path

import pytest

from tools.launcher import install


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with requirement files and an empty virtual environment."""
    for name in ("requirements.txt", "requirements-local.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(f"# {name}\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    return tmp_path


def finish(clone: Path, profile: install.Profile) -> None:
    install.stamp(clone / ".venv", profile).write_text(profile.fingerprint(clone))


def is_done(clone: Path, profile: install.Profile) -> bool:
    return install.up_to_date(profile, clone, clone / ".venv")


def test_without_a_stamp_nothing_is_done(clone: Path) -> None:
    assert not is_done(clone, install.RUN)
    assert not is_done(clone, install.DEV)


def test_the_stamp_spares_the_next_install(clone: Path) -> None:
    finish(clone, install.RUN)
    assert is_done(clone, install.RUN)
    assert not is_done(clone, install.DEV)


def test_development_packages_serve_the_run_as_well(clone: Path) -> None:
    finish(clone, install.DEV)
    assert is_done(clone, install.RUN)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-local.txt", "requirements-dev.txt"])
def test_a_changed_requirement_asks_for_an_install(clone: Path, name: str) -> None:
    finish(clone, install.DEV)
    (clone / name).write_text("changed\n")
    assert not is_done(clone, install.DEV)


def test_an_interrupted_install_is_repaired(clone: Path) -> None:
    finish(clone, install.RUN)
    mark = install.unfinished(clone / ".venv")
    mark.parent.mkdir()
    mark.touch()
    assert not is_done(clone, install.RUN)


def test_a_removed_python_asks_for_an_install(clone: Path) -> None:
    finish(clone, install.RUN)
    python = clone / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/gone/python3")
    assert not is_done(clone, install.RUN)
