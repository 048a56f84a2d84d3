"""Periods in both languages, said on Wednesday 18 November 2026 at 15:30 in Shanghai."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.normalise import normalise
from handlers.understanding.periods import find

NOW = datetime(2026, 11, 18, 15, 30)  # noqa: DTZ001 - a wall clock


def period(said: str, now: datetime = NOW) -> tuple[str, str]:
    """Both ends as month-day and hour, "…" for an open one; nothing for no period."""
    found = find(normalise(said), now)
    if found is None:
        return ("", "")
    return (_shown(found.period.start), _shown(found.period.end))


def _shown(moment: datetime | None) -> str:
    if moment is None:
        return "…"
    return f"{moment:%Y-%m-%d %H:%M}".removeprefix("2026-").removesuffix(" 00:00")


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("今天", "11-18", "11-19"),
        ("昨日的", "11-17", "11-18"),
        ("前天", "11-16", "11-17"),
        ("大前天", "11-15", "11-16"),
        ("今早的单", "11-18 06:00", "11-18 12:00"),
        ("昨晚", "11-17 18:00", "11-18"),
        ("昨天下午", "11-17 12:00", "11-17 18:00"),
        ("今天中午", "11-18 11:00", "11-18 13:00"),
        ("昨天凌晨", "11-17", "11-17 06:00"),
        ("周一", "11-16", "11-17"),
        ("星期天", "11-15", "11-16"),
        ("上周五", "11-13", "11-14"),
        ("礼拜三", "11-18", "11-19"),
        ("周末", "11-14", "11-16"),
        ("本周", "11-16", "11-23"),
        ("上周", "11-09", "11-16"),
        ("上上周", "11-02", "11-09"),
        ("本月", "11-01", "12-01"),
        ("上个月", "10-01", "11-01"),
        ("月初", "11-01", "11-11"),
        ("10月份", "10-01", "11-01"),
        ("12月", "2025-12-01", "01-01"),
        ("去年10月", "2025-10-01", "2025-11-01"),
        ("第三季度", "07-01", "10-01"),
        ("上季度", "07-01", "10-01"),
        ("上半年", "01-01", "07-01"),
        ("今年", "01-01", "2027-01-01"),
        ("15号", "11-15", "11-16"),
        ("20号", "10-20", "10-21"),
        ("11月3号", "11-03", "11-04"),
        ("十一月三号", "11-03", "11-04"),
        ("12月1日", "2025-12-01", "2025-12-02"),
        ("2026年11月3日", "11-03", "11-04"),
        ("2026-11-03", "11-03", "11-04"),
        ("双十一", "11-11", "11-12"),
        ("去年双11", "2025-11-11", "2025-11-12"),
        ("618", "06-18", "06-19"),
        ("国庆期间", "10-01", "10-08"),
        ("三天前", "11-15", "11-16"),
        ("上个月15号", "10-15", "10-16"),
        ("11月头五天", "11-01", "11-06"),
        ("上个月前十天", "10-01", "10-11"),
        ("week of Nov 4", "11-02", "11-09"),
        ("month to date", "11-01", "11-19"),
        ("yesterday", "11-17", "11-18"),
        ("last night", "11-17 18:00", "11-18"),
        ("this morning", "11-18 06:00", "11-18 12:00"),
        ("the day before yesterday", "11-16", "11-17"),
        ("last Friday", "11-13", "11-14"),
        ("Monday", "11-16", "11-17"),
        ("last week", "11-09", "11-16"),
        ("this month", "11-01", "12-01"),
        ("in October", "10-01", "11-01"),
        ("Nov 3rd", "11-03", "11-04"),
        ("3 November", "11-03", "11-04"),
        ("two days ago", "11-16", "11-17"),
        ("Q3", "07-01", "10-01"),
    ],
)
def test_one_expression(said: str, start: str, end: str) -> None:
    assert period(said) == (start, end)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("近三天", 3),
        ("最近7天", 7),
        ("这两天", 2),
        ("近一周", 7),
        ("近半个月", 15),
        ("最近一个月", 30),
        ("30天内", 30),
        ("last 3 days", 3),
        ("past two weeks", 14),
        ("the past week", 7),
    ],
)
def test_the_last_days_count_today(said: str, days: int) -> None:
    found = find(normalise(said), NOW)
    assert found is not None
    assert found.period.rolling_days == days
    assert period(said) == (_shown(NOW.replace(hour=0, minute=0) - timedelta(days=days - 1)), "11-19")


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("11月15日到18日", "11-15", "11-19"),
        ("11.3-11.5", "11-03", "11-06"),
        ("11-3到11-5", "11-03", "11-06"),
        ("3-5号", "11-03", "11-06"),
        ("11月3-5号", "11-03", "11-06"),
        ("10月28到11月2号", "10-28", "11-03"),
        ("周一到周三", "11-16", "11-19"),
        ("上周一到周五", "11-09", "11-14"),
        ("上周五下午到今天中午", "11-13 12:00", "11-18 13:00"),
        ("下午2点到5点", "11-18 14:00", "11-18 17:00"),
        ("昨天9点到12点", "11-17 09:00", "11-17 12:00"),
        ("今天9:00-12:00", "11-18 09:00", "11-18 12:00"),
        ("昨天和今天", "11-17", "11-19"),
        ("from Nov 1 to Nov 5", "11-01", "11-06"),
        ("between Monday and Wednesday", "11-16", "11-19"),
        ("Nov 3-5", "11-03", "11-06"),
        ("from 9am to noon today", "11-18 09:00", "11-18 12:00"),
        ("过去24小时", "11-17 15:30", "11-18 15:30"),
        ("昨天3点到5点", "11-17 03:00", "11-17 05:00"),
        ("昨天下午3点到5点", "11-17 15:00", "11-17 17:00"),
        ("上个月15号到20号", "10-15", "10-21"),
    ],
)
def test_from_one_to_another(said: str, start: str, end: str) -> None:
    assert period(said) == (start, end)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("上周五到现在", "11-13", "…"),
        ("前天到现在没发的", "11-16", "…"),
        ("昨晚8点后", "11-17 20:00", "…"),
        ("昨天18点以后", "11-17 18:00", "…"),
        ("11月1日至今", "11-01", "…"),
        ("自11月1日起", "11-01", "…"),
        ("8点半以后", "11-18 08:30", "…"),
        ("since Monday", "11-16", "…"),
        ("after 6pm yesterday", "11-17 18:00", "…"),
        ("yesterday after 6pm", "11-17 18:00", "…"),
        ("15号之前", "…", "11-15"),
        ("今天下午3点前", "11-18", "11-18 15:00"),
        ("3点前", "11-18", "11-18 15:00"),
        ("before noon", "11-18", "11-18 12:00"),
        ("16号12点以后", "11-16 12:00", "…"),
        ("年初到现在", "01-01", "…"),
        ("since the start of the month", "11-01", "…"),
        ("since the beginning of last week", "11-09", "…"),
        ("before yesterday", "…", "11-17"),
        ("up to yesterday", "…", "11-18"),
        ("到昨天为止", "…", "11-18"),
        ("截至昨天", "…", "11-18"),
    ],
)
def test_open_at_one_end(said: str, start: str, end: str) -> None:
    assert period(said) == (start, end)


@pytest.mark.parametrize(
    "said",
    [
        "快一点",
        "超过48小时没更新",
        "3天没动",
        "2天内没揽收",
        "仓库1号打印机",
        "右移1.5下移2.0",
        "1.5kg",
        "早上好",
        "每天早上8点",
        "打印",
        "may I ask",
        "renovate",
        "76x130",
        "20单",
        "",
    ],
)
def test_what_is_no_period(said: str) -> None:
    assert period(said) == ("", "")


def test_the_period_stands_where_it_was_found() -> None:
    text = "把自昨天18点以后进来的打了"
    found = find(text, NOW)
    assert found is not None
    assert text[found.start : found.end] == "自昨天18点以后"


def test_a_date_that_does_not_exist_is_none() -> None:
    assert period("2026-13-01") == ("", "")
    assert period("2026年2月30日") == ("", "")


@given(
    st.lists(
        st.sampled_from(
            "今天 昨 晚 上周 五 到 至 现在 11月 3 号 点 半 : - . 后 前 近 天 last week Nov since to 双十一 ".split(" ")
        ),
        max_size=8,
    ),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)),  # noqa: DTZ001 - wall clocks
)
def test_whatever_is_put_together_has_no_end_before_its_start(parts: list[str], now: datetime) -> None:
    found = find(normalise("".join(parts)), now)
    if found and found.period.start and found.period.end:
        assert found.period.start < found.period.end
