"""Every worked example of the domain sheet (section 13) is a test: none can be forgotten or quietly dropped."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
EXAMPLES = [f"EX-{number:02d}" for number in range(1, 43)]
CITED = re.compile(r"\bEX[-_](\d{2})\b", re.IGNORECASE)
RANGE = re.compile(r"\bEX-(\d{2})(?: to |\.\.|–)(?:EX-)?(\d{2})\b")


def _words(node: ast.AST) -> Iterator[str]:
    """Yield what binds a test to an example: its name, its docstring, and rows of tables named by the id alone."""
    for child in ast.walk(node):
        if isinstance(child, ast.FunctionDef) and child.name.startswith("test_"):
            yield child.name.replace("_", "-").replace("test-", "")
            yield ast.get_docstring(child) or ""
        elif isinstance(child, ast.Constant) and CITED.fullmatch(str(child.value)):
            yield str(child.value)


def cited_in(source: str) -> set[str]:
    """Return the examples that the tests of a file name."""
    found: set[str] = set()
    for text in _words(ast.parse(source)):
        for first, last in RANGE.findall(text):
            found |= {f"EX-{number:02d}" for number in range(int(first), int(last) + 1)}
        found |= {f"EX-{number}" for number in CITED.findall(text)}
    return found


def _all_cited() -> dict[str, list[str]]:
    where: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        if path == Path(__file__):
            continue
        for example in cited_in(path.read_text()):
            where.setdefault(example, []).append(str(path.relative_to(TESTS)))
    return where


WHERE = _all_cited()


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_is_a_test(example: str) -> None:
    assert WHERE.get(example), f"no test names {example} of the domain sheet"


def test_no_example_is_invented() -> None:
    assert set(WHERE) <= set(EXAMPLES)


def test_the_guard_can_fail() -> None:
    assert cited_in("# EX-01 in a comment binds nothing\nvalue = 'as in EX-02'\n") == set()
    assert cited_in("def test_ex_03_holds():\n    '''EX-04'''\n") == {"EX-03", "EX-04"}
    assert cited_in("x = pytest.param(1, id='EX-05')\nROWS = {'EX-06': 1}\n") == {"EX-05", "EX-06"}
