"""An unclear message: a language model is asked what it may mean, and that is offered, never done."""

from core.errors import ServiceError
from handlers.conversation import Chat
from handlers.desk import Desk
from handlers.offers import offered, see_help, wishes
from handlers.understanding import wall_clock
from handlers.understanding.form import Form, instructions, read_form


async def clarify(chat: Chat) -> None:
    """Slots: `said`, the masked message; `known`, what the rules found in it; `kind` and `options`, their own offer."""
    await chat.say("thinking")
    try:
        form = await chat.do("fill", fill, chat.slots["said"])
    except ServiceError:
        form = None
    if form is None:
        offer = offered(chat.language, chat.slots["kind"], chat.slots["options"], chat.slots["known"])
        await chat.say("told", *offer.buttons, text=offer.text)
        return
    told = {"day" if key == "period" else key: value for key, value in form.slots.items()}
    meant = wishes(chat.language, [form.intent], chat.slots["known"] | told)
    await chat.say("perhaps", *meant, see_help(chat.language))


async def fill(desk: Desk, said: str) -> Form | None:
    """Have the form filled; None where the answer is not to be used."""
    if desk.model is None:
        return None
    return read_form(await desk.model.complete(instructions(), said), said, wall_clock(desk.clock.now()))
