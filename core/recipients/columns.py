"""Which column of a sheet holds what: by its head, else by what stands in it."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from core.patterns import pattern
from core.recipients import divisions
from core.recipients.names import Piece, likeness
from core.recipients.phones import cut_phones
from core.recipients.workbook import Row

Columns = Mapping[str, tuple[int, ...]]
"""Field → its columns. Fields: name, phone, place (province, city and district in their order), address, goods, spec,
count, weight, remark; `whole` holds whole recipients."""

_HEAD_WITHIN = 10  # rows: a title and a note may stand above the head
_LOOKED_AT = 60  # rows that tell what a column holds
_MOST_ALIKE = 0.6
_SIGNS = pattern(r"[\s*＊:：()（）\[\]【】必填选]+")
_SENDER = pattern(r"寄件|发件|发货人|寄方|sender|from", re.IGNORECASE)
_WHO = pattern(r"^(?:收件[人方]?|收货[人方]?|收方|客户|买家|顾客|联系人)的?(?!备注|留言)")
_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (field, pattern(form, re.IGNORECASE))
    for field, form in (
        ("name", r"姓名|名字|名称|name|recipient|receiver|consignee"),
        (
            "phone",
            r"(?:联系|移动)?(?:手机|电话)(?:号码?|电话)?|联系(?:手机|方式)|phone|mobile|tel(?:ephone)?",
        ),
        ("landline", r"固定?电?话|座机|landline"),
        ("province", r"省份?|所在省|省/?自治区|province|state"),
        ("city", r"城?市|所在市|地级市|city"),
        ("district", r"区县?|县区?|区/县|市/?区|所在区|district|county"),
        ("region", r"省/?市/?[区县]?(?:/?县)?|所在地区?|地区|区域|region|area"),
        ("address", r"(?:详细|街道|具体|完整|寄送|邮寄)?地址|address|street"),
        (
            "goods",
            r"[货商产物]品(?:名称?|信息|内容)?|品名|货物|宝贝(?:名称)?|内件|托寄物|goods|products?|items?",
        ),
        ("spec", r"规格(?:型号)?|型号|颜色|尺码|sku\w*|spec"),
        ("count", r"(?:商品|货品)?(?:数量|件数|个数|数目)|qty|quantity|count|pcs"),
        ("weight", r"(?:毛|净|总)?重量?/?(?:kg|公斤|千克)?|weight/?(?:kg)?"),
        ("remark", r"(?:买家|卖家|客户|订单|发货)?(?:备注|留言|说明|附言)|remarks?|notes?|memo"),
    )
)
_PLACES = ("province", "city", "district", "region")
_COUNT = pattern(r"\d{1,3}")


def find(rows: Sequence[Row]) -> tuple[Columns, int]:
    """The columns, and how many rows stand above the recipients."""
    for above, (_, cells) in enumerate(rows[:_HEAD_WITHIN], 1):
        named = _named(cells)
        if "phone" in named and len(named) > 1:
            return _grouped(named), above
    return _by_contents([cells for _, cells in rows[:_LOOKED_AT]]), 0


def _named(heads: Sequence[str]) -> dict[str, list[int]]:
    """Field → columns by their heads; of what is about the sender nothing."""
    named: dict[str, list[int]] = {}
    for column, head in enumerate(heads):
        bare = _SIGNS.sub("", head)
        if not bare or _SENDER.search(bare):
            continue
        if field := _field(_WHO.sub("", bare)):
            named.setdefault(field, []).append(column)
    return named


def _field(head: str) -> str:
    """What is told by a head without 收件人: the name itself, where nothing is left of it."""
    return next((field for field, form in _HEADS if form.fullmatch(head)), "") if head else "name"


def _grouped(named: Mapping[str, Sequence[int]]) -> Columns:
    place = tuple(column for field in _PLACES for column in named.get(field, ()))
    phone = (*named["phone"], *named.get("landline", ()))
    others = {field: tuple(found) for field, found in named.items() if field not in {*_PLACES, "landline", "phone"}}
    return {**others, "phone": phone, **({"place": place} if place else {})}


def _by_contents(rows: Sequence[Sequence[str]]) -> Columns:
    """Phone, address and name by what most cells look like; whole recipients where no column is one alone."""
    width = max(map(len, rows), default=0)
    free = [column for column in range(width) if not _is_running(rows, column)]
    found: dict[str, tuple[int, ...]] = {}
    for field, looks in (("phone", _is_phone), ("address", _is_address), ("name", _is_name)):
        column = _most_alike(rows, free, looks)
        if column is not None:
            found[field] = (column,)
            free.remove(column)
    if "phone" not in found or "address" not in found:
        return {"whole": tuple(range(width))}
    count = _most_alike(rows, free, _is_count)
    return found if count is None else {**found, "count": (count,)}


def _most_alike(rows: Sequence[Sequence[str]], columns: Sequence[int], looks: Callable[[str], bool]) -> int | None:
    """The column most of whose cells look so."""
    best, alike = None, 0.0
    for column in columns:
        cells = [row[column] for row in rows if column < len(row) and row[column]]
        share = sum(map(looks, cells)) / len(rows) if rows else 0.0
        if share >= _MOST_ALIKE and share > alike:
            best, alike = column, share
    return best


def _is_phone(cell: str) -> bool:
    rest, phones = cut_phones(cell, "")
    return bool(phones) and not rest.strip(" ,，/、;；")


def _is_address(cell: str) -> bool:
    return not cut_phones(cell, "")[1] and divisions.find(cell) is not None


def _is_name(cell: str) -> bool:
    return likeness(Piece(cell, is_first=True)) >= 5  # noqa: PLR2004 - a surname with one or two characters has 6


def _is_count(cell: str) -> bool:
    return _COUNT.fullmatch(cell) is not None


def _is_running(rows: Sequence[Sequence[str]], column: int) -> bool:
    """1, 2, 3 …: a row's number is no count."""
    cells = [int(row[column]) for row in rows if column < len(row) and _is_count(row[column])]
    return len(cells) > 1 and all(later == earlier + 1 for earlier, later in pairwise(cells))
