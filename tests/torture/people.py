"""A merchant in a Telegram chat who waits for every answer, and what she says to bind, to print and to clear up.

She recognises answers by words of theirs. Whatever the program repeats after a kill she reads once.
"""

import asyncio
import re
import time
from collections.abc import Collection

from tests.torture.world import Heard, World

ACCOUNT, PASSWORD, SITE_CODE = "1234567890", "zto123", "8866"  # the world's usual ZTO account
_SENDER = "小满家居 13800000000 浙江省 杭州市 西湖区 文三路1号A座"
_ORDER = re.compile(r"\d{6}-\d{15}")
_GLANCE = 0.05  # seconds between two looks at the chat
_LINK = "打开下面的链接授权"
_TOO_OLD = "授权码已经过期或用过"
_NOTHING = ("现在没有可以打的", "没有要打的订单")
_ENDS = ("打完了", "停在半路", "已停：")
_MAYBE_SENT = re.compile("「(.+)」可能已经发给你了")
_UNSURE = "取号时没有等到回话"
_GO_ON, _SEND_AGAIN, _LOOK = "继续打剩下的", "没收到，再发一次", "核对单号"


class Unanswered(Exception):
    """The merchant waited in vain for any of these words."""


class Merchant:
    """One person in one chat; `patience` in seconds is how long she waits for an answer.

    `is_weary`: a third of it is over. On a slow machine a batch may never get far enough between two kills, so nothing
    is killed until she has her answer.
    """

    def __init__(self, world: World, chat: int, patience: float) -> None:
        self.chat = chat
        self.asked_again: list[str] = []  # names of documents that she asked for once more
        self.went_on = 0  # how often she had a batch go on that had stopped
        self.is_weary = False
        self._world = world
        self._patience = patience
        self._cleared = 0  # messages that she has looked through for what is left to do

    # Talking.

    async def says(self, text: str, *words: str) -> Heard:
        """Write, and wait for an answer with any of these words. Raises `Unanswered`."""
        mark = await self._mark()
        await self._world.say(self.chat, text)
        return await self.hears(mark, *words)

    async def presses(self, label: str, *words: str, under: int = 0) -> Heard:
        """Press the newest button with this label, or the one `under` a message, and wait in the same way."""
        mark = await self._mark()
        await self._world.press(self.chat, label, under)
        return await self.hears(mark, *words)

    async def hears(self, mark: int, *words: str, besides: Collection[str] = ()) -> Heard:
        """The first message from number `mark` on with any of these words whose text is not among `besides`."""
        began = time.monotonic()
        try:
            while (waited := time.monotonic() - began) < self._patience:
                for heard in (await self._world.heard(self.chat))[mark:]:
                    if heard.text not in besides and any(word in heard.text for word in words):
                        return heard
                self.is_weary = waited > self._patience / 3
                await asyncio.sleep(_GLANCE)
        finally:
            self.is_weary = False
        raise Unanswered(" / ".join(words))

    async def _mark(self) -> int:
        return len(await self._world.heard(self.chat))

    # Binding.

    async def binds_shop(self) -> None:
        """The link, the platform's page, the way back; once more where a kill fell between code and commit."""
        told = await self.says("绑定店铺", _LINK)
        while True:
            url = await self._world.press(self.chat, "打开授权页")
            await self._world.authorise(url)
            told = await self.hears(told.place + 1, "已绑定", "已重新授权", "已经绑在另一个聊天里", _TOO_OLD)
            if _TOO_OLD not in told.text:
                return
            told = await self.hears(told.place + 1, _LINK)

    async def binds_zto(self) -> None:
        """Six answers, one of them a password."""
        await self.says("绑定中通", "账号类型")
        await self.presses("电子面单账号", "电子面单账号是多少")
        await self.says(ACCOUNT, "电子面单密码")
        await self.says(PASSWORD, "网点编码")
        asked = await self.says(SITE_CODE, "从哪里寄出", "寄件人是谁")
        if asked.buttons:
            await self.presses(asked.buttons[0], "绑定成功")
        else:
            await self.says(_SENDER, "绑定成功")

    # Printing.

    async def prints(self) -> None:
        """Everything that waits, and whatever the last batches left to do."""
        plan = await self.says("打印订单", "• 可打", *_NOTHING)
        if not any(word in plan.text for word in _NOTHING):
            await self.presses(plan.buttons[0], *_ENDS)
        await self.clears_up()

    async def clears_up(self) -> bool:
        """Answer what the program left to her since she last looked; whether there was anything."""
        had_work = False
        while new := (await self._world.heard(self.chat))[self._cleared :]:
            self._cleared += 1
            had_work |= await self._answers(new[0])
        return had_work

    async def _answers(self, heard: Heard) -> bool:
        if found := _MAYBE_SENT.search(heard.text):
            return await self._looks_for(found[1], heard.message)
        if _GO_ON in heard.buttons:
            self.went_on += 1
            await self.presses(_GO_ON, *_ENDS, "没有剩下的了", under=heard.message)
        if _LOOK in heard.buttons:
            await self._decides(heard.message)
        return bool({_GO_ON, _LOOK} & set(heard.buttons))

    async def _looks_for(self, document: str, question: int) -> bool:
        """Ask for labels again only when they are not in the chat."""
        if any(heard.document == document for heard in await self._world.heard(self.chat)):
            return False
        self.asked_again.append(document)
        await self.presses(_SEND_AGAIN, "再发一次。", f"「{document}」可能已经发给你了", under=question)
        return True

    async def _decides(self, summary: int) -> None:
        """Look at the courier's books: a parcel without a number gets one, one with a number is left alone."""
        asked: list[str] = []
        question = await self.presses(_LOOK, _UNSURE, "没有要核对的", under=summary)
        while _UNSURE in question.text:
            asked.append(question.text)
            mark = await self._mark()
            if await self._has_number(question.text):
                await self._world.press(self.chat, "先放着")
            else:
                await self.presses("没有取到号", "确认给")
                await self.presses("确认重新取号", "正在重新取号")
            question = await self.hears(mark, _UNSURE, "核对完了", besides=asked)

    async def _has_number(self, question: str) -> bool:
        """Whether the courier gave a number for any of the orders that the question names."""
        orders = _ORDER.findall(question)
        keys = [entry["key"] for entry in (await self._world.ledger())["numbers"]]
        return any(order in key for order in orders for key in keys)
