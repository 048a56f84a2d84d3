"""A message taken apart: the slots that any command may have are cut out, and marks stand in their places."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.patterns import pattern
from core.recipients.phones import cut_phones
from core.writing import half_width, simplified
from handlers.understanding import periods
from handlers.understanding.grams import grams_of
from handlers.understanding.intents import MARKS
from handlers.understanding.naming import Named, cut_couriers, cut_person, cut_regions
from handlers.understanding.normalise import names_of, normalise, well_spelled
from handlers.understanding.numbers import cut_numbers
from handlers.understanding.numerals import HAN, WORD, number
from handlers.understanding.pasted import Told, cut_recipient
from handlers.understanding.shops import cut_bound_shop, cut_shop

SIZE = pattern(r"(?<!\d)(\d{2,3})\s?(?:x|×|\*|乘以?|by)\s?(\d{2,3})(?:\s?mm)?(?!\d)")
"""A label's size in millimetres."""

_GOODS_EN = "(?:orders?|labels?|parcels?|waybills?|shipments?|packages?)"
_COUNT = pattern(
    rf"(?<![\d.\-])(?P<n>\d{{1,5}}|{HAN})\s?(?:单(?![号价量])|张(?!测试|试|纸)|笔|件|票|个(?=订单|单子|[急新老大小]单|包裹|快递|件|打|都|全|先|$|的|,|，))"
    r"(?:订单|单子)?"
    rf"|(?:最早|最先|最新|最近|最后|头|前)的?\s?(?P<first>\d{{1,4}}|{HAN})(?=$|[单张个条笔件的,，。\s])"
    r"(?:单|张|条|笔|件|个(?!月|小时|星期|礼拜))?"
    rf"|(?<![a-z\d.\-])(?P<en>\d{{1,5}}|{WORD})\s(?:(?:oldest|newest|latest|earliest|new|more)\s)?{_GOODS_EN}\b"
    r"|(?:(?<=print )|(?<=print only )|(?<=print just )|(?<=only ship )|(?<=just ship )|(?<=only do )|(?<=just do ))"
    r"(?P<en_only>\d{1,4})(?=$|[,.]|\s(?:only|please|max|with|via|by|from|for|and)\b)"
    rf"|(?<![a-z\d.\-])(?P<en_most>\d{{1,5}}|{WORD})\s(?=(?:oldest|newest|latest|earliest|most recent)\b)"
    rf"|\b(?:first|earliest|oldest|latest|newest|next|last)\s(?P<en_first>\d{{1,4}}|{WORD})\b"
    r"(?!\s(?:days?|weeks?|months?|hours?|years?))"
)
_NUMERAL = pattern(rf"\d|{HAN}|[a-z]{{3}}")
_ONE = frozenset({"一", "a", "an", "one", "another"})  # 再来一张 counts nothing
_EARLIEST = pattern(
    r"最早|最先|最老|先来的|(?<![以之])前(?=的?\s?[\d一二三四五六七八九十]+\s?[单张个条笔件的])|头(?=\d)"
    r"|\b(?:first|earliest|oldest)\b"
)
_LATEST = pattern(
    r"最新|最晚|最近(?=的?\s?\d+\s?[单张个])|最后(?=的?\s?\d)|\b(?:latest|newest|most recent)\b|\blast(?= \d+ )"
)
_LAST_BATCH = pattern(
    r"上一?批|刚才?(?:打|那|的|这)|刚刚|最后[一那]批|前一批"
    r"|\b(?:last|previous|latest) (?:batch|run|print ?run|print job|labels?)\b|\bjust (?:printed|now)\b"
)
_REMARK = pattern(
    r"(?P<no>没有?|无|不带|不含|without |no )?(?:有|带|含|写了?|with |have |having )(?:客户|买家|订单)?的?"
    r"(?:备注|留言|remarks?|notes?|memos?)"
    r"|(?P<none>没(?=备注|留言)|无(?=备注|留言)|without |no )(?:备注|留言|remarks?|notes?|memos?)"
)
_OF_A_BATCH = frozenset({"批", "刚", "last", "prev", "late", "just"})  # pieces, without which those forms need no try
_OF_A_REMARK = frozenset({"备注", "留言", "rema", "note", "memo"})
_OF_A_TAIL = frozenset({"尾号", "尾数", "四位", "endi", "ends", "last"})
_PHONE_TAIL = pattern(
    r"(?:手机)?(?:尾号|后四位|末四位|尾数)\D{0,3}(\d{4})(?!\d)|(?:ending|ends) (?:in|with) (\d{4})(?!\d)"
    r"|last four(?: digits)?\D{0,4}(\d{4})(?!\d)"
)
_LEFT_OUT = pattern(
    r"的?(?:单子?|订单|货)?(?:都|全|先|就)*(?:(?:不|别|不要)(?:打|发|出|印)(?!过|出|了的)|留[着下]|保留|不动)"
)
_LEFT_OUT_AHEAD = pattern(  # 不打中通的, 除了中通, except ZTO
    r"(?:不|别)要?(?:打印?|印|发|用|走|选|要)?(?:掉|任何)?$|(?<![删移解])除(?:了|去|开)?$"
    r"|\b(?:except|excluding|but not|without|don't (?:use|ship with|print)|not)(?: for| with)?\s?$"
)
_SIGNS_OF_A_SLIP = frozenset({"不对", "哦不", "啊不", "说错", "不不", "wait", "mean", "corr"})
_SLIP = pattern(  # 打今天的 哦不对 打昨天的; print today's, no wait, yesterday's
    r"(?<=.)[\s,，。.;；…]+(?:(?:哦|噢|啊|呃|额|哎呀?|唉|等等|等下)?[\s,，]?不对(?:不对)?[啊哦了]?|(?:哦|噢|啊|呃)不[是]?|不不不?|(?:我)?说错了?)[\s,，。;；…]+(?=..)"
    r"|[\s,.;]+(?:(?:oh |no,? )?wait(?:,? no)?|(?:sorry,? )?i mean|correction|no,? i mean)[\s,:]+(?=..)"
)
_DEEDS = (
    r"补打|重打|打印?|印|查|看|列|数|导出?|催|拦截?|作废|取消|绑定?|解绑|统计|用|发|走|出|改|设"
    r"|print|show|list|ship|export|use|track|chase|bind|how|set"
)
_NOT_THIS = pattern(  # 不是解绑，我要绑新店; 不绑店铺，是绑快递; don't print, just list them
    r"^(?:不是|不要|不用|别|不)[^,，。;；]{1,12}(?:[,，。;；]\s?(?=取消[了吧]?$)|(?<!了)[,，。;；]\s?"
    rf"(?:(?:而是|应该是|[是要想]|我[是要想]要?)+(?=..)|(?=(?:先|帮我|请|给我|把)*(?:{_DEEDS}))"
    r"|(?<=的.)(?!.*(?:其[他它余]|别的|剩|都|全))))"
    r"|^(?:not|don't|do not)\b[^,;.]{1,32}[,;.]\s?"
    rf"(?:but |just |instead |rather |i (?:want|need) )*(?={_DEEDS}|the |to )"
)
_NOT_THAT = pattern(
    r"[,，]\s?(?:而?不是|not)\s?(?![^,，。]*[吧吗么]$)[^,，。;；]{1,16}(?=$|[,，。;；])"
)  # …, 不是昨天的
_DENIED = pattern(  # and no other clause with something to do in it
    r"(?:请|麻烦|先|暂时|你)*(?:别|不要|不用|不必|甭|莫)(?!忘|落|漏)(?:再|给我|帮我|急着|着急|先|去|都)*"
    r"(?:补打|重打|打印?|印|催|拦截?|作废|取消|解绑|发货|发|出单|回收|撤)(?!.*[,，。;；\s].*(?:打|印|催|拦|作废|取消|绑|发|查|看|用|把))"
    r"|(?:please )?(?:don't|do not|no need to) (?:re-?)?(?:print|chase|urge|intercept|stop|cancel|void|unbind|ship)"
    r"(?!.*[,;.].*\b(?:print|chase|show|list|cancel|use|just)\b)"
)
_BEFORE_NO = ("请", "麻烦", "先", "暂时", "你", "甭", "莫", "please ", "do not", "no need")
_SIGNS_OF_NO = ("不", "别", "not ", "don't")
_BEGINS_ANEW = pattern(rf"(?:是|应该是|帮我|请|给我|把|要|我要|please |just )*(?:{_DEEDS})")
_VERB_AHEAD = pattern(rf"(?:帮我|请|给我|把|要|我要|please )*(?:(?:{_DEEDS})(?:一?下|看)?)?\s?")
_VERB_BEHIND = pattern(rf"(?:全部?|都|先|给我|帮我)+(?:{_DEEDS})(?:一下|了|掉|出来|吧)?$")
_PHONE = "\ue000"
_DIGIT = pattern(r"\d")
_MANY_DIGITS = pattern(r"\d(?:\D{0,3}\d){6}")
_MARKS = frozenset(MARKS.values())
_ORNAMENTS = " ,，.。、;；:：!！?？~～"


@dataclass(slots=True)
class Sentence:
    """A message, step by step.

    `said`: as it came. `heard`: without its recipient, well spelled. `cut`: the same with marks for slots. `grams`: the
    pieces of `heard`, and those marks. `slots`: what was cut out, by the names of intents.toml.
    """

    said: str
    heard: str
    cut: str
    now: datetime
    grams: set[str]
    slots: dict[str, Any] = field(default_factory=dict)
    recipient: Told | None = None

    @property
    def is_denied(self) -> bool:
        """Whether it says what is not to be done, and nothing else: 别催 7833…, don't print today's."""
        return self.heard.startswith(_SIGNS_OF_NO + _BEFORE_NO) and _DENIED.match(self.heard) is not None

    @property
    def left(self) -> str:
        """What is left without marks and ornaments."""
        return "".join(sign for sign in self.cut if sign not in _MARKS).strip(_ORNAMENTS)


def read(said: str, now: datetime, couriers: Iterable[Named] = (), shops: Collection[str] = ()) -> Sentence:
    """Take a message apart; `now` is a Shanghai wall-clock time."""
    slots: dict[str, Any] = {}
    plain = simplified(half_width(said))
    if _DIGIT.search(plain):
        plain, slots["order_numbers"], slots["tracking_numbers"] = cut_numbers(plain, MARKS["order"], MARKS["number"])
    plain, recipient = cut_recipient(plain, MARKS["recipient"])
    heard, grams = _spelled(normalise(plain))
    heard, grams = _corrected(heard, grams)
    cut, slots["shop"] = cut_bound_shop(_without_phone(heard, slots), MARKS["shop"], shops)
    cut, _ = names_of("idioms").cut(cut, grams, " ")
    cut, slots["recipient"] = cut_person(cut, MARKS["person"])
    if not slots["shop"]:
        cut, slots["shop"] = cut_shop(cut, said, MARKS["shop"])
    cut, slots["courier"] = cut_couriers(cut, MARKS["courier"], grams, couriers)
    cut, slots["status"] = names_of("status").cut(cut, grams, MARKS["status"])
    for key in ("courier", "status"):
        if named := slots[key]:
            slots[key] = _without_left_out(cut, MARKS[key], named)
            slots[f"{key}_exclude"] = [name for name in named if name not in slots[key]]
    cut = _without_count(SIZE.sub(MARKS["size"], cut) if _DIGIT.search(cut) else cut, slots)
    cut = _without_period(cut, now, slots)
    cut, slots["region"], slots["region_exclude"] = cut_regions(cut, MARKS["region"], grams)
    grams |= _MARKS.intersection(cut)
    _note_the_rest(heard, grams, slots)
    told = {key: value for key, value in slots.items() if value or value is False}
    return Sentence(said, heard, cut, now, grams, told, recipient)


def _spelled(heard: str) -> tuple[str, set[str]]:
    grams = grams_of(heard)
    better = well_spelled(heard, grams)
    return better, grams if better == heard else grams_of(better)


def _corrected(heard: str, grams: set[str]) -> tuple[str, set[str]]:
    """打今天的 哦不对 打昨天下午的: what is said last, unless numbers or a person were named before."""
    if heard.startswith(_SIGNS_OF_NO) and (denied := _NOT_THIS.match(heard)) and _MARKS.isdisjoint(denied[0]):
        heard = heard[denied.end() :]
        return heard, grams_of(heard)
    if ("不是" in heard or "not " in heard) and (denied := _NOT_THAT.search(heard)) and _MARKS.isdisjoint(denied[0]):
        heard = heard[: denied.start()] + heard[denied.end() :]
        return heard, grams_of(heard)
    if grams.isdisjoint(_SIGNS_OF_A_SLIP):
        return heard, grams
    slip = _SLIP.search(heard)
    if not slip or not _MARKS.isdisjoint(heard):
        return heard, grams
    before, after = heard[: slip.start()], heard[slip.end() :]
    meant = after if _BEGINS_ANEW.match(after) else _with_verbs(before, after)
    return meant, grams_of(meant)


def _with_verbs(before: str, after: str) -> str:
    """打今天的 哦不对 昨天的; 今天的全打, 哦不对, 是昨天的: the verb was said once."""
    ahead, behind = _VERB_AHEAD.match(before), _VERB_BEHIND.search(before)
    return f"{ahead[0] if ahead else ''}{after}{behind[0] if behind else ''}"


def _without_phone(text: str, slots: dict[str, Any]) -> str:
    if not _MANY_DIGITS.search(text):
        return text
    rest, phones = cut_phones(text, _PHONE)
    if phones:
        slots["phone"] = phones[0].number
    return rest.replace(_PHONE, MARKS["phone"])


def _without_left_out(cut: str, mark: str, named: list[str]) -> list[str]:
    """中通的先不打，圆通的打了; 不打中通的: without those that are not to be printed now."""
    places = list(re.finditer(mark, cut)) if named else []
    if len(places) != len(named):
        return named
    return [name for name, place in zip(named, places, strict=True) if not _is_left_out(cut, place)]


def _is_left_out(cut: str, place: re.Match[str]) -> bool:
    if _LEFT_OUT.match(cut, place.end()):
        return True
    is_over = cut.startswith(("了", "喇", "啦"), place.end())  # 不用极兔了 is no choice of parcels
    return not is_over and _LEFT_OUT_AHEAD.search(cut, 0, place.start()) is not None


def _without_count(text: str, slots: dict[str, Any]) -> str:
    match = _COUNT.search(text) if _NUMERAL.search(text) or text.isascii() else None
    said = next(group for group in match.groups() if group) if match else ""
    if not match or said in _ONE or not number(said):
        return text
    slots["count"] = number(said)
    for pick, words in (("earliest", _EARLIEST), ("latest", _LATEST)):
        if words.search(text):
            slots["pick"] = pick
    return text[: match.start()] + MARKS["count"] + text[match.end() :]


def _without_period(text: str, now: datetime, slots: dict[str, Any]) -> str:
    found = periods.find(text, now)
    if not found:
        return text
    slots["period"] = found.period
    slots["period_words"] = text[found.start : found.end]
    return text[: found.start] + MARKS["period"] + text[found.end :]


def _note_the_rest(heard: str, grams: set[str], slots: dict[str, Any]) -> None:
    """What is said in passing, and does not disturb the scoring."""
    if not _OF_A_BATCH.isdisjoint(grams) and _LAST_BATCH.search(heard):
        slots["ref"] = "last_batch"
    if not _OF_A_REMARK.isdisjoint(grams) and (match := _REMARK.search(heard)):
        slots["has_remark"] = not (match["no"] or match["none"])
    if not _OF_A_TAIL.isdisjoint(grams) and (match := _PHONE_TAIL.search(heard)):
        slots["phone_tail"] = next(group for group in match.groups() if group)
