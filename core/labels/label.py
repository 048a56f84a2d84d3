"""What a label says, before anybody knows where it stands on the paper."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelItem:
    """One line of goods."""

    name: str
    spec: str
    count: int


@dataclass(frozen=True, slots=True)
class Party:
    """Recipient or sender as printed: masked already, region and street in one line."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Label:
    """One parcel's label. Holds masked personal data only; `core/labels/privacy.py` checks that before drawing."""

    number: str  # waybill number, also the bar code
    courier: str  # 中通快递
    segment: str  # 三段码 / 大头笔
    hub: str  # 集包地
    recipient: Party
    sender: Party
    orders: tuple[str, ...]  # order numbers, several when merged
    items: tuple[LabelItem, ...]
    pickup_code: str = ""
    remark: str = ""
    position: int = 1  # n of the batch
    printed_at: str = ""  # Shanghai wall clock, as the label shows it
    is_sample: bool = False  # drawn from the sandbox: marked SAMPLE 样张
    is_reprint: bool = False  # marked 补打
