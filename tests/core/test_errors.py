"""The tree of errors that a merchant can be told about."""

import json

import pytest

import core.errors
from core.errors import ERRORS, MerchantError, OutOfRange, ServiceError, ServiceRefused, from_record


def _below(kind: type[MerchantError]) -> list[type[MerchantError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in _below(child))]


EVERY = _below(MerchantError)


def test_every_error_has_a_code_of_its_own() -> None:
    assert sorted(kind.code for kind in EVERY) == sorted(ERRORS)


@pytest.mark.parametrize("kind", EVERY)
def test_an_error_comes_back_from_its_record_as_itself(kind: type[MerchantError]) -> None:
    record = json.loads(json.dumps(kind(service="zto", said="余额不足", left=0).record()))
    assert record == {"code": kind.code, "details": {"service": "zto", "said": "余额不足", "left": 0}}
    back = from_record(record)
    assert type(back) is kind
    assert back.details == {"service": "zto", "said": "余额不足", "left": 0}


@pytest.mark.parametrize("kind", EVERY)
def test_the_drawn_tree_shows_every_error(kind: type[MerchantError]) -> None:
    assert kind.__name__ in (core.errors.__doc__ or "")


def test_an_error_reads_as_its_code_and_details() -> None:
    assert str(OutOfRange(service="zto", raw="S08")) == "out_of_range(service='zto', raw='S08')"


def test_a_refusal_is_caught_as_a_service_error() -> None:
    assert issubclass(OutOfRange, ServiceRefused)
    assert issubclass(ServiceRefused, ServiceError)


def test_a_code_that_no_error_has_is_not_read() -> None:
    with pytest.raises(KeyError):
        from_record({"code": "no_such_code", "details": {}})
