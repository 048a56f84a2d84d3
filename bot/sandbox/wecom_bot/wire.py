"""Frames: `{cmd, headers: {req_id}, body}` there, the same or `{headers, errcode, errmsg, body}` back.

Commands are those of the official page on the long connection; its codes are assumed, except 846605, which users of
the official SDK report.
"""

from bot.sandbox.wechat_wire import BAD_ARGUMENT, Json, Refusal
from bot.sandbox.wechat_wire import read as read_json

NOT_SUBSCRIBED, LATE = 846600, 846605


def ack(request: str, body: Json | None = None) -> Json:
    """Done."""
    return {"headers": {"req_id": request}, "errcode": 0, "errmsg": "ok"} | ({"body": body} if body else {})


def refused(request: str, refusal: Refusal) -> Json:
    """Not done."""
    return {"headers": {"req_id": request}, "errcode": refusal.code, "errmsg": refusal.said}


def read(text: str) -> tuple[str, str, Json]:
    """Command, request id and body of a frame. Raises `Refusal`."""
    frame = read_json(text)
    if set(frame) - {"cmd", "headers", "body"}:
        raise Refusal(BAD_ARGUMENT, "no frame")
    headers, command, body = frame.get("headers"), frame.get("cmd"), frame.get("body", {})
    if not isinstance(headers, dict) or not headers.get("req_id") or not isinstance(command, str):
        raise Refusal(BAD_ARGUMENT, "no cmd or req_id")
    return command, str(headers["req_id"]), body if isinstance(body, dict) else {}
