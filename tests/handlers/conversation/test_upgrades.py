"""A new version of the program meets a conversation that the old one began."""

from handlers.conversation import Chat, Option, Script, Unclear
from handlers.desk import Desk
from tests.handlers.conversation.tea import ORDER_TEA, SIZES, Kitchen, menu
from tests.support.merchant import Merchant


def tea(*questions: str, kitchen: Kitchen | None = None) -> Script:
    """A conversation that asks for these and says what it was told."""

    async def script(chat: Chat) -> None:
        told: list[str] = [await chat.ask(key, prompt="parcel", text=f"{key}？") for key in questions]
        if kitchen:
            cup = await chat.do("brew", kitchen.brew, told[0], told[-1])
            await chat.ask("enough", prompt="parcel", text=f"{cup.name} {cup.size} 第{cup.number}杯，够吗？")
        await chat.say("parcel", text=" ".join(told))

    return script


async def upgrade(guest: Merchant, script: Script) -> None:
    """Stop the program, start the new version."""
    guest.stage.commands = menu(script, script)
    await guest.stage.restart()


async def begin(guest: Merchant, script: Script, *answers: str) -> None:
    """The old version, up to where it waits for the next answer."""
    await upgrade(guest, script)
    await guest.says(ORDER_TEA)
    for answer in answers:
        await guest.says(answer)


async def test_a_question_that_was_added_before_is_simply_asked(guest: Merchant) -> None:
    await begin(guest, tea("name", "size"), "小满")
    await upgrade(guest, tea("milk", "name", "size"))
    assert await guest.says("大杯") == "这一步升级过，请再答一次。\nmilk？"
    assert await guest.says("加奶") == "size？"
    assert await guest.says("大杯") == "加奶 小满 大杯"


async def test_a_question_that_was_added_behind_is_asked_in_its_turn(guest: Merchant) -> None:
    await begin(guest, tea("name"))
    await upgrade(guest, tea("name", "size"))
    assert await guest.says("小满") == "size？"
    assert await guest.says("大杯") == "小满 大杯"


async def test_the_answer_to_a_question_that_was_renamed_is_not_taken_for_another_one(guest: Merchant) -> None:
    await begin(guest, tea("name", "size"), "小满")
    await upgrade(guest, tea("name", "cup"))
    assert await guest.says("大杯") == "这一步升级过，请再答一次。\ncup？"
    assert await guest.says("大杯") == "小满 大杯"


async def test_an_answered_question_that_was_removed_is_not_heard_of_again(guest: Merchant) -> None:
    await begin(guest, tea("name", "milk", "size"), "小满", "加奶")
    await upgrade(guest, tea("name", "size"))
    assert await guest.says("大杯") == "小满 大杯"


async def test_the_last_question_removed_ends_the_conversation_politely(guest: Merchant) -> None:
    await begin(guest, tea("name", "size"), "小满")
    await upgrade(guest, tea("name"))
    assert await guest.says("大杯") == "这一步升级过，请再答一次。\n小满"


async def test_going_back_over_what_was_removed_reaches_the_question_before_it(guest: Merchant) -> None:
    await begin(guest, tea("name", "milk", "size"), "小满", "加奶")
    await upgrade(guest, tea("name", "size"))
    assert await guest.says("返回") == "size？"
    assert await guest.says("返回") == "name？"


async def test_an_answer_that_does_not_pass_any_more_is_asked_again(guest: Merchant) -> None:
    await begin(guest, tea("name", "size"), "小满")
    await upgrade(guest, strict)
    assert await guest.says("大杯") == "这一步升级过，请再答一次。\n英文名？"
    assert await guest.says("小满") == "要英文的\n英文名？"
    assert await guest.says("Xiaoman") == "size？"


async def test_an_option_that_is_gone_is_asked_again(guest: Merchant) -> None:
    await begin(guest, choosing(SIZES), "大杯")
    await upgrade(guest, choosing(SIZES[:1]))
    assert await guest.says("不用") == "这一步升级过，请再答一次。\n多大？"
    assert guest.labels == ["小杯"]
    assert await guest.says("小杯") == "还有吗？"
    assert await guest.says("没了") == "small"


async def test_the_answer_to_a_choice_that_offers_it_no_more_is_explained(guest: Merchant) -> None:
    await begin(guest, choosing(SIZES))
    large = guest.button("大杯")
    await upgrade(guest, choosing(SIZES[:1]))
    assert await guest.presses(large) == "没看懂，请点下面的按钮，或回复序号。\n多大？"


async def test_work_is_done_again_when_what_it_was_made_from_changed(guest: Merchant, kitchen: Kitchen) -> None:
    await begin(guest, tea("name", "size", kitchen=kitchen), "小满", "large")
    assert guest.heard == "小满 large 第1杯，够吗？"
    await upgrade(guest, tea("name", "size", "milk", kitchen=kitchen))
    await guest.says("够")
    assert await guest.says("加奶") == "小满 加奶 第2杯，够吗？"
    assert kitchen.brewed == [("小满", "large"), ("小满", "加奶")]


async def test_work_is_kept_when_nothing_that_it_was_made_from_changed(guest: Merchant, kitchen: Kitchen) -> None:
    await begin(guest, tea("name", "milk", "size", kitchen=kitchen), "小满", "加奶", "large")
    await upgrade(guest, tea("name", "size", kitchen=kitchen))
    assert await guest.says("够") == "小满 large"
    assert kitchen.brewed == [("小满", "large")]


async def test_a_look_is_taken_again_when_what_it_was_made_from_changed(guest: Merchant) -> None:
    await begin(guest, looking(1))
    await upgrade(guest, looking(2))
    assert await guest.says("好") == "2 2"


async def strict(chat: Chat) -> None:
    """The name must be English now."""
    name = await chat.ask("name", _english, prompt="parcel", text="英文名？")
    size: str = await chat.ask("size", prompt="parcel", text="size？")
    await chat.say("parcel", text=f"{name} {size}")


def choosing(sizes: list[Option]) -> Script:
    async def script(chat: Chat) -> None:
        size: str = await chat.choose("size", sizes, prompt="parcel", text="多大？")
        await chat.ask("more", prompt="parcel", text="还有吗？")
        await chat.say("parcel", text=size)

    return script


def looking(what: int) -> Script:
    async def script(chat: Chat) -> None:
        seen = await chat.look("seen", double, what)
        await chat.ask("good", prompt="parcel", text="好吗？")
        await chat.say("parcel", text=f"{what} {seen // 2}")

    return script


async def double(_desk: Desk, what: int) -> int:
    return 2 * what


def _english(typed: str) -> str:
    if not typed.isascii():
        raise Unclear("parcel", text="要英文的")
    return typed
