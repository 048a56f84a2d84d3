"""What this program can do: every intent, its conversation, and what a member needs to use it."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.rights import Right
from handlers import (
    after_printing,
    alert_answers,
    alert_settings,
    anomalies,
    bind_courier,
    bind_shop,
    buyer_words,
    clarify,
    enter_number,
    help,  # noqa: A004 - the word merchants use
    intercept,
    manual,
    print_orders,
    reprint,
    subscribe_alerts,
    track,
    urge,
)
from handlers.conversation import Script


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the menu. An aside answers without disturbing the conversation that is open.

    `section` is the section of the text files that holds its sentences.
    """

    intent: str
    script: Script
    right: Right
    section: str
    is_aside: bool = False


_MENU = (
    Command("help", help.help_, Right.SEE, "help", is_aside=True),
    Command("news", help.news, Right.SEE, "help", is_aside=True),
    Command("language", help.language, Right.SEE, "help", is_aside=True),
    Command("bind_shop", bind_shop.bind_shop, Right.BIND, "bind_shop"),
    Command("bind_courier", bind_courier.bind_courier, Right.BIND, "bind_courier"),
    Command("print_orders", print_orders.print_orders, Right.PRINT, "print_orders"),
    Command("create_waybill", manual.create_waybill, Right.PRINT, "manual"),
    Command("read_sheet", manual.read_sheet, Right.PRINT, "manual"),
    Command("stop_batch", print_orders.stop_batch, Right.PRINT, "print_orders", is_aside=True),
    Command("go_on", after_printing.go_on, Right.PRINT, "after_printing"),
    Command("why", after_printing.why, Right.PRINT, "after_printing", is_aside=True),
    Command("send_again", after_printing.send_again, Right.PRINT, "after_printing"),
    Command("unsure", after_printing.unsure, Right.PRINT, "after_printing"),
    Command("paper", after_printing.paper, Right.PRINT, "after_printing"),
    Command("reprint", reprint.reprint, Right.PRINT, "reprint"),
    Command("reissue", reprint.reissue, Right.PRINT, "reprint"),
    Command("cancel_waybill", reprint.void, Right.PRINT, "reprint"),
    Command("track", track.track, Right.SEE, "track"),
    Command("urge", urge.urge, Right.CARE, "urge"),
    Command("intercept", intercept.intercept, Right.INTERCEPT, "intercept"),
    Command("let_go", intercept.let_go, Right.INTERCEPT, "intercept"),
    Command("enter_number", enter_number.enter_number, Right.PRINT, "enter_number"),
    Command("upload_again", enter_number.upload_again, Right.PRINT, "enter_number"),
    Command("list_anomalies", anomalies.list_anomalies, Right.SEE, "anomalies", is_aside=True),
    Command("alert_settings", alert_settings.alert_settings, Right.ADJUST, "alert_settings"),
    Command("subscribe_alerts", subscribe_alerts.subscribe_alerts, Right.SEE, "subscribe_alerts"),
    Command("buyer_words", buyer_words.buyer_words, Right.CARE, "buyer_words"),
    Command("snooze", alert_answers.snooze, Right.SEE, "alert_answers", is_aside=True),
    Command("ignore", alert_answers.ignore, Right.CARE, "alert_answers", is_aside=True),
    Command("clarify", clarify.clarify, Right.SEE, "clarify"),
    Command("handled", alert_answers.handled, Right.CARE, "alert_answers", is_aside=True),
)

NOT_YET = (
    "unbind",
    "list_orders",
    "template_settings",
    "printer_settings",
    "export_records",
    "report",
    "compare_couriers",
    "balance",
    "member",
)
"""What is understood and has no conversation yet: a merchant who asks for it is told so."""

COMMANDS: Mapping[str, Command] = {command.intent: command for command in _MENU}
