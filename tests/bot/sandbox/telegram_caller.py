"""A raw caller of the pretend Telegram, which trusts no client library."""

import httpx

Json = dict[str, object]
ORIGIN = "https://api.telegram.org"
BOT = f"{ORIGIN}/bot700000001:sandbox-telegram-token"
FILES = f"{ORIGIN}/file/bot700000001:sandbox-telegram-token"


def buttons(*rows: list[tuple[str, str]]) -> Json:
    """An inline keyboard; what begins with a scheme is an address."""
    return {
        "inline_keyboard": [
            [{"text": label, "url" if "://" in value else "callback_data": value} for label, value in row]
            for row in rows
        ]
    }


def texts(updates: list[Json]) -> list[str]:
    """What was written, update by update."""
    return [each["message"]["text"] for each in updates]


class TelegramCaller:
    """Calls a method with JSON; the answer must be a success unless `error` is asked for."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(self, method: str, **arguments: object) -> httpx.Response:
        return await self.client.post(f"{BOT}/{method}", json=arguments)

    async def __call__(self, method: str, **arguments: object) -> object:
        response = await self.post(method, **arguments)
        assert response.status_code == 200, response.text
        answer = response.json()
        assert answer["ok"] is True
        return answer["result"]

    async def error(self, method: str, **arguments: object) -> str:
        response = await self.post(method, **arguments)
        answer = response.json()
        assert answer["ok"] is False
        assert response.status_code == answer["error_code"]
        return answer["description"]

    async def sends(self, text: str = "你好", chat: int = 1, **more: object) -> int:
        message = await self("sendMessage", chat_id=chat, text=text, **more)
        return message["message_id"]

    async def uploads(self, body: bytes, name: str = "面单.pdf", **fields: str) -> httpx.Response:
        files = {"document": (name, body, "application/pdf")}
        return await self.client.post(f"{BOT}/sendDocument", data={"chat_id": "1", **fields}, files=files)

    async def updates(self, **arguments: object) -> list[Json]:
        return await self("getUpdates", **arguments)
