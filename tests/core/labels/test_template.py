"""Templates as data: what comes with the program, and what is refused."""

import json
from typing import Any

import pytest

from core.labels.template import TEMPLATES, TemplateInvalid, parse, template

NUMBER = {"op": "code128", "box": [4, 4, 90, 10], "bind": "number"}
SAMPLE = {"op": "text", "box": [4, 20, 40, 8], "bind": "sample", "font": {"size": 9}}
REPRINT = {"op": "text", "box": [4, 30, 40, 8], "bind": "reprint", "font": {"size": 9}}


def form(*fields: dict[str, Any], static: tuple[dict[str, Any], ...] = ()) -> str:
    paper = {"width": 100, "height": 150}
    return json.dumps({"id": "x", "version": 1, "paper": paper, "static": static, "fields": fields})


def test_two_sizes_come_with_the_program() -> None:
    papers = {name: (template(name).paper.width, template(name).paper.height) for name in TEMPLATES}
    assert papers == {"100x150": (100, 150), "76x130": (76, 130)}


def test_the_large_form_is_torn_at_ninety_millimetres() -> None:
    assert template("100x150").paper.cuts == (90,)
    assert any(op.op == "line" and op.box.y == 90 and op.dash for op in template("100x150").static)


def test_each_form_stays_two_millimetres_clear_of_the_edge_but_for_the_cut() -> None:
    for name in TEMPLATES:
        form = template(name)
        for op in form.static + form.fields:
            if op.box.y not in form.paper.cuts:
                assert op.box.x >= 2
                assert op.box.y >= 2
                assert op.box.x + op.box.width <= form.paper.width - 2
                assert op.box.y + op.box.height <= form.paper.height - 2


def test_each_form_carries_the_number_twice_as_bars_and_once_as_qr_code() -> None:
    for name in TEMPLATES:
        symbols = [op.op for op in template(name).fields if op.op in {"code128", "qr"} and op.bind == "number"]
        assert sorted(symbols) == ["code128", "code128", "qr"]


def test_an_unknown_name_is_no_template() -> None:
    with pytest.raises(KeyError):
        template("../fonts/OFL")


def test_a_form_with_number_and_marks_is_enough() -> None:
    assert parse(form(NUMBER, SAMPLE, REPRINT)).sources == {"number", "sample", "reprint"}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ("{", "Invalid JSON"),
        ("[]", "template: "),
        (form(NUMBER, SAMPLE), "reprint is shown nowhere"),
        (form(NUMBER, REPRINT), "sample is shown nowhere"),
        (form(SAMPLE, REPRINT), "number is shown nowhere"),
        (form(NUMBER, SAMPLE, REPRINT, {**SAMPLE, "bind": "weather"}), "no field is called weather"),
        (form(NUMBER, SAMPLE, REPRINT, {**SAMPLE, "when": "weather"}), "no field is called weather"),
        (form(NUMBER, SAMPLE, REPRINT, {**SAMPLE, "box": [90, 0, 20, 5]}), "leaves the paper"),
        (form(NUMBER, SAMPLE, REPRINT, {**SAMPLE, "box": [-1, 0, 20, 5]}), "leaves the paper"),
        (form(NUMBER, SAMPLE, REPRINT, {**SAMPLE, "font": {"size": 6, "minimum": 9}}), "minimum 9.0 is above size 6.0"),
        (form(NUMBER, SAMPLE, REPRINT, {**SAMPLE, "colour": "red"}), "fields.3.text.colour"),
        (form(NUMBER, SAMPLE, REPRINT, {**SAMPLE, "op": "picture"}), "fields.3"),
        (form(NUMBER, SAMPLE, REPRINT, {**SAMPLE, "text": "样张"}), "a bound text has {} in its pattern"),
        (form(NUMBER, SAMPLE, REPRINT, static=(SAMPLE,)), "static text at (4.0, 20.0, 40.0, 8.0) is bound"),
        (
            form(NUMBER, SAMPLE, REPRINT, {"op": "qr", "box": [4, 50, 20, 20]}),
            "qr at (4.0, 50.0, 20.0, 20.0) has no bind",
        ),
    ],
)
def test_a_faulty_form_is_refused_with_place_and_reason(data: str, fault: str) -> None:
    with pytest.raises(TemplateInvalid) as refusal:
        parse(data)
    assert fault in str(refusal.value)
