"""A pretend WeCom intelligent bot (智能机器人): one WebSocket a bot, and the members who write to it."""
