"""The sandbox's seal against published vectors, and against wechatpy and Tencent's own library both ways."""

import json
from pathlib import Path
from typing import Any

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.enterprise.crypto import WeChatCrypto as WeComCrypto

from bot.sandbox.wechat_seal import Seal
from tests.support.node import run_node

VECTORS = json.loads((Path(__file__).parent / "wechat_vectors.json").read_text("utf-8"))
SEAL = Seal("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")


def seal_of(vector: dict[str, Any]) -> Seal:
    return Seal(vector["token"], vector["encoding_aes_key"], vector["receive_id"])


@pytest.mark.parametrize("vector", [each for each in VECTORS if "url_check" in each], ids=lambda each: each["name"])
def test_the_published_address_checks_are_signed_and_open(vector: dict[str, Any]) -> None:
    seal, check = seal_of(vector), vector["url_check"]
    assert seal.signed(check["timestamp"], check["nonce"], check["echostr"]) == check["msg_signature"]
    assert seal.open(check["echostr"]) == check["plain"]


@pytest.mark.parametrize("vector", [each for each in VECTORS if "message" in each], ids=lambda each: each["name"])
def test_the_published_messages_are_signed_and_open(vector: dict[str, Any]) -> None:
    seal, message = seal_of(vector), vector["message"]
    sealed = xmltodict.parse(message["body"])["xml"]["Encrypt"]
    assert seal.signed(message["timestamp"], message["nonce"], sealed) == message["msg_signature"]
    assert xmltodict.parse(seal.open(sealed))["xml"]["Content"] == message["content"]


@pytest.mark.parametrize("library", [WeComCrypto, WeChatCrypto])
@given(plain=st.text(min_size=1, max_size=200))
def test_wechatpy_opens_what_the_sandbox_seals_and_the_other_way_round(library: Any, plain: str) -> None:
    crypto, sealed = library(SEAL.token, SEAL.aes_key, SEAL.receiver), SEAL.close(plain)
    signature = SEAL.signed("1409659813", "1372623149", sealed)
    assert crypto.decrypt_message({"Encrypt": sealed}, signature, "1409659813", "1372623149") == plain
    written = xmltodict.parse(crypto.encrypt_message(plain, "1372623149", "1409659813"))["xml"]
    assert SEAL.open(written["Encrypt"]) == plain
    assert SEAL.signed("1409659813", "1372623149", written["Encrypt"]) == written["MsgSignature"]


def test_what_was_sealed_for_somebody_else_does_not_open() -> None:
    with pytest.raises(ValueError, match="somebody else"):
        Seal(SEAL.token, SEAL.aes_key, "ww0000000000000000").open(SEAL.close("hello"))


TENCENTS = """
const { encrypt, decrypt, getSignature } = require('@wecom/crypto');
const [seal, texts, sealed] = JSON.parse(require('fs').readFileSync(0));
console.log(JSON.stringify({
  opened: sealed.map(each => { const { message, id } = decrypt(seal.aes_key, each); return [message, id]; }),
  sealed: texts.map(each => encrypt(seal.aes_key, each, seal.receiver)),
  signed: sealed.map(each => getSignature(seal.token, '1409659813', '1372623149', each)),
}));
"""


@pytest.mark.node
def test_tencents_own_library_agrees() -> None:
    texts = [("面单🧾 <xml>&]]>" * 20)[:length] for length in range(120)]
    sealed = [SEAL.close(each) for each in texts]
    seal = {"token": SEAL.token, "aes_key": SEAL.aes_key, "receiver": SEAL.receiver}
    theirs = json.loads(run_node(TENCENTS, json.dumps([seal, texts, sealed])))
    assert theirs["opened"] == [[each, SEAL.receiver] for each in texts]
    assert [SEAL.open(each) for each in theirs["sealed"]] == texts
    assert theirs["signed"] == [SEAL.signed("1409659813", "1372623149", each) for each in sealed]
