"""What this program can do: every intent, its conversation, and what a member needs to use it."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.rights import Right
from handlers import (
    clarify,
    help,  # noqa: A004 - the word merchants use
)
from handlers.alerts import anomalies, balance, buyer_words, intercept, urge
from handlers.alerts import answers as alert_answers
from handlers.alerts import settings as alert_settings
from handlers.alerts import subscriptions as subscribe_alerts
from handlers.binding import courier as bind_courier
from handlers.binding import shop as bind_shop
from handlers.conversation import Script
from handlers.manual import orders as manual
from handlers.parcels import enter_number, track
from handlers.people import groups, join, members, records, switch
from handlers.printers import offsets, photo
from handlers.printers import settings as printer_settings
from handlers.printing import after_printing, print_orders, reprint
from handlers.troubles import troubleshoot


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the menu. An aside answers without disturbing the conversation that is open.

    `section` is the section of the text files that holds its sentences. `is_for_groups`: it asks for no secret and
    shows nobody's name, phone or address, so that others may read along; all else is talked about in private.
    """

    intent: str
    script: Script
    right: Right
    section: str
    is_aside: bool = False
    is_for_groups: bool = False


_MENU = (
    Command("help", help.help_, Right.SEE, "help", is_aside=True, is_for_groups=True),
    Command("news", help.news, Right.SEE, "help", is_aside=True),
    Command("language", help.language, Right.SEE, "help", is_aside=True, is_for_groups=True),
    Command("bind_shop", bind_shop.bind_shop, Right.BIND, "bind_shop"),
    Command("bind_courier", bind_courier.bind_courier, Right.BIND, "bind_courier"),
    Command("print_orders", print_orders.print_orders, Right.PRINT, "print_orders", is_for_groups=True),
    Command("create_waybill", manual.create_waybill, Right.PRINT, "manual"),
    Command("read_sheet", manual.read_sheet, Right.PRINT, "manual"),
    Command("stop_batch", print_orders.stop_batch, Right.PRINT, "print_orders", is_aside=True, is_for_groups=True),
    Command("go_on", after_printing.go_on, Right.PRINT, "after_printing", is_for_groups=True),
    Command("why", after_printing.why, Right.PRINT, "after_printing", is_aside=True, is_for_groups=True),
    Command("send_again", after_printing.send_again, Right.PRINT, "after_printing"),
    Command("unsure", after_printing.unsure, Right.PRINT, "after_printing", is_for_groups=True),
    Command("paper", after_printing.paper, Right.PRINT, "after_printing", is_for_groups=True),
    Command("reprint", reprint.reprint, Right.PRINT, "reprint", is_for_groups=True),
    Command("reissue", reprint.reissue, Right.PRINT, "reprint", is_for_groups=True),
    Command("cancel_waybill", reprint.void, Right.PRINT, "reprint", is_for_groups=True),
    Command("track", track.track, Right.SEE, "track", is_for_groups=True),
    Command("troubleshoot", troubleshoot.troubleshoot, Right.SEE, "trouble"),
    Command("urge", urge.urge, Right.CARE, "urge"),
    Command("intercept", intercept.intercept, Right.INTERCEPT, "intercept"),
    Command("let_go", intercept.let_go, Right.INTERCEPT, "intercept"),
    Command("enter_number", enter_number.enter_number, Right.PRINT, "enter_number"),
    Command("upload_again", enter_number.upload_again, Right.PRINT, "enter_number"),
    Command("list_anomalies", anomalies.list_anomalies, Right.SEE, "anomalies", is_aside=True),
    Command("alert_settings", alert_settings.alert_settings, Right.ADJUST, "alert_settings"),
    Command("subscribe_alerts", subscribe_alerts.subscribe_alerts, Right.SEE, "subscribe_alerts"),
    Command("balance", balance.balance, Right.PRINT, "balance", is_for_groups=True),
    Command("buyer_words", buyer_words.buyer_words, Right.CARE, "buyer_words"),
    Command("snooze", alert_answers.snooze, Right.SEE, "alert_answers", is_aside=True),
    Command("ignore", alert_answers.ignore, Right.CARE, "alert_answers", is_aside=True),
    Command("handled", alert_answers.handled, Right.CARE, "alert_answers", is_aside=True),
    Command("look_at_photo", photo.look_at_photo, Right.SEE, "track"),
    Command("printer_settings", printer_settings.printer_settings, Right.PRINT, "printer_settings"),
    Command("set_offset", offsets.set_offset, Right.ADJUST, "offset", is_aside=True),
    Command("clarify", clarify.clarify, Right.SEE, "clarify", is_for_groups=True),
    Command("join", join.join, Right.ENTER, "join"),
    Command("switch", switch.switch, Right.ENTER, "switch"),
    Command("member", members.members, Right.PEOPLE, "members"),
    Command("use_group", groups.use_group, Right.PEOPLE, "groups", is_for_groups=True),
    Command("leave_group", groups.leave_group, Right.PEOPLE, "groups", is_for_groups=True),
    Command("audit", records.records, Right.AUDIT, "records"),
)

NOT_YET = (
    "unbind",
    "list_orders",
    "template_settings",
    "export_records",
    "report",
    "compare_couriers",
)
"""What is understood and has no conversation yet: a merchant who asks for it is told so."""

COMMANDS: Mapping[str, Command] = {command.intent: command for command in _MENU}
