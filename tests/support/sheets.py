"""Spreadsheet files as merchants have them."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook

HEADS = ("收件人", "手机", "地址", "货品", "数量", "备注")
CITIES = (
    ("浙江省", "杭州市", "余杭区"),
    ("广东省", "深圳市", "南山区"),
    ("四川省", "成都市", "武侯区"),
    ("江苏省", "南京市", "鼓楼区"),
    ("上海市", "上海市", "浦东新区"),
)
_SURNAMES, _NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高", "伟芳娜敏静丽强磊军洋艳杰娟涛明超秀霞平刚"


def xlsx(*rows: Sequence[object]) -> bytes:
    """A workbook with these rows on its only sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def delimited(*rows: Sequence[object], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A text file with these rows."""
    return "\r\n".join(delimiter.join(str(cell) for cell in row) for row in rows).encode(encoding)


def people(count: int) -> list[tuple[str, str, str]]:
    """Name, phone and address of so many made-up people."""
    return [
        (
            f"{_SURNAMES[n % len(_SURNAMES)]}{_NAMES[n % len(_NAMES)]}{_NAMES[n // len(_NAMES) % len(_NAMES)]}",
            f"138{10_000_000 + n:08d}",
            f"{''.join(dict.fromkeys(CITIES[n % len(CITIES)]))}创业路{n + 1}号",
        )
        for n in range(count)
    ]
