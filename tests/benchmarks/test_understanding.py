"""How long understanding takes: a message, a recipient beside other parsers, and the import.

All figures are CPU time of this process, so that a busy machine does not change what they mean. The other parsers are
not dependencies: those that are not installed are left out (`pip install '.[compare]'`, and node with npm).
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from core.recipients.parse import parse
from handlers.understanding import decide
from tests.support.node import run_node

pytestmark = pytest.mark.benchmark

DATA = Path(__file__).parents[1] / "data"
ROUNDS = 5
IMPORT = "import time; began = time.process_time(); import {module}; print(time.process_time() - began)"
PLACE = ("province", "city", "district")
NODE = """
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const parser = require("address-parse"), parse = (parser.default || parser).parse.bind(parser.default || parser);
given.forEach(text => parse(text));
const began = process.cpuUsage();
const told = given.map(text => parse(text)[0] || {});
const used = process.cpuUsage(began);
console.log(JSON.stringify({
  each: (used.user + used.system) / 1e6 / given.length,
  found: told.map(one => [one.name, one.province, one.city, one.area]),
}));
"""


def test_a_message_takes_a_tenth_of_a_millisecond() -> None:
    rows = _rows("messages")
    moments = {row["id"]: datetime.fromisoformat(row["now"]) for row in rows}
    took = _least([(lambda row=row: decide(row["text"], moments[row["id"]])) for row in rows])
    median, slow = statistics.median(took), sorted(took)[int(len(took) * 0.99)]
    alone = statistics.median(_least([(lambda row=row: json.loads(json.dumps(row))) for row in rows]))
    print(
        f"\n{len(rows)} messages: median {median * 1e6:.0f} µs, 99 % within {slow * 1e6:.0f} µs;"
        f" to write and read one as JSON {alone * 1e6:.0f} µs, x{median / alone:.1f}"
    )
    assert slow < 15 * median, "no kind of message is far slower than the others"
    assert slow < 1.5e-3
    assert median < 20 * alone


@pytest.mark.filterwarnings("ignore")  # the others leave their files open
def test_a_recipient_beside_other_parsers() -> None:
    rows = _rows("recipients")
    texts = [row["text"] for row in rows]
    ours = statistics.mean(_least([(lambda text=text: parse(text)) for text in texts]))
    told = [parse(text) for text in texts]
    places = [(each.province, each.city, each.district) for each in told]
    print(f"\n{len(rows)} recipients: {ours * 1e6:.0f} µs each, place right in {_right(rows, places):.1%}")
    for name, (each, found) in _others(texts):
        print(f"  {name}: {each * 1e6:.0f} µs each (x{each / ours:.1f}), place right in {_right(rows, found):.1%}")
        assert _right(rows, places) >= _right(rows, found), name
    assert ours < 1e-3


def test_the_import_loads_no_data() -> None:
    modules = ("handlers.understanding", "core.recipients.parse", "core.tracking_numbers", "httpx")
    took = {module: min(_import_seconds(module) for _ in range(ROUNDS)) for module in modules}
    print("\nimport: " + ", ".join(f"{module} {seconds * 1e3:.0f} ms" for module, seconds in took.items()))
    assert max(took[module] for module in modules[:3]) < max(0.15, took["httpx"])


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


def _least(works: Iterable[Callable[[], object]]) -> list[float]:
    """The least CPU seconds that each took in some rounds, after one that warms up."""
    took = []
    for work in works:
        work()
        took.append(min(_seconds(work) for _ in range(ROUNDS)))
    return took


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _import_seconds(module: str) -> float:
    told = subprocess.run(  # noqa: S603 - our own line
        [sys.executable, "-c", IMPORT.format(module=module)], capture_output=True, text=True, check=True
    )
    return float(told.stdout)


def _right(rows: list[dict[str, Any]], found: list[tuple[str, str, str]]) -> float:
    """The share of rows whose province, city and district are right."""
    right = [
        all(
            place == row[part] or place in row.get("or", {}).get(part, ())
            for part, place in zip(PLACE, told, strict=True)
        )
        for row, told in zip(rows, found, strict=True)
    ]
    return sum(right) / len(right)


def _others(texts: list[str]) -> Iterable[tuple[str, tuple[float, list[tuple[str, str, str]]]]]:
    for name, measured in (("cpca", _cpca), ("JioNLP", _jionlp), ("npm address-parse", _address_parse)):
        try:
            yield name, measured(texts)
        except (ImportError, pytest.skip.Exception) as missing:
            print(f"  {name} is not here: {missing}")


def _cpca(texts: list[str]) -> tuple[float, list[tuple[str, str, str]]]:
    import cpca  # noqa: PLC0415 - optional

    cpca.transform(texts[:3])
    began = time.process_time()
    table = cpca.transform(texts)
    each = (time.process_time() - began) / len(texts)
    return each, [(row["省"] or "", row["市"] or "", row["区"] or "") for _, row in table.iterrows()]


def _jionlp(texts: list[str]) -> tuple[float, list[tuple[str, str, str]]]:
    import jionlp  # noqa: PLC0415 - optional

    found: list[Mapping[str, Any]] = []
    jionlp.parse_location(texts[0])
    began = time.process_time()
    found = [jionlp.parse_location(text) for text in texts]
    each = (time.process_time() - began) / len(texts)
    return each, [(one["province"] or "", one["city"] or "", one["county"] or "") for one in found]


def _address_parse(texts: list[str]) -> tuple[float, list[tuple[str, str, str]]]:
    told = json.loads(run_node(NODE, json.dumps(texts), packages=("address-parse@1.2.19",)))
    return told["each"], [(one[1] or "", one[2] or "", one[3] or "") for one in told["found"]]
