"""What the Pinduoduo tests share."""

import pytest
from pinduoduo_desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
