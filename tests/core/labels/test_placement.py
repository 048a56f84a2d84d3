"""Photos of labels: which codes they show, and how far off the print is."""

from io import BytesIO

import numpy as np
import pytest
from label_samples import label
from PIL import Image

from core.errors import FileRefused
from core.labels.calibration import page, page_label, printed_as
from core.labels.photo import read_codes
from core.labels.placement import measure
from core.labels.render import render
from core.labels.template import TEMPLATES, template
from core.offset import Offset
from tests.support.photos import Shot, photo_of

NUMBER = "73100196611386"
CLOSE = 0.6  # mm: what is measured is rounded to halves


def drawn(name: str = "100x150", number: str = NUMBER) -> bytes:
    return render([label(number=number)], template(name))


@pytest.mark.parametrize(
    ("name", "shot"),
    [
        ("100x150", Shot()),
        ("100x150", Shot(right=1.5, down=-1.0, angle=-6, seed=2)),
        ("76x130", Shot(right=-2.5, down=2.0, angle=90, table=110, seed=3)),
        ("100x150", Shot(right=0.5, down=3.0, angle=178, table=40, seed=4, longest=2000)),
    ],
)
def test_a_label_printed_off_its_place_is_measured_to_half_a_millimetre(name: str, shot: Shot) -> None:
    found = measure(photo_of(drawn(name), shot), drawn(name), template(name).paper)
    assert found is not None
    assert abs(found.right - shot.right) <= CLOSE
    assert abs(found.down - shot.down) <= CLOSE
    assert abs(found.stretch - 1) < 0.01


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_calibration_page_is_measured_too(name: str) -> None:
    moved = Offset(-1.5, 0.125)
    printed = render([page_label(name, moved)], page(name, ("校准页", "两行说明")), moved)
    photo = photo_of(printed, Shot(right=2, down=-1.5, longest=1600))
    assert [printed_as(code.text) for code in read_codes(photo)] == [(name, moved)]
    found = measure(photo, render([page_label(name, moved)], page(name), moved), template(name).paper)
    assert found is not None
    assert abs(found.right - 2) <= CLOSE
    assert abs(found.down + 1.5) <= CLOSE


def test_an_offset_moves_what_is_printed_by_as_much() -> None:
    straight, moved = drawn(), render([label(number=NUMBER)], template("100x150"), Offset(1.5, -2))
    found = measure(photo_of(moved, Shot(seed=5)), straight, template("100x150").paper)
    assert found is not None
    assert abs(found.right - 1.5) <= CLOSE
    assert abs(found.down + 2) <= CLOSE


def test_a_print_that_was_made_to_fit_is_told_from_one_that_is_off() -> None:
    found = measure(photo_of(drawn(), Shot(stretch=0.95)), drawn(), template("100x150").paper)
    assert found is not None
    assert found.stretch < 0.975


@pytest.mark.parametrize(
    ("photo", "number"),
    [
        (photo_of(drawn(), Shot(table=253)), NUMBER),  # white on white: no edges
        (photo_of(drawn()), "73100196611387"),  # another label
    ],
)
def test_what_cannot_be_seen_is_not_measured(photo: bytes, number: str) -> None:
    assert measure(photo, drawn(number=number), template("100x150").paper) is None


def test_a_photo_without_codes_has_none() -> None:
    file = BytesIO()
    Image.new("L", (400, 300), 200).save(file, "PNG")
    assert read_codes(file.getvalue()) == ()
    assert measure(file.getvalue(), drawn(), template("100x150").paper) is None


def test_every_code_is_told_once_whichever_way_up() -> None:
    for angle in (0, 90, 180, 270):
        assert {code.text for code in read_codes(photo_of(drawn(), Shot(angle=angle)))} == {NUMBER}


def test_a_picture_that_says_which_way_up_it_is_is_believed() -> None:
    picture = Image.open(BytesIO(photo_of(drawn(), Shot(angle=0))))
    exif = picture.getexif()
    exif[0x0112] = 6  # turned by the camera
    file = BytesIO()
    picture.rotate(90, expand=True).save(file, "JPEG", exif=exif)
    found = measure(file.getvalue(), drawn(), template("100x150").paper)
    assert found is not None
    assert abs(found.right) <= CLOSE


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"no picture", "no_picture"),
        (b"", "no_picture"),
        (b"\x89PNG\r\n\x1a\n broken", "no_picture"),
        (b"GIF89a", "no_picture"),
    ],
)
def test_what_is_no_picture_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read_codes(body)
    assert refusal.value.details == {"why": why}


def test_a_picture_of_far_too_many_dots_is_refused_before_it_is_unpacked() -> None:
    file = BytesIO()
    Image.fromarray(np.zeros((10_000, 5_001), "uint8")).save(file, "PNG")
    assert len(file.getvalue()) < 200_000
    with pytest.raises(FileRefused) as refusal:
        read_codes(file.getvalue())
    assert refusal.value.details == {"why": "too_big"}
