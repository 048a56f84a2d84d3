"""Words about alerts, and about parcels in trouble: plain rules, until the engine has them in its data."""

import re
from typing import Any

VERBS = (
    ("alert_settings", r"提醒时间|多久提醒|多久算|阈值|预警|(?:小时|天|个|单).{0,6}提醒"),
    ("alert_settings", r"alert settings|when to be told"),
    ("subscribe_alerts", r"(?:开|关|暂停|恢复|取消|订阅|静音|不要|别).{0,6}(?:提醒|通知|推送|打扰|早报|晚报|日报)"),
    ("subscribe_alerts", r"免打扰|^静音|安静时段|提醒(?:开关|设置)|(?:早报|晚报|日报).{0,4}(?:时间|几点)"),
    ("subscribe_alerts", r"^(?:un)?mute|(?:alerts?|notifications?) (?:on|off)"),
    ("upload_again", r"重新上传|重新回传|再传一?次|upload again"),
    ("enter_number", r"补录|手动录入|录入单号|填单号|enter (?:a |the )?(?:tracking |waybill )?number"),
    ("list_anomalies", r"异常|问题件|停滞件|anomal|in trouble"),
)
"""Looked for before all others."""

SLOTS = {
    "enter_number": ("orders", "tracking", "courier"),
    "upload_again": ("tracking",),
    "list_anomalies": ("courier", "hours"),
    "alert_settings": ("alert", "value", "unit", "courier", "region"),
    "subscribe_alerts": ("action", "alert", "duration_h"),
}
_PROVINCES = (
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆 "
    "四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆"
).split()
_ALERTS = (
    ("not_collected", r"揽收|collect|pick"),
    ("balance", r"余额|单号|balance"),
    ("ship_deadline", r"发货|承诺|时限|deadline"),
    ("lost", r"丢件|丢失|lost"),
    ("delivery_overdue", r"签收|派送|派件|deliver"),
    ("stalled", r"停滞|不动|没更新|没有更新|中转|stall"),
)
_ACTIONS = (("mute", r"静音|暂停|^mute"), ("off", r"关|取消|不要|别|off$"), ("on", r"开|恢复|订阅|on$|^unmute"))
_SPAN = re.compile(r"(\d{1,4}) ?个?(小时|hours?|h\b|天|days?|d\b|个|单)")
_TAIL = re.compile(r"尾号 ?(\d{4})(?!\d)|^查 ?(\d{4})$")
_NAME = re.compile(r"^查(?:一下|下)? ?([\u4e00-\u9fff·]{2,8}?)(?:的)?(?:快递|包裹|物流|单)?(?:到哪了?)?$")
_NO_NAMES = frozenset({"物流", "快递", "包裹", "轨迹", "异常"})


def alert_slots(heard: str) -> dict[str, Any]:
    """Which alert, how long, where, on or off."""
    slots: dict[str, Any] = {}
    if alert := next((alert for alert, words in _ALERTS if re.search(words, heard)), ""):
        slots["alert"] = alert
    if span := _SPAN.search(heard):
        hours = int(span[1]) * (24 if span[2][0] in "天d" else 1)
        slots |= {"value": int(span[1]), "unit": "d" if span[2][0] in "天d" else "h", "hours": hours}
        slots["duration_h"] = hours
    if region := next((province for province in _PROVINCES if province in heard), ""):
        slots["region"] = region
    if action := next((action for action, words in _ACTIONS if re.search(words, heard)), ""):
        slots["action"] = action
    return slots


def receiver_slots(heard: str) -> dict[str, str]:
    """查 张三, 尾号 5678."""
    if tail := _TAIL.search(heard):
        return {"phone_tail": tail[1] or tail[2]}
    name = _NAME.match(heard)
    return {"recipient": name[1]} if name and name[1] not in _NO_NAMES else {}
