"""A corpus of what reaches a public address besides news: by mistake, by accident and by malice."""

import json
from base64 import b64encode
from hashlib import md5
from urllib.parse import quote, urlencode

ROW = {"ftime": "2026-11-22 19:30:00", "context": "【杭州】已揽收", "statusCode": "103"}


def kuaidi100(param: str, salt: str) -> bytes:
    """A form signed as Kuaidi100 signs."""
    sign = md5(f"{param}{salt}".encode()).hexdigest().upper()  # noqa: S324 - so does Kuaidi100
    return urlencode({"sign": sign, "param": param}).encode()


def zto(data: str, secret: str, key: str = "sandbox-zto-key") -> bytes:
    """A form signed as ZTO signs."""
    digest = b64encode(md5(f"{data}{secret}".encode()).digest()).decode()  # noqa: S324 - so does ZTO
    return urlencode({"data": data, "data_digest": digest, "company_id": key, "msg_type": "Traces"}).encode()


def journey(number: str, *rows: object, status: str = "polling") -> str:
    """The param of a push of Kuaidi100."""
    told = {"status": status, "lastResult": {"nu": number, "com": "zhongtong", "data": list(rows)}}
    return json.dumps(told, ensure_ascii=False)


def unsigned(number: str) -> dict[str, bytes]:
    """Bodies that no service signed, by what is wrong with them."""
    news = journey(number, ROW)
    scan = json.dumps({"billCode": number, "action": "SIGNED", "actionTime": "2026-11-22 19:30:00"})
    return {
        "nothing": b"",
        "blanks": b"   \r\n\t ",
        "no form": b"hello",
        "bytes that are no text": b"\xff\xfe\x00param=\x80",
        "half a character": b"param=%E4%B8&sign=1",
        "a broken escape": b"param=%ZZ&sign=%",
        "zeros": b"\x00" * 1_000,
        "JSON instead of a form": news.encode(),
        "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>',
        "a form without fields": b"&&&&",
        "fields without values": b"param&sign&data",
        "too many fields": b"&".join(b"a%d=1" % n for n in range(5_000)),
        "a field a thousand times": b"param={}&" * 1_000 + b"sign=1",
        "no signature": urlencode({"param": news}).encode(),
        "an empty signature": urlencode({"param": news, "sign": ""}).encode(),
        "a signature of zeros": urlencode({"param": news, "sign": "0" * 32}).encode(),
        "another salt's": kuaidi100(news, "guess"),
        "no salt's": kuaidi100(news, ""),
        "another secret's": zto(scan, "guess"),
        "another app's": zto(scan, "sandbox-zto-secret", "somebody"),
        "SQL": urlencode({"param": "'; DROP TABLE parcels; --", "sign": "' OR 1=1"}).encode(),
        "a template": urlencode({"param": "${jndi:ldap://x/a}", "sign": "{{7*7}}"}).encode(),
        "a path": b"param=../../../../etc/passwd&sign=1",
        "deep": urlencode({"param": "[" * 50_000, "sign": "1"}).encode(),
        "a multipart body": b'--x\r\nContent-Disposition: form-data; name="param"\r\n\r\n{}\r\n--x--',
        "a signature with a newline": b"param=%7B%7D&sign=A%0D%0ASet-Cookie:%20a=b",
        "percent signs": b"%" * 10_000,
        "a lone surrogate": b"param=%ED%A0%80&sign=1",
    }


def signed_nonsense(number: str, salt: str, secret: str) -> dict[str, bytes]:
    """Bodies that are signed and yet say nothing that could be kept."""
    data = {"billCode": number, "action": "SIGNED", "actionTime": "2026-11-22 19:30:00", "desc": "签收"}
    return {
        "no JSON": kuaidi100("签收", salt),
        "a number": kuaidi100("1", salt),
        "null": kuaidi100("null", salt),
        "no result": kuaidi100('{"status":"polling"}', salt),
        "a result that is a list": kuaidi100('{"lastResult":[]}', salt),
        "no number": kuaidi100(journey("", ROW), salt),
        "an endless number": kuaidi100(journey("7" * 10_000, ROW), salt),
        "deep JSON": kuaidi100("[" * 50_000, salt),
        "an endless integer": kuaidi100('{"lastResult":{"nu":' + "9" * 10_000 + "}}", salt),
        "a scan without a time": zto(json.dumps(data | {"actionTime": ""}), secret),
        "a scan of no parcel": zto(json.dumps(data | {"billCode": ""}), secret),
        "an array": zto(json.dumps([data]), secret),
        "NaN": zto("NaN", secret),
    }


def impossible_news(number: str, salt: str, secret: str) -> dict[str, bytes]:
    """Signed news that can be read, and holds no scan that can have happened."""
    data = {"billCode": number, "action": "SIGNED", "desc": "签收"}
    return {
        "rows that are no rows": kuaidi100(journey(number, 1, None, "x", [], {}), salt),
        "times that are none": kuaidi100(journey(number, ROW | {"ftime": "25:61", "time": quote("昨天")}), salt),
        "no scan yet": kuaidi100(journey(number), salt),
        "before couriers": kuaidi100(journey(number, ROW | {"ftime": "0001-01-01 00:00:00"}), salt),
        "next year": kuaidi100(journey(number, ROW | {"ftime": "2027-11-22 19:30:00"}), salt),
        "the end of time": kuaidi100(journey(number, ROW | {"ftime": "9999-12-31 23:59:59"}), salt),
        "only that it takes long": kuaidi100(journey(number, ROW | {"statusCode": "202"}), salt),
        "tomorrow's scan": zto(json.dumps(data | {"actionTime": "2026-11-24 19:30:00"}), secret),
    }
