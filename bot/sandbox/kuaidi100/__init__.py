"""A pretend Kuaidi100 (快递100): queries with a lock on impatient callers, subscriptions that push, and guesses."""
