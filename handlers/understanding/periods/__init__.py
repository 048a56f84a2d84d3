"""Periods of time in what merchants write."""

from handlers.understanding.periods.finding import Found, Period, find

__all__ = ["Found", "Period", "find"]
