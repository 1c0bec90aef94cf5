"""What the gauges of registers are called."""

from collections.abc import Callable
from datetime import datetime

import pytest

from shixiao.casework.evidence.naming import named
from shixiao.ledger import gauges
from shixiao.offices.registers.shipped import take_in_shipped
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db


def test_gauges_speak_of_registers_fields_and_choices_by_their_names(
    unit: Unit, now: datetime, staff: Callable[..., User], django_assert_num_queries: Callable[..., object]
) -> None:
    take_in_shipped(unit, by=staff("keeper", "registers.keeper"), now=now)
    using = gauges.read(now).gauges
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        found = named(using)
    wordings = {each.wording for each in found}
    assert {"学习培训数", "参事调研年底前完成", "建设里程碑“验收合格”完成情况"} <= wordings
    assert not [each for each in wordings if "{" in each or "_" in each]
    restricted = {each.group for each in found if each.is_restricted}
    assert restricted == {"信访举报件", "案件", "督促提醒函", "专项检查"}
    told_apart = [(each.wording, each.detail) for each in found]
    assert len(set(told_apart)) == len(told_apart)
    training = next(each for each in found if each.wording == "学习培训数")
    assert "学习培训" in training.about[0]
    assert training.group == "学习培训"
