"""The database's history: numbered plain SQL that runs on SQLite and PostgreSQL alike.

To change the schema add `NNNN_what.sql` with the next number, then write the result into `tests/schema.sql`.
There are no down-migrations: a mistake is mended by a later number.
"""

import re
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, its name and its statements."""

    number: int
    name: str
    statements: tuple[str, ...]


def all_migrations() -> list[Migration]:
    """Every migration, in order."""
    files = (file for file in resources.files(__name__).iterdir() if file.name.endswith(".sql"))
    return sorted((_read(file.name, file.read_text("utf-8")) for file in files), key=lambda each: each.number)


def _read(name: str, text: str) -> Migration:
    bare = re.sub(r"--.*", "", text)  # comments may hold semicolons
    statements = tuple(part.strip() for part in bare.split(";") if part.strip())
    return Migration(int(name[:4]), name.removesuffix(".sql"), statements)
