"""Periods of time in what merchants write."""

from handlers.understanding.periods.finding import Found, Period, find, future_moment

__all__ = ["Found", "Period", "find", "future_moment"]
