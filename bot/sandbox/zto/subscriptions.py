"""ZTO's subscriptions: one push for each scan, to the address in the app's console."""

import json
from base64 import b64encode
from hashlib import md5

from bot.sandbox.clock import wall
from bot.sandbox.ledger import Subscribed
from bot.sandbox.parcels import Event, Parcel
from bot.sandbox.pushes import Push
from bot.sandbox.service import Scene
from bot.sandbox.zto.gateway import App
from bot.sandbox.zto.scans import pushed


class Subscriptions:
    """By number; asking twice is asking once. `url` is what the app's console says."""

    def __init__(self, scene: Scene, app: App) -> None:
        self.url = ""
        self._scene = scene
        self._app = app
        self._sent: dict[str, list[Event]] = {}

    def begin(self, parcel: Parcel) -> None:
        """What was scanned before is not pushed."""
        number = parcel.journey.number
        self._sent.setdefault(number, parcel.events())
        self._scene.ledger.subscriptions.append(Subscribed("zto", number, self._scene.clock.now()))

    def news(self) -> list[Push]:
        """Everything there is to push at this moment."""
        if not self.url:
            return []
        return [push for number in self._sent for push in self._of(number)]

    def _of(self, number: str) -> list[Push]:
        parcel, sent = self._scene.parcels[number], self._sent[number]
        fresh = [event for event in parcel.told() if event not in sent]
        self._sent[number] = [*sent, *fresh]
        told = [(event, pushed(number, event, wall(event.at))) for event in fresh]
        return [self._push(number, event, data) for event, data in told if data]

    def _push(self, number: str, event: Event, data: dict[str, object]) -> Push:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        digest = b64encode(md5(f"{text}{self._app.secret}".encode()).digest()).decode()
        form = {"data": text, "data_digest": digest, "company_id": self._app.key, "msg_type": "Traces"}
        return Push("zto", number, self.url, form, _pleases, self._scene.clock.now(), (event.at,))


def _pleases(answer: bytes) -> bool:
    """`{"message":"","result":"success","status":true,"statusCode":"0"}` (inferred from an official client)."""
    try:
        told = json.loads(answer)
    except ValueError:
        return False
    expected = {"message": "", "result": "success", "status": True, "statusCode": "0"}
    return isinstance(told, dict) and told == expected
