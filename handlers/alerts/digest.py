"""早报 and 晚报, in words: figures first, what to see to under them."""

from collections.abc import Mapping

from core.alerts import Rule
from core.clock import shanghai
from core.rights import Right, allows
from core.subscribers import Subscriber
from core.tracking.herald import Digest, Place
from handlers import texts
from handlers.alerts.words import Say
from handlers.messages import Button
from handlers.shown import moment


def digest_message(subscriber: Subscriber, digest: Digest) -> tuple[str, tuple[Button, ...]]:
    """The message, and what can be done about it."""
    say = Say(subscriber.language, "digest")
    lines = [say("morning" if digest.is_morning else "evening", day=f"{shanghai(digest.at):%m-%d}")]
    lines.append(say("orders", orders=digest.orders, places=_counted(say, "places", digest.places)))
    if digest.due:
        key = "due_today" if digest.is_morning else "due_tonight"
        lines.append(say(key, count=digest.due, earliest=moment(digest.earliest or 0)))
    lines.append(
        say("to_do", count=sum(digest.rules.values()), rules=_counted(say, "rules", digest.rules))
        if digest.rules
        else say("nothing_to_do")
    )
    lines.append(say("day", shipped=digest.shipped, signed=digest.signed))
    if digest.settled:
        lines.append(say("settled", count=digest.settled, in_time=digest.in_time))
    return "\n".join(lines), tuple(_buttons(say, subscriber, digest))


def _counted(say: Say, section: str, counts: Mapping[Rule, int] | Mapping[Place, int]) -> str:
    """待发货 9，运输中 40: the most first."""
    ordered = sorted((-count, str(key)) for key, count in counts.items() if count)
    return say("comma").join(f"{texts.text(say.language, f'{section}.{key}')} {-count}" for count, key in ordered)


def _buttons(say: Say, subscriber: Subscriber, digest: Digest) -> list[Button]:
    buttons = [say.button("see_trouble", "list_anomalies")] if digest.rules else []
    if digest.due and allows(subscriber.role, Right.PRINT):
        buttons.append(say.button("print", "print_orders"))
    return buttons
