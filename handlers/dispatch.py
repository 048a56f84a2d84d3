"""What a message means where the conversation stands."""

from collections.abc import Mapping

from core.storage.merchants import Member
from handlers import files, hearing
from handlers.buttons import command_data, is_command_data, read_answer_data, read_command_data
from handlers.captions import begun_with, fits
from handlers.context import answer_to
from handlers.desk import Desk
from handlers.journal import Answer, Question, State
from handlers.menu import COMMANDS, Command
from handlers.messages import Attachment, Button, Incoming, Outgoing
from handlers.talk import Talk
from handlers.understanding import Understood, intents, is_back, is_cancel, is_news, kept, match_button, match_option
from handlers.wishes import Wishes


class Turn:
    """Takes one incoming message; what `talk` holds afterwards is to be committed together."""

    def __init__(
        self,
        desk: Desk,
        member: Member,
        state: State,
        offers: tuple[Button, ...] = (),
        commands: Mapping[str, Command] = COMMANDS,
    ) -> None:
        """`offers`: the buttons that this chat was shown last, whoever showed them."""
        self.talk = Talk(desk, member, state, commands)
        self.hears: Attachment | None = None  # a voice message to be listened to
        self._wishes = Wishes(self.talk, desk, member, offers, commands)
        self._offers = offers
        self._commands = commands
        self._desk = desk
        self._member = member

    async def take(self, incoming: Incoming) -> None:
        """Answer one message, whatever it is."""
        heard, at = self._state.heard, self._state.heard_at
        self.talk.drop_if_of_another_merchant()
        if incoming.effect:
            await self._worked(incoming)
        elif incoming.returned:
            await self._returned(incoming.returned)
        elif incoming.button:
            await self._tapped(incoming.button)
        elif incoming.attachment:
            await self._handed(incoming.attachment)
        elif incoming.text.startswith("/") and (line := incoming.text[1:]) in self._commands and line in intents():
            await self._tapped(command_data(line, {}))  # a line of the channel's menu
        else:
            await self._said(incoming)
        if self._wishes.heard and self._wishes.has_begun:
            heard, at = kept(self._wishes.heard), self._desk.clock.now()
        self._state.heard, self._state.heard_at = heard, at

    @property
    def _state(self) -> State:
        return self.talk.state

    @property
    def _is_asked_for_a_secret(self) -> bool:
        return bool(self._state.question and self._state.question.is_secret)

    # Finished work and pages: the conversation goes on, and a command that wanted to interrupt it waits for its answer.

    async def _worked(self, incoming: Incoming) -> None:
        work = self._state.work
        if work is None or incoming.effect != self._state.effect:
            return  # the conversation was left while the work was done
        self._state.work, self._state.effect = None, ""
        known = incoming.result is not None  # None: an upgrade removed this work, so just go on
        await self._go_on_by_itself(Answer(work.key, incoming.result, work.made_from) if known else None)

    async def _returned(self, returned: dict[str, str]) -> None:
        question = self._state.question
        is_form = "code" not in returned and bool(returned.keys() & {"typed", "again"})
        if question is None or question.token != returned.get("state"):
            self.talk.tell("chat.form_gone" if is_form else "chat.link_expired")
        elif is_form:
            self._state.question = None  # a form is good for one answer, so the next one is another form
            typed = returned.get("typed")
            await self._go_on_by_itself(None if typed is None else Answer(question.key, typed))
        elif code := returned.get("code"):
            await self._go_on_by_itself(Answer(question.key, code))
        else:
            self.talk.tell("chat.link_refused")
            self._state.question = None  # a link is good for one return, so the next one is another link
            await self.talk.go_on()

    async def _go_on_by_itself(self, answer: Answer | None) -> None:
        wanted = self._state.leaving_for
        await self.talk.go_on(answer)
        if self._state.question:
            self.talk.draw_leaving()
        elif wanted and not self._state.is_open:
            await self._wishes.begin(wanted["intent"], wanted["slots"])

    # Buttons.

    async def _tapped(self, data: str) -> None:
        expired = not self._state.leaving and self.talk.expire()
        if is_command_data(data):
            await self._wishes.begin(*read_command_data(data), is_tap=True)
        elif not expired:
            await self._tapped_answer(*(read_answer_data(data) or ("", 0)))

    async def _tapped_answer(self, question: str, place: int) -> None:
        if self._state.leaving and question == self._state.leaving.token:
            await self.talk.leave(place)
        elif self._state.question and question == self._state.question.token:
            self.talk.stay()
            await self.talk.choose(place)
        elif self._state.answered.get(question) != place:  # the same tap twice is one tap
            await self.talk.refuse_stale()

    # Files.

    async def _handed(self, attachment: Attachment) -> None:
        """A file answers the question that waits for one, else it begins what is done with such files."""
        kind = files.kind_of(attachment)
        if kind == files.VOICE:
            self.hears = hearing.worth_it(self.talk, self._desk, attachment)
        elif question := self.talk.waiting_for(kind):
            beside = await self._beside(attachment)
            self._leave_out(beside is not None and not fits(self._state.command, beside))
            await self.talk.go_on(Answer(question.key, files.record(attachment)))
        elif kind in files.INTENTS:
            begun = begun_with(kind, attachment, await self._beside(attachment))
            self._leave_out(not begun.is_all_used)
            await self._wishes.begin(begun.intent, begun.slots)
        else:
            self.talk.tell("chat.file_unknown")

    async def _beside(self, attachment: Attachment) -> Understood | None:
        """What the words beside a file want."""
        return await self._wishes.hear_beside(attachment.caption) if attachment.caption.strip() else None

    def _leave_out(self, is_left: bool) -> None:  # noqa: FBT001 - what the caller found
        """Nothing is done with the words beside a file, which is told."""
        if is_left:
            self.talk.tell("chat.caption_unused")
            self._wishes.heard = None

    # Words. Those that were heard in a voice message are repeated, and nothing that matters begins without a tap.

    async def _said(self, incoming: Incoming) -> None:
        await self._wishes.listen(incoming)
        if self._wishes.is_spoken and not self._is_asked_for_a_secret:
            self.talk.tell("chat.heard", text=incoming.text)
        if self._state.leaving:
            await self._said_to_leaving(self._state.leaving, incoming)
        elif self._state.work:
            await self._said_while_working(incoming.text)
        elif self._state.question:
            await self._said_to_question(self._state.question, incoming)
        else:
            await self._said_to_nobody(incoming.text)

    async def _said_to_leaving(self, question: Question, incoming: Incoming) -> None:
        option, waiting = match_option(incoming.text, question.options), self._state.question
        if option and self._wishes.is_spoken:
            await self.talk.show_again("chat.tap_it")
        elif option:
            await self.talk.leave(question.options.index(option))
        elif waiting and waiting.is_answered_by(incoming.text):  # who goes on answering stays
            self.talk.stay()
            await self._said_to_question(waiting, incoming)
        else:
            self.talk.draw_leaving()

    async def _said_while_working(self, said: str) -> None:
        understood = await self._wishes.hear(said)
        is_over = is_cancel(said) or understood.intent == "cancel"
        if is_over and self._state.work and not self._state.work.is_final:
            self.talk.cancel()
        elif not await self._wishes.begin_aside(understood):
            self.talk.tell("chat.working")

    async def _said_to_question(self, question: Question, incoming: Incoming) -> None:
        said = incoming.text
        if self.talk.expire():
            await self._said_too_late(question, incoming)
        elif is_cancel(said):
            self.talk.cancel()
        elif is_back(said):
            await self.talk.back()
        elif self._wishes.is_spoken and question.is_secret:
            self.talk.tell("chat.voice_no_secret")
        elif is_news(said):
            await self._wishes.begin("news", {})
        elif (place := self._option_meant(said, question)) is not None:
            await (self.talk.show_again("chat.tap_it") if self._wishes.is_spoken else self.talk.choose(place))
        else:
            await self._said_otherwise(question, incoming)

    async def _said_otherwise(self, question: Question, incoming: Incoming) -> None:
        """A wish, or the answer in her own words."""
        said = incoming.text
        understood = await self._wishes.hear(said)
        if understood.intent == "cancel" and question.kind != "text":  # 别催了，取消吧
            self.talk.cancel()
        elif self._wishes.interrupts(question, said, understood):
            await self._wishes.begin(understood.intent, understood.slots)
        elif question.kind == "text":
            answer = answer_to(question, said, self._wishes.replied)
            await self.talk.go_on(Answer(question.key, answer, message=incoming.message))
        else:
            self.talk.tell("chat.pick_one" if question.kind == "choice" else "chat.use_link")
            await self.talk.go_on()

    async def _said_too_late(self, question: Question, incoming: Incoming) -> None:
        if question.is_secret and incoming.message:
            self.talk.outgoing.append(Outgoing(self.talk.text("chat.secret_erased"), erase=incoming.message))
        elif self._wishes.is_sure(understood := await self._wishes.hear(incoming.text)):
            await self._wishes.begin(understood.intent, understood.slots)

    def _option_meant(self, said: str, question: Question) -> int | None:
        """An option's place; where links stand among the buttons, a number counts those too."""
        if question.kind == "visit":
            button = match_button(said, self._offers)
            meant = read_answer_data(button.data) if button else None
            return meant[1] if meant and meant[0] == question.token else None
        option = match_option(said, question.options)
        return question.options.index(option) if option else None

    async def _said_to_nobody(self, said: str) -> None:
        button = None if self._wishes.replied else match_button(said, self._offers)  # which may be another card's
        if is_cancel(said) or is_back(said):
            self.talk.tell("chat.nothing_open")
        elif button and is_command_data(button.data):
            await self._tapped(button.data)
        else:
            await self._wishes.begin_or_offer(said, await self._wishes.hear(said))
