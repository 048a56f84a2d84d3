"""What a merchant must tell to bind ZTO."""

from core.couriers.base import AccountKind, CredentialField, Words

OWN_APP = "app"
"""The kind of account that brings its own developer app."""

_ACCOUNT = CredentialField(
    key="account",
    label=Words("电子面单账号", "e-waybill account"),
    help=Words("网点开通时会给，不是手机号", "Your branch issues it; it is not a phone number"),
)
_PASSWORD = CredentialField(
    key="password",
    label=Words("电子面单密码", "e-waybill password"),
    help=Words("和账号一起由网点提供", "Your branch issues it with the account"),
    secret=True,
)
_SITE_CODE = CredentialField(
    key="site_code",
    label=Words("网点编码", "branch code"),
    help=Words(
        "签约网点的编码，有的网点叫它取件码或月结编码，可向网点询问",
        "The code of your branch, which some branches call 取件码 or 月结编码; the branch can tell it",
    ),
    optional=True,
    pattern=r"[0-9A-Za-z]{2,20}",
)
_APP_KEY = CredentialField(
    key="app_key",
    label=Words("appKey", "appKey"),
    help=Words("中通开放平台控制台 → 应用管理", "ZTO open platform console → 应用管理"),
    pattern=r"[0-9A-Za-z_-]{4,64}",
)
_APP_SECRET = CredentialField(
    key="app_secret",
    label=Words("appSecret", "appSecret"),
    help=Words("与 appKey 在同一页", "On the same page as the appKey"),
    secret=True,
    pattern=r"[0-9A-Za-z_-]{4,128}",
)

KINDS = (
    AccountKind(
        key="account",
        label=Words("电子面单账号", "e-waybill account"),
        explanation=Words("网点给的账号和密码，最常用", "Account and password from your branch; the usual way"),
        fields=(_ACCOUNT, _PASSWORD, _SITE_CODE),
    ),
    AccountKind(
        key=OWN_APP,
        label=Words("API 接口账号", "API account"),
        explanation=Words("自己在中通开放平台注册过应用", "You have registered your own app on ZTO's open platform"),
        fields=(_APP_KEY, _APP_SECRET, _ACCOUNT, _PASSWORD, _SITE_CODE),
        brings_app=True,
    ),
)
