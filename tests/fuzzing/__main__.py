"""`make fuzz`: atheris, which looks for inputs that reach new places, at every reader for so many runs.

One process a reader, because atheris ends the process it ran in.
"""

import subprocess
import sys

from tests.fuzzing.readers import READERS

_RUNS = 20_000
_PATIENCE = 10  # seconds for one input
_MEMORY = 2_048  # megabytes
_NO_ATHERIS = "atheris cannot be had here: only the tries with hypothesis were made"


def main(asked: list[str]) -> int:
    """Without a name every reader, in turn; with one, that reader here."""
    try:
        import atheris  # noqa: PLC0415 - not everywhere
    except ImportError:
        print(_NO_ATHERIS)
        return 0
    if asked:
        atheris.instrument_all()
        atheris.Setup([sys.argv[0], *asked[1:]], READERS[asked[0]])
        atheris.Fuzz()
    return max(_one(name) for name in READERS)


def _one(name: str) -> int:
    limits = [f"-runs={_RUNS}", f"-timeout={_PATIENCE}", f"-rss_limit_mb={_MEMORY}", "-verbosity=0"]
    ended = subprocess.run([sys.executable, "-m", "tests.fuzzing", name, *limits], check=False)  # noqa: S603 - ourselves
    print(f"{name}: {'nothing found' if ended.returncode == 0 else 'a fault, see above'}")
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
