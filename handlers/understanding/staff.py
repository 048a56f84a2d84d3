"""What messages about members say: who, which role, which permission."""

import re
from typing import Any

from handlers.understanding.sentence import Sentence

_ROLES = (
    ("owner", r"店主|老板|所有者|owner"),
    ("admin", r"管理员|管理权|admin"),
    ("manager", r"主管|经理|管理|店长|manager"),
    ("packer", r"打单员|打单的|打包|仓管员?|仓库|发货员|打印员|packer|printer operator|operator"),
    ("service", r"客服|售后|service|support|cs\b"),
    ("viewer", r"只读|只能看|只看|查看者|观察|财务|会计|viewer|read-?only"),
)
_PERMISSIONS = (
    ("print", r"打单|打印|打面单|出单|print"),
    ("export", r"导出|下载|export"),
    ("cancel", r"作废|取消|回收|cancel|void"),
    ("bind", r"绑定|授权店|bind"),
    ("track", r"查(?:物流|快递)|跟踪|催|track"),
    ("report", r"报表|统计|数据|运费|report|stat"),
    ("settings", r"设置|模板|setting"),
    ("view", r"看|查|view|see"),
)
_ACTIONS = (
    ("revoke", r"(?:取消|撤销|撤掉|收回|免去|去掉).{0,8}(?:管理员|主管|角色|打单员|客服)|(?:取消|收回|关(?:掉|闭)?|去掉|撤(?:销|掉|回)?|停(?:掉|用)?|禁止|不让|别让|不准|不许|不能|没收|移除)(?:.{0,10})权限|权限.{0,6}(?:取消|收回|关掉|去掉|撤|停|不给)|(?:不让|别让|不准|不许|禁止)|revoke|take away|stop \w+ from|prevent|forbid|no longer (?:allow|let)|(?:remove|drop) .{0,20}(?:permission|access|right)"),
    ("remove", r"移除|移出|踢|删|去掉|开除|离职|辞职|走了|不干了|请出|清掉|remove|delete|kick|fire|left the (?:team|company)"),
    ("list", r"有哪些|哪些|列|看看|看一?下|查看|多少人|几个人|谁(?:能|可以|有|在)|名单|list|who\b|show|which (?:members|staff|people)|how many"),
    ("set_role", r"(?:改|设|升|降|换|调|提拔|变)(?:成|为|到|做|级)|(?:当|做|作为?|担任)(?=主管|管理|客服|打单|仓管|店长|经理|只读|财务)|角色|make \w+|set \w+ (?:as|to)|change .{0,24}(?:role|to)|promote|demote|as (?:an? )?(?:admin|manager)(?= now)"),
    ("grant", r"(?:给|开|开通|加|授予|赋|允许|让|准).{0,12}(?:权限|能|可以|打单|打印|看|查|导出|操作|用)|权限|grant|give .{0,24}(?:permission|access|right)|let \w+|allow|can "),
    ("add", r"加|添|邀请|拉|新增|新来|进来|进群|invite|add|new (?:member|staff|employee)"),
)
_ADDS_A_ROLE = re.compile(r"(?:加|添加|新增|邀请|拉|invite|add)")
_PARTICLES = "的|了|一个|一下|个|给|把|让|叫|是|为|当|做|成|加|开|和|进|来|人|成员|员工|同事|同学|打印|打单|权限|这个|那个|新"
_NAME_ZH = re.compile(
    r"(?:给|把|让|允许|禁止|不让|别让|不准|移除|踢掉?|踢出|删掉?|删除|添加|邀请|加|取消|收回|拉|将|叫|新增|员工|成员|同事|打单员|客服|主管|管理员|仓管|店员|子账号)\s?(?:一个|个|新的?)?(?:员工|成员|同事|打单员|客服|主管|管理员|仓管|店员|子账号)?\s?(?P<name>(?:小|老|阿)[\u4e00-\u9fff]|[\u4e00-\u9fff]{2,3}?)(?=的|开|加|设|改|只|能|可|移|踢|删|当|做|成|为|进|来|打|看|查|添|升|权|导|操|不|离|$|[\s,，\ue108])"
    r"|^(?P<first>(?:小|老|阿)[\u4e00-\u9fff]|[\u4e00-\u9fff]{2,3}?)(?=只能|可以|能|离职|走了|不干|以后|现在|的权限|的角色|改成|设为|升)"
)
_NAME_EN = re.compile(
    r"\b(?:remove|add|invite|kick(?: out)?|let|allow|make|give|grant|revoke|promote|demote|stop|set|for|from|to|prevent|change|take away)\s(?P<name>(?!the|a|an|our|my|all|new|me|us|team|member|staff|someone|permission|print|access|admin|manager|printing|everyone|packer|viewer|him|her|them|this|that|any)[a-z]{2,15})(?:'s)?\b"
)
_PRONOUNS = "我你您他她它谁这那"
_NO_NAME = re.compile(rf"(?:{_PARTICLES}|哪些|谁|什么|有|所有|全部|大家|他们?|她们?|我们?|管理员?|主管|客服|仓管|只读|加入|离职了?|出去|进来|他|她|它|店铺|今天|昨天)+")


def of_member(sentence: Sentence) -> dict[str, Any]:
    """action, name, phone, role, permission."""
    heard = sentence.heard
    action = next((name for name, pattern in _ACTIONS if re.search(pattern, heard)), "")
    role = next((name for name, pattern in _ROLES if re.search(pattern, heard)), "")
    if action == "grant" and "权限" not in heard and role and _ADDS_A_ROLE.search(heard):
        action = "add"
    permission = next((name for name, pattern in _PERMISSIONS if re.search(pattern, heard)), "")
    return {
        "action": action,
        "name": _name(heard),
        "phone": sentence.slots.get("phone", ""),
        "role": role,
        "permission": permission if action in {"grant", "revoke"} else "",
    }


def _name(heard: str) -> str:
    for match in (*_NAME_ZH.finditer(heard), *_NAME_EN.finditer(heard)):
        name = next(group for group in match.groups() if group)
        if not _NO_NAME.fullmatch(name) and name[0] not in _PRONOUNS:
            return name
    return ""
