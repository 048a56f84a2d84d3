"""SECURITY.md tells the truth: its tests exist, its table of roles is the program's, no redirect leads outside."""

import ast
import re
from pathlib import Path

import pytest

from core.rights import MEMBERSHIPS
from handlers.texts import text

ROOT = Path(__file__).parents[1]
TOLD = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TOLD)


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_every_test_that_is_named_exists(file: str, test: str) -> None:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    assert test in {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def test_nothing_is_promised_by_half_a_name() -> None:
    assert len(NAMED) == TOLD.count("::") - 1, "one names the form itself"


def test_every_role_stands_in_its_table() -> None:
    for role in MEMBERSHIPS:
        assert f"| {role} {text('zh', f'roles.{role}')} |" in TOLD


def test_nothing_of_ours_redirects() -> None:
    sources = [file for file in (ROOT / "bot").rglob("*.py") if "sandbox" not in file.parts]
    assert len(sources) > 30
    assert [
        file.name for file in sources if re.search("RedirectResponse|[Ll]ocation[\"']", file.read_text("utf-8"))
    ] == []
