"""What `make audit` says of what pip-audit found, and of what it could not find out."""

import json

import pytest

from tests.auditing import verdict

WEAK = {"name": "jinja2", "version": "3.0.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.6"], "aliases": []}]}
WELL = {"name": "httpx", "version": "0.28.1", "vulns": []}
UNKNOWN = {"name": "miandan", "skip_reason": "distribution marked as editable"}


def test_where_nothing_is_known_all_is_well() -> None:
    assert verdict(json.dumps({"dependencies": [WELL]}), "") == (0, ["1 libraries checked, 0 with known weaknesses"])


def test_a_weak_library_is_named_with_the_version_that_is_not() -> None:
    code, told = verdict(json.dumps({"dependencies": [WELL, WEAK, UNKNOWN]}), "")
    assert code == 1
    assert told == [
        "WEAK  jinja2 3.0.0: PYSEC-1 (fixed in 3.1.6)",
        "not checked: miandan: distribution marked as editable",
        "2 libraries checked, 1 with known weaknesses",
    ]


@pytest.mark.parametrize("found", ["", "[]", "{}", "Traceback", json.dumps({"dependencies": [UNKNOWN]})])
def test_a_list_that_cannot_be_reached_is_never_good_news(found: str) -> None:
    code, told = verdict(found, "WARNING: x\nERROR: connection refused\n")
    assert (code, told[0].split(":")[0]) == (2, "NOT CHECKED")
