"""Every reader of what strangers send, with whatever hypothesis thinks of; `make fuzz` makes many more tries."""

import functools
import os
import traceback
import zipfile
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.fuzzing.readers import READERS

TRIES = int(os.environ.get("MIANDAN_FUZZ", "40"))
PIECES = (
    "加入 7K3P-9QXM",
    "打印今天的订单",
    "张三 13800000000 浙江省杭州市西湖区文三路1号",
    "q:token:0",
    "c:member:name=小王",
    '{"update_id":1,"message":{"message_id":1,"chat":{"id":1,"type":"group"},"from":{"id":1,"is_bot":false},"text":"/a"}}',
    '{"body":{"msgid":"1","chattype":"group","chatid":"g","from":{"userid":"a"},"text":{"content":"@b c"}}}',
    "<xml><FromUserName>a</FromUserName><MsgType>event</MsgType><CreateTime>1</CreateTime><Event>CLICK</Event></xml>",
    '<!DOCTYPE a [<!ENTITY b "b">]><xml><a>&b;</a></xml>',
    "姓名,电话,地址\n张三,13800000000,浙江省杭州市西湖区文三路1号\n",
)
SAID = st.binary(max_size=300) | st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=4).map(
    lambda parts: "".join(parts).encode(errors="replace")
)


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=TRIES)
@given(said=SAID, cut=st.integers(0, 400))
def test_a_reader_lets_out_only_what_it_promises(reader: str, said: bytes, cut: int) -> None:
    assert _slips(reader, said, said[:cut]) == []


@settings(max_examples=TRIES)
@given(st.data())
def test_files_with_changed_bytes_are_read_or_refused(data: Any) -> None:
    for reader, body in (("sheet", _sheet()), ("photo", _photo())):
        place, byte = data.draw(st.integers(0, len(body) - 1)), data.draw(st.integers(0, 255))
        assert _slips(reader, body[:place] + bytes([byte]) + body[place + 1 :]) == []


def _slips(reader: str, *bodies: bytes) -> list[str]:
    """The faults that a reader lets out over these bodies, each with where it came from."""
    found: list[str] = []
    for body in bodies:
        try:
            READERS[reader](body)
        except Exception:  # noqa: BLE001 - any is one too many
            found.append(traceback.format_exc())
    return found


@functools.cache  # a workbook knows when it was made
def _sheet() -> bytes:
    """The smallest workbook that holds a recipient."""
    body = BytesIO()
    with xlsxwriter.Workbook(body, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate((("姓名", "电话", "地址"), ("张三", "13800000000", "浙江省杭州市西湖区文三路1号"))):
            sheet.write_row(row, 0, cells)
    assert zipfile.is_zipfile(body)
    return body.getvalue()


def _photo() -> bytes:
    body = BytesIO()
    Image.new("L", (40, 30), 200).save(body, "PNG")
    return body.getvalue()
