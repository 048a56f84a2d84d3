"""E-waybill accounts (电子面单账号): issued by a branch, paid in advance, with or without the right to use them."""

from dataclasses import dataclass

from bot.sandbox.zto.gateway import NO_ACCOUNT, NOT_ALLOWED, SHORT, Refusal

_PASSWORD = "zto123"  # noqa: S105 - the pretend world's published credential


@dataclass(slots=True)
class Account:
    """One account; `available` numbers are left of those ever bought."""

    id: str
    password: str
    available: int
    site_code: str = "8866"
    site_name: str = "杭州西湖"
    allowed: bool = True
    used: int = 0

    def spend(self) -> None:
        """Use one number up. Raises `Refusal` when none is left."""
        if self.available < 1:
            raise Refusal(SHORT, "电子面单余额不足，请联系网点充值")
        self.available -= 1
        self.used += 1


def opened() -> dict[str, Account]:
    """The accounts every world begins with: a usual one, one without the right, one nearly used up."""
    accounts = (
        Account("1234567890", _PASSWORD, 812),
        Account("5555500000", _PASSWORD, 100, allowed=False),
        Account("6666600000", _PASSWORD, 3),
    )
    return {account.id: account for account in accounts}


def login(accounts: dict[str, Account], account_id: str, password: str) -> Account:
    """The account. Raises `Refusal` for a wrong pair, and for an account without the right."""
    account = accounts.get(account_id)
    if account is None or account.password != password:
        raise Refusal(NO_ACCOUNT, "电子面单账号或密码错误")
    if not account.allowed:
        raise Refusal(NOT_ALLOWED, "无权限，电子面单服务未开通")
    return account
