"""Settings: read once from the environment (prefix MIANDAN_) or `.env`, checked, frozen. Secrets never show in repr."""

import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.clock import Period, rest_days
from core.couriers import CourierApps
from core.couriers.zto import ZtoApp
from core.shops import ShopApps
from core.shops.pinduoduo import PinduoduoApp
from core.speech import SpeechService
from core.trackers import Kuaidi100App
from core.vault import BadKey, Vault, key_file, parse_key

_DATABASE = re.compile(r"sqlite:.+|postgres(ql)?://.+")
_PRINTER_SCHEMES = {"ipp", "ipps", "http", "https"}


class Settings(BaseSettings):
    """Everything that differs between one installation and another."""

    model_config = SettingsConfigDict(
        env_prefix="MIANDAN_", env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database: str = Field("sqlite:data/miandan.db", description="sqlite:PATH, or postgres://user@host/name")
    key: SecretStr = Field(
        SecretStr(""), description="32 bytes in base64 that seal secrets; several separated by commas"
    )
    key_file: Path = Field(
        Path("data/miandan.key"), description="where the key is kept when `key` is empty; made at first"
    )
    backup_folder: Path = Field(Path("data/backups"), description="where copies of a SQLite file are kept")
    backup_hours: int = Field(24, ge=0, le=24 * 7, description="hours between two copies; 0: none are made by itself")
    backup_keep: int = Field(14, ge=1, le=1000, description="how many copies are kept; older ones are deleted")
    open_to: Literal["anyone", "invited"] = Field(
        "anyone",
        description="who may come: anyone begins a merchant of their own; invited need a code (`miandan invite`)",
    )
    recipient_days: int = Field(
        30, ge=1, le=180, description="days after a manual order's parcel arrived that its recipient is kept"
    )
    flood: int = Field(60, ge=10, description="messages a minute that one person may send; what is more is not kept")
    public_url: str = Field("http://127.0.0.1:8600", description="where this program is reached from outside")
    metrics_token: SecretStr = Field(
        SecretStr(""), description="bearer token that /metrics asks for; empty: it answers this machine only"
    )
    world: str = Field("", description="address of a served sandbox that stands for every outside service")
    printer: str = Field("", description="ipp://… of a label printer; empty: labels go into the chat")
    timeout: float = Field(15.0, gt=0, le=20, description="seconds one phase of an outside call may take")
    crowd: int = Field(8, ge=1, le=32, description="courier calls at the same time")
    speech_url: str = Field(
        "",
        description="an OpenAI-compatible service that hears voice messages, ending in /v1; empty: nobody does. "
        "WeChat's are AMR, which OpenAI itself does not take",
    )
    speech_key: SecretStr = Field(SecretStr(""), description="its key")
    speech_model: str = Field("whisper-1", description="its model")
    telegram_token: SecretStr = Field(SecretStr(""), description="the bot's token from @BotFather")
    telegram_webhook: bool = Field(False, description="have updates pushed to `public_url`/telegram instead of polling")
    wecom_corp_id: str = Field("", description="企业 ID, from 我的企业 in WeCom's console")
    wecom_agent_id: int = Field(0, description="AgentId of the application in WeCom")
    wecom_secret: SecretStr = Field(SecretStr(""), description="Secret of the application")
    wecom_token: SecretStr = Field(SecretStr(""), description="Token of 接收消息, whose URL is `public_url`/wecom")
    wecom_aes_key: SecretStr = Field(SecretStr(""), description="EncodingAESKey of 接收消息")
    wecom_markdown: bool = Field(False, description="send texts as markdown, which the WeChat plug-in does not show")
    wecom_bot_id: str = Field("", description="Bot ID of a WeCom 智能机器人 in long-connection mode; needs no address")
    wecom_bot_secret: SecretStr = Field(SecretStr(""), description="Secret of the 智能机器人")
    official_account_app_id: str = Field("", description="AppID of the Official Account (公众号)")
    official_account_secret: SecretStr = Field(SecretStr(""), description="AppSecret of the Official Account")
    official_account_token: SecretStr = Field(
        SecretStr(""), description="Token of 服务器配置, whose URL is `public_url`/official_account"
    )
    official_account_aes_key: SecretStr = Field(
        SecretStr(""), description="EncodingAESKey in safe mode; empty: messages come in plain text"
    )
    official_account_may_push: bool = Field(
        False, description="whether the account holds the right to customer messages (certified accounts)"
    )
    official_account_taps: bool = Field(True, description="draw choices as lines to tap; off: as numbers to reply with")
    official_account_menu: bool = Field(True, description="put the main commands into the account's menu")
    official_account_recognises: bool = Field(
        False, description="接收语音识别结果 is on in the console: voice messages come with their words"
    )
    official_account_template: str = Field(
        "", description="template that tells of news when nothing else may be pushed"
    )
    official_account_template_fields: str = Field(
        '{"thing1": "{what}", "time2": "{when}"}', description="the template's fields, as JSON"
    )
    pinduoduo_client_id: str = Field("", description="the app's client_id on Pinduoduo's open platform")
    pinduoduo_client_secret: SecretStr = Field(SecretStr(""), description="the app's client_secret")
    pinduoduo_may_decrypt: bool = Field(True, description="whether the app holds the right to plain receivers")
    pinduoduo_decrypt_interval: float = Field(
        10.0, ge=0, description="seconds between decrypt calls (outside 多多云: 10)"
    )
    pinduoduo_messages: bool = Field(
        False, description="listen to Pinduoduo's message service; subscribe the app to its topics in the console first"
    )
    look_minutes: int = Field(10, ge=1, le=720, description="minutes between two looks for what changed in the shops")
    zto_app_key: str = Field("", description="the app's appKey on ZTO's open platform")
    zto_app_secret: SecretStr = Field(SecretStr(""), description="the app's appSecret")
    kuaidi100_customer: str = Field("", description="the customer number of Kuaidi100's console")
    kuaidi100_key: SecretStr = Field(
        SecretStr(""), description="its 授权key; empty: parcels are followed without Kuaidi100"
    )
    kuaidi100_price: int = Field(10, ge=0, description="what one query costs, in fen, as in your contract")
    track_cap: int = Field(2000, ge=0, description="fen that tracking queries may cost in a day; then only pushes help")
    holidays: str = Field(
        "",
        description="days on which couriers rest and no parcel is late, as 2027-02-04/2027-02-12, separated by commas",
    )
    model_url: str = Field(
        "", description="OpenAI-compatible service asked about unclear messages, https://…/v1; empty: none is asked"
    )
    model_name: str = Field("", description="the model's name there")
    model_key: SecretStr = Field(SecretStr(""), description="its API key; empty for a server of your own without one")
    track_pushes: bool = Field(
        False, description="services reach `public_url`/push/zto and /push/kuaidi100 with parcels' news"
    )

    @field_validator("holidays")
    @classmethod
    def _are_days(cls, written: str) -> str:
        rest_days(written)
        return written

    @field_validator("database")
    @classmethod
    def _is_a_database(cls, value: str) -> str:
        if not _DATABASE.fullmatch(value):
            raise ValueError("write sqlite:PATH or postgres://user@host/name")
        return value

    @field_validator("key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        if written := value.get_secret_value():
            try:
                parse_key(written)
            except BadKey:
                raise ValueError("each key is 32 bytes in base64; leave it empty to use the key file") from None
        return value

    @field_validator("public_url", "world", "model_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("write the whole address, with https://")
        return value.rstrip("/")

    @field_validator("printer")
    @classmethod
    def _is_a_printer(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in _PRINTER_SCHEMES or not parts.hostname):
            raise ValueError("write the printer's address, for example ipp://192.168.1.50/ipp/print")
        return value

    @model_validator(mode="after")
    def _can_be_pushed_to(self) -> Self:
        if self.telegram_webhook and not self.public_url.startswith("https://"):
            raise ValueError("MIANDAN_TELEGRAM_WEBHOOK needs MIANDAN_PUBLIC_URL to begin with https://")
        if self.track_pushes and not self.world and not self.public_url.startswith("https://"):
            raise ValueError("MIANDAN_TRACK_PUSHES needs MIANDAN_PUBLIC_URL to begin with https://")
        return self

    @model_validator(mode="after")
    def _is_a_whole_model(self) -> Self:
        if bool(self.model_url) != bool(self.model_name):
            raise ValueError("MIANDAN_MODEL_URL and MIANDAN_MODEL_NAME go together")
        return self

    def rest_days(self) -> tuple[Period, ...]:
        """The holidays, in order and apart."""
        return rest_days(self.holidays)

    def vault(self) -> Vault:
        """The vault with the key from the environment, else from the key file."""
        written = self.key.get_secret_value()
        return Vault(parse_key(written) if written else key_file(self.key_file))

    def shop_apps(self) -> ShopApps:
        """Who we are to the shop platforms."""
        return ShopApps(
            PinduoduoApp(
                client_id=self.pinduoduo_client_id,
                client_secret=self.pinduoduo_client_secret.get_secret_value(),
                redirect_uri=f"{self.public_url}/oauth/pinduoduo",
                may_decrypt=self.pinduoduo_may_decrypt,
                decrypt_interval=self.pinduoduo_decrypt_interval,
            )
        )

    def kuaidi100_app(self) -> Kuaidi100App:
        """Who we are to Kuaidi100."""
        return Kuaidi100App(
            customer=self.kuaidi100_customer,
            key=self.kuaidi100_key.get_secret_value(),
            callback=f"{self.public_url}/push/kuaidi100",
            price=self.kuaidi100_price,
        )

    def courier_apps(self) -> CourierApps:
        """Who we are to the couriers."""
        return CourierApps(ZtoApp(self.zto_app_key, self.zto_app_secret.get_secret_value()))

    def speech_service(self) -> SpeechService | None:
        """Who hears voice messages."""
        if not self.speech_url:
            return None
        return SpeechService(self.speech_url, self.speech_model, self.speech_key.get_secret_value())
