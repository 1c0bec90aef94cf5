"""The life of a payment, told by programs."""

from typing import Any

import pytest

pytestmark = pytest.mark.django_db


def test_from_registering_to_paying(registered: int, approver: Any, cashier: Any) -> None:
    approved = approver.post(f"/cases/{registered}/steps/approve", {})
    assert (approved.status_code, approved.json()["state"]["name"]) == (200, "approved"), approved.content.decode()
    told = {"particulars": {"voucher": "2026-06-0001"}, "seen": 2}
    paid = cashier.post(f"/cases/{registered}/steps/pay", told)
    assert (paid.status_code, paid.json()["state"]["name"], paid.json()["revision"]) == (200, "paid", 3)
