"""What messages about members say: who, which role, which permission."""

from typing import Any

from core.patterns import pattern
from handlers.understanding.normalise import as_written, names_of
from handlers.understanding.sentence import Sentence

_KINDS = "员工|成员|同事|打单员|客服|主管|管理员|仓管|店员|子账号"
_NAME_ZH = pattern(
    rf"(?:给|把|让|允许|禁止|不让|别让|不准|移除|踢[了掉出]?|删[了掉]?|删除|添加|邀请|加|取消|收回|拉|将|叫|新增|新来的?|新招的?|新人|{_KINDS})\s?(?:一个|个|新的?)?(?:{_KINDS}|人)?\s?(?:名?叫做?)?\s?"
    r"(?P<name>[小老阿][\u4e00-\u9fff]|[\u4e00-\u9fff]{2,3}?)"
    r"(?=的|从|也|都|就|开|加|设|改|只|能|可|移|踢|删|当|做|成|为|进|来|打|看|查|添|升|权|导|操|不|离|$|[\s,，\ue100-\ue1ff])"
    r"|(?P<left>[小老阿][\u4e00-\u9fff])(?=离职|辞职|走了|不干了)|^(?P<first>[小老阿][\u4e00-\u9fff]|[\u4e00-\u9fff]{2,3}?)"
    r"(?=只[能给让看]|可以|能|离职|辞职|走了|走人|不来|不干|以后|现在|的[^,，]{0,6}权限|的角色|改成|设为|升)"
)
_NAME_EN = pattern(
    r"\b(?:remove|add|invite|kick(?: out)?|let|allow|make|give|grant|revoke|promote|demote|downgrade|upgrade|stop|set"
    r"|for|from|to|prevent|change|take away)\s(?P<name>(?!(?:the|a|an|our|my|all|new|me|us|team|member|staff|someone"
    r"|permission|print|access|admin|manager|printing|everyone|packer|viewer|him|her|them|this|that|any|add|remove|invite|bind|see|export|change|teammate)\b)[a-z]{2,15}|[\u4e00-\u9fff]{2,3})(?:'s)?(?![a-z])"
)
_PRONOUNS = "我你您他她它谁这那"
_NO_NAME = pattern(
    "(?:的|了|一个|一下|个|给|把|让|叫|是|为|当|做|成|加|开|和|进|来|人|成员|员工|同事|同学|打印|打单员?|权限|新|哪些|谁|什么|有|所有|全部"
    "|大家|管理员?|主管|客服|仓管|只读|店铺|今天|昨天|列表|名单|财务|会计|客户|老板|打单员|加入|离职了?|出去|进来|在|哪里?|怎么|操作|掉)+"
)
_ADDS = pattern("加|添|邀请|拉|新增|invite|add")


def of_member(sentence: Sentence) -> dict[str, Any]:
    """action, name, phone, role, permission."""
    heard, grams = sentence.heard, sentence.grams
    action = next(iter(names_of("member_actions").named_in(heard, grams)), "")
    role = next(iter(names_of("roles").named_in(heard, grams)), "")
    if action in {"grant", "set_role"} and "权限" not in heard and role and _ADDS.search(heard):
        action = "add"
    permission = next(iter(names_of("permissions").named_in(heard, grams)), "")
    return {
        "action": action,
        "name": _name(sentence),
        "phone": sentence.slots.get("phone", ""),
        "role": role,
        "permission": permission if action in {"grant", "revoke"} and not role else "",
    }


def _name(sentence: Sentence) -> str:
    """The name as it was written."""
    for match in (*_NAME_ZH.finditer(sentence.heard), *_NAME_EN.finditer(sentence.heard)):
        name = next(group for group in match.groups() if group)
        if not _NO_NAME.fullmatch(name) and not set(name) & set(_PRONOUNS):
            return as_written(name, sentence.said)
    return ""
