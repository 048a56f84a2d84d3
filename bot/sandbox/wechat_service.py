"""What the servers of WeCom and of Official Accounts have in common: access tokens, and calls of the program."""

from bot.sandbox.callbacks import Callback, Caller
from bot.sandbox.service import Scene, Service
from bot.sandbox.wechat_tokens import AccessTokens


class WeChatService(Service):
    """One of them; `tokens_issued` is how often a token was asked for."""

    def __init__(self, name: str, scene: Scene, tokens: AccessTokens) -> None:
        super().__init__(name, scene)
        self.callback = Callback()
        self._tokens = tokens

    def call_with(self, caller: Caller, url: str = "") -> None:
        """Give callbacks a way to the program, and the address that stands in the console."""
        self.callback.caller = caller
        self.callback.url = url or self.callback.url

    async def delivers(self) -> int:
        """Call the program with what waits; returns how much got through."""
        return 0 if self._down else await self.callback.deliver()

    def repeats_calls(self, times: int = 1) -> None:
        """The last callbacks come once more."""
        self.callback.repeat(times)

    def expires_tokens(self) -> None:
        """Access tokens are too old from now on."""
        self._tokens.expire()

    def forgets_tokens(self) -> None:
        """Access tokens are no longer known."""
        self._tokens.forget()

    @property
    def tokens_issued(self) -> int:
        """How often a token was asked for."""
        return self._tokens.issued
