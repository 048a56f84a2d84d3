"""`make audit`: known weaknesses of every library installed, or plain words where their list cannot be reached."""

import json
import subprocess
import sys
from typing import Any

_ASK = (sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--skip-editable")
_PATIENCE = 600  # seconds


def verdict(found: str, troubles: str) -> tuple[int, list[str]]:
    """The exit code and what to say, of what pip-audit wrote: 0 nothing known, 1 weaknesses, 2 nothing was checked."""
    try:
        libraries = json.loads(found)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (troubles.strip().splitlines() or ["no word why"])[-1]
        return 2, ["NOT CHECKED: the list of known weaknesses cannot be reached from here.", f"pip-audit: {last}"]
    weak = [_told(each) for each in libraries if each.get("vulns")]
    unknown = [f"not checked: {each['name']}: {each['skip_reason']}" for each in libraries if "skip_reason" in each]
    checked = len(libraries) - len(unknown)
    if not checked:
        return 2, ["NOT CHECKED: of no library anything is known.", *unknown]
    return (1 if weak else 0), [*weak, *unknown, f"{checked} libraries checked, {len(weak)} with known weaknesses"]


def _told(library: dict[str, Any]) -> str:
    fixes = {each["id"]: " or ".join(each["fix_versions"]) or "no version" for each in library["vulns"]}
    names = ", ".join(f"{name} (fixed in {fix})" for name, fix in fixes.items())
    return f"WEAK  {library['name']} {library['version']}: {names}"


def main() -> int:
    """Ask, and say what was found."""
    try:
        asked = subprocess.run(_ASK, capture_output=True, text=True, check=False, timeout=_PATIENCE)  # noqa: S603 - ours
        found, troubles = asked.stdout, asked.stderr
    except subprocess.TimeoutExpired:
        found, troubles = "", f"no answer within {_PATIENCE} seconds"
    code, told = verdict(found, troubles)
    print("\n".join(told))
    return code


if __name__ == "__main__":
    sys.exit(main())
