"""Reads documents back with another library than the one that made them."""

import io
import re
from collections.abc import Iterable
from typing import Any

from pypdf import PdfReader


def reader(data: bytes) -> PdfReader:
    """Open a document."""
    return PdfReader(io.BytesIO(data))


def words(data: bytes) -> str:
    """Return the text of all pages on one line, blanks collapsed."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader(data).pages))


def squeezed(text: str) -> str:
    """Return a text without blanks: where a line of a narrow column ends is not what is tested."""
    return re.sub(r"[\s\u200b]+", "", text)


def pages(data: bytes) -> list[str]:
    """Return the text of each page without blanks."""
    return [squeezed(page.extract_text()) for page in reader(data).pages]


def assert_in_order(text: str, *expected: str) -> None:
    """Fail unless the expected texts stand one after the other; blanks do not count."""
    text = squeezed(text)
    at = 0
    for item in map(squeezed, expected):
        found = text.find(item, at)
        assert found >= 0, f"{item!r} does not come after {text[max(0, at - 60) : at]!r}"
        at = found + len(item)


def page_of(printed: list[str], text: str) -> int:
    """Return on which of the `pages` a text stands; it has to stand on exactly one."""
    (number,) = [n for n, page in enumerate(printed) if squeezed(text) in page]
    return number


def flatten(rows: Iterable[Iterable[Any]]) -> list[Any]:
    """Return the cells of rows one after the other."""
    return [cell for row in rows for cell in row]


def find_all(node: Any, key: str) -> list[Any]:
    """Return the values of a key anywhere below a node of the structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, dict):
        own = [node[key]] if key in node else []
        return own + find_all(node.get("/K", []), key)
    return flatten(find_all(child, key) for child in node) if isinstance(node, list) else []
