"""From an outgoing message to what a channel can show: cards found, documents drawn, secrets led to a form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from bot.channels.base import Abilities, Drawing, File
from bot.web.links import DOWNLOAD_LIFE, Links
from core.clock import Clock
from core.fulfilment.labelling import LABEL
from core.ids import new_id
from core.labels import Label, Press
from core.offset import Offset
from core.rights import Right, allows
from core.storage.address import Address
from core.storage.repositories import Repositories
from handlers import texts
from handlers.messages import Button, Document, Outgoing, Sheet
from handlers.people import audit_log

DOCUMENT: TypeAdapter[Document | Sheet] = TypeAdapter(Document | Sheet)
_KINDS = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True, slots=True)
class Composer:
    """Draws for every channel by what it can do."""

    kept: Repositories
    press: Press
    clock: Clock
    links: Links

    async def compose(self, to: Address, outgoing: Outgoing, abilities: Abilities) -> list[Drawing]:
        """The messages that tell it: one, or more where a document is larger than the channel takes."""
        is_plain = abilities.edits and not (outgoing.form or outgoing.erase)  # nothing of ours is added to it
        language = "zh" if is_plain else await self.language(to)
        is_version = outgoing.card and not outgoing.is_rest
        replaces = await self.kept.outbox.card(to, outgoing.card) if is_version else None
        drawing = Drawing(
            _text(outgoing, abilities, language, has_forms=self.links.has_forms),
            (*outgoing.buttons, *self._form(outgoing, language)),
            erase=outgoing.erase if abilities.erases else "",
            replaces=replaces or "",
            only_edits=outgoing.only_edits and (bool(replaces) or outgoing.is_last),
            is_live=bool(outgoing.card),
            language=language,
            asks=outgoing.asks,
            answers=outgoing.answers,
        )
        if outgoing.document is None:
            return [drawing]
        if not abilities.largest_file:
            return [await self._linked(to, drawing, outgoing.document)]
        return await self._with_files(drawing, outgoing.document, abilities.largest_file)

    async def language(self, to: Address) -> str:
        """In which language this chat is spoken to."""
        member = await self.kept.merchants.member(to.channel, to.peer)
        return member.language if member else "zh"

    async def may_have(self, to: Address, document: Document | Sheet | None) -> bool:
        """Whether the document is for this person yet: she may have left since it was written."""
        if document is None or not document.merchant:
            return True
        role = await self.kept.merchants.role_of(to, document.merchant)
        return role is not None and allows(role, Right.AUDIT if isinstance(document, Sheet) else Right.PRINT)

    async def files(self, document: Document | Sheet, largest: int | None = None) -> list[File]:
        """The pages of a document, or the sheet; pages in several files where one would be larger than that."""
        if isinstance(document, Sheet):
            return [File(document.name, await audit_log.workbook(self.kept.audit, self.press, document))]
        offset = await self.kept.offsets.of(document.merchant)
        if not document.shipments:
            return [File(document.name, await self.press.calibration(document.template, document.lines, offset))]
        kept = await self.kept.shipments.labels(document.shipments)
        labels = [LABEL.validate_json(each) for each in kept]
        if document.is_reprint:
            labels = [replace(label, is_reprint=True) for label in labels]
        return _named(document.name, await self._drawn(labels, document.template, offset, largest))

    async def _drawn(self, labels: Sequence[Label], template: str, offset: Offset, largest: int | None) -> list[bytes]:
        """Each half is drawn anew, so that it holds only the fonts it needs; a page alone is as large as it is."""
        pdf = await self.press.pdf(labels, template, offset)
        if largest is None or len(pdf) <= largest or len(labels) <= 1:
            return [pdf]
        half = len(labels) // 2
        first = await self._drawn(labels[:half], template, offset, largest)
        return [*first, *await self._drawn(labels[half:], template, offset, largest)]

    def _form(self, outgoing: Outgoing, language: str) -> tuple[Button, ...]:
        if not (outgoing.form and self.links.has_forms):
            return ()
        return (Button(texts.text(language, "chat.fill_form"), url=self.links.form(outgoing.form)),)

    async def _with_files(self, drawing: Drawing, document: Document | Sheet, largest: int) -> list[Drawing]:
        """The text with the first file, the buttons with the last."""
        first, *more = await self.files(document, largest)
        drawings = [replace(drawing, file=first), *(replace(drawing, text="", file=each) for each in more)]
        return [*(replace(each, buttons=()) for each in drawings[:-1]), drawings[-1]]

    async def _linked(self, to: Address, drawing: Drawing, document: Document | Sheet) -> Drawing:
        """The document as a link, drawn when it is opened."""
        key, body = new_id(), DOCUMENT.dump_json(document).decode()
        until = self.clock.now() + DOWNLOAD_LIFE
        await self.kept.database.apply(*self.kept.downloads.offer(key, to, body, until))
        link = Button(texts.text(drawing.language, "chat.download"), url=self.links.download(key))
        return replace(drawing, buttons=(link, *drawing.buttons))


def media_type(file: File) -> str:
    """What kind of file it is, for whoever opens it."""
    return _KINDS[file.name.rpartition(".")[2]]


def _text(outgoing: Outgoing, abilities: Abilities, language: str, *, has_forms: bool) -> str:
    """What is said; where nothing can be deleted, a secret is better not typed, and one that was is pointed out."""
    if outgoing.erase and not abilities.erases:
        return texts.text(language, "chat.secret_stays")
    if outgoing.form and has_forms and not abilities.erases:
        return f"{outgoing.text}\n{texts.text(language, 'chat.not_in_chat')}"
    return outgoing.text


def _named(name: str, parts: list[bytes]) -> list[File]:
    stem, _, suffix = name.rpartition(".")
    if len(parts) == 1:
        return [File(name, parts[0])]
    return [File(f"{stem}-{n}.{suffix}", part) for n, part in enumerate(parts, 1)]
