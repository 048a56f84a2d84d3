"""The text files: complete in both languages, used by the code, and set as Chinese is set."""

import ast
import inspect
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import handlers
from bot.config import Settings
from core.alerts import ABOUT_OTHERS, Rule
from core.errors import ERRORS
from core.fulfilment.gate import Hold, Note
from core.parcels import Oddity, ParcelState
from core.rights import Role
from core.tracking.herald import Place
from handlers import texts
from handlers.menu import COMMANDS, NOT_YET
from handlers.parcels.steps import Missing

ZH, EN = texts.sentences("zh"), texts.sentences("en")
FOLDER = Path(handlers.__file__).parent
BOT = FOLDER.parent / "bot"
SOURCES = [*FOLDER.rglob("*.py"), *(file for file in BOT.rglob("*.py") if BOT / "sandbox" not in file.parents)]
SECTION_OF = {Path(inspect.getfile(command.script)): command.section for command in COMMANDS.values()}
TALKING = {"say", "ask", "choose", "visit", "option", "button", "text", "tell", "end"}
ALWAYS_DOTTED = {"texts.text", "self.tell", "self.talk.tell", "self.end", "self.talk.text", "self.text"}
_HAN = "\u4e00-\u9fff"


def placeholders(sentence: str | tuple[str, ...]) -> set[str]:
    """The names in braces."""
    sentence = sentence if isinstance(sentence, str) else sentence[0]
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert sorted(ZH) == sorted(EN)


def test_both_languages_have_the_same_placeholders() -> None:
    assert {key: placeholders(ZH[key]) for key in ZH} == {key: placeholders(EN[key]) for key in ZH}


@pytest.mark.parametrize(
    ("section", "keys"),
    [
        ("errors", sorted(ERRORS)),
        ("holds", sorted(Hold)),
        ("notes", sorted(Note)),
        ("states", sorted(ParcelState)),
        ("roles", sorted(Role)),
        ("commands", sorted([*COMMANDS, *NOT_YET])),
        ("rules", sorted(Rule)),
        ("alerts", sorted(set(Rule) - ABOUT_OTHERS)),
        ("alert_groups", sorted(set(Rule) - ABOUT_OTHERS)),
        ("oddities", sorted(Oddity)),
        ("places", sorted(Place)),
        ("missing", sorted(Missing)),
    ],
)
def test_everything_that_must_be_told_has_its_sentence_and_nothing_else_has_one(section: str, keys: list[str]) -> None:
    assert sorted(key.partition(".")[2] for key in ZH if key.startswith(f"{section}.")) == keys


def test_the_outside_services_that_errors_name_have_names() -> None:
    assert {f"names.{service}" for service in ("pinduoduo", "ZTO", "ipp", "grant")} <= set(ZH)


def test_the_settings_of_apps_that_merchants_are_told_exist() -> None:
    told = {name for key in ZH if key.startswith("app_settings.") for name in re.findall("MIANDAN_([A-Z_]+)", ZH[key])}
    assert len(told) == 4
    assert {name.lower() for name in told} <= set(Settings.model_fields)


class TestWhatTheCodeSays:
    def test_exists(self) -> None:
        used = {key for source in SOURCES for key in keys_in(source)}
        assert len(used) > 100
        assert sorted(used - set(ZH)) == []

    def test_has_values_for_its_placeholders(self) -> None:
        lacking = [
            (source.name, key, sorted(missing))
            for source in SOURCES
            for key, given in sentences_in(source)
            if given is not None and key in ZH and (missing := placeholders(ZH[key]) - given)
        ]
        assert lacking == []

    def test_is_found_by_the_scan_even_when_it_is_wrong(self, tmp_path: Path) -> None:
        source = tmp_path / "bind_shop.py"
        source.write_text('async def f(chat):\n    await chat.say("nonsense", name=1)\n', "utf-8")
        assert list(sentences_in(source)) == [("bind_shop.nonsense", {"name"})]


class TestChinese:
    def test_has_no_half_width_punctuation_between_its_characters(self) -> None:
        wrong = re.compile(rf"[{_HAN}}}」][,;:!?]|[,;:!?][{_HAN}「]|[{_HAN}]\.")
        assert wrong.search("绑定,中通")
        assert wrong.search("已绑定「{name}」:好")
        assert [key for key, sentence in ZH.items() if wrong.search(str(sentence))] == []

    def test_does_not_shout(self) -> None:
        assert [key for key in ZH if re.search("[!！]", f"{ZH[key]}{EN[key]}")] == []

    def test_wears_its_own_punctuation_in_the_field_help_too(self) -> None:
        from core.couriers.zto.accounts import KINDS  # noqa: PLC0415 - the one courier's own words

        helps = [field.help for kind in KINDS for field in kind.fields]
        assert not [each.zh for each in helps if re.search(r"[,;:!?.。]$|[,;!?]", each.zh)]
        assert not [each.en for each in helps if each.en.endswith(".")]


def test_a_missing_detail_reads_as_nothing() -> None:
    assert texts.text("zh", "errors.service_refused", service="中通") == "中通不接受："


def test_a_sentence_without_a_key_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        texts.text("zh", "chat.no_such_sentence")


def keys_in(source: Path) -> set[str]:
    """The keys that a module names literally."""
    return {key for key, _ in sentences_in(source)}


def sentences_in(source: Path) -> Iterator[tuple[str, set[str] | None]]:
    """Key and the values given with it, None where they are given otherwise (`**params`, buttons)."""
    section = SECTION_OF.get(source, source.stem)
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TALKING:
            yield from _sentences_of(node, ast.unparse(node.func), section)


def _sentences_of(call: ast.Call, name: str, section: str) -> Iterator[tuple[str, set[str] | None]]:
    prompt = next((word.value for word in call.keywords if word.arg == "prompt"), None)
    if name.startswith("chat."):
        first = prompt or (call.args[1] if name == "chat.option" and len(call.args) > 1 else call.args[0])
    elif name == "texts.text":
        first = call.args[1]
    elif name in ALWAYS_DOTTED:
        first = call.args[0]
    else:
        return
    given = None if any(word.arg is None for word in call.keywords) or name == "chat.button" else _given(call, name)
    for literal in _literals(first):
        if "." in literal or name.startswith("chat."):
            yield (literal if "." in literal else f"{section}.{literal}"), given


def _given(call: ast.Call, name: str) -> set[str]:
    return {word.arg for word in call.keywords if word.arg} | ({"what"} if name == "self.end" else set())


def _literals(node: ast.expr) -> Iterator[str]:
    """The literal, or the literals of a conditional."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
