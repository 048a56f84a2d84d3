"""The goods or the person that orders are chosen by: 打印红色款的, 保温杯那个链接的先出, 打张三的订单."""

from core.patterns import pattern
from core.recipients.names import has_surname

_MARKS = "[\ue100-\ue1ff]"
_WHAT = r"(?P<what>(?![把的])[\u4e00-\u9fffa-z0-9]{2,10}?)"
_KIND = r"(?:的?[那这]?一?(?:款|种|个?链接|样)|的[那这](?:款|种|个链接))"
_ORDERS = r"(?:订单|单子|面单|包裹|单|货|件)"
_DO = r"(?:打印?|印|出|发|弄|列|看|查|找)(?:一下|下|看|出)?"
_TOGETHER = r"(?:先|都|全部?|给我|帮我|赶紧)"
_AHEAD, _BEHIND = rf"(?:^|[\s,，把]|{_MARKS})", r"(?=$|[了吧啊呗\s,，面]|完|掉|出来)"
_FORMS = (
    pattern(
        rf"(?:{_AHEAD}|给我|帮我|先|都|请){_DO}{_MARKS}*{_WHAT}(?:{_KIND}的?|的){_ORDERS}?(?=$|[\s,，。吧了啊呗先都全给])"
    ),
    pattern(rf"{_AHEAD}{_WHAT}(?:{_KIND}的?|的){_ORDERS}?{_TOGETHER}*{_DO}{_BEHIND}"),
    pattern(rf"{_MARKS}的?{_WHAT}{_TOGETHER}+{_DO}{_BEHIND}"),
    pattern(rf"(?:买|拍)了?{_WHAT}的"),
    pattern(
        r"\b(?:the|for|with) (?P<what>[a-z][a-z -]{2,24}?) orders\b"
        r"|\borders (?:of|for) (?:the |a )?(?P<what2>[a-z][a-z -]{2,24})$"
    ),
)
_SIGNS = ("的", "都", "先", "全", "给我", "帮我", "赶紧", "orders")  # of which every form has one
_NO_GOODS = pattern(
    r"[\ue000-\uf8ff]|的|进来|赶紧|赶快|尽快|当天|那天|买$|全部|所有|剩|其[他它余]|别的|那些|这些|刚才|上面|下面|前面|后面|漏|能打|可以|[没未待已]|订单|单子|面单|快递|物流|打印|发货|付款|下单"
    r"|退款|备注|留言|今|昨|明|前天|早上|上午|下午|中午|晚上|小时|分钟|最[早新近晚]|新的?$|急|加急|客户|买家|卖家|我们?|你们?|他们?|她|它|自己|店|铺"
    r"|统一|一起|一样|合并|同一|多|少|几|哪|什么|怎么|省|市|区|县|地区|偏远|不|要|把|给|用|都|先|再|就|该|需要|准备|异常|问题|超时|地址|电话|号"
    r"|\b(?:all|new|today|unshipped|unprinted|pending|open|last|first|next|rest|other|these|those|more|same|shipped|remaining|oldest|latest|newest|remarks?|notes?|memos?|buyers?)\b"
)


def picked(cut: str) -> tuple[str, str]:
    """The goods, or else the person; "" for what is not told. `cut`: a message with marks for its other slots."""
    if not any(sign in cut for sign in _SIGNS):
        return "", ""
    for form in _FORMS:
        for match in form.finditer(cut):
            what = next(group for group in match.groups() if group).strip()
            if not _NO_GOODS.search(what):
                return ("", what) if has_surname(what) else (what, "")
    return "", ""
