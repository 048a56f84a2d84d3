"""A pretend Telegram: the Bot API as bots see it, and the people who write to the bot."""
