import time

import pytest

from shixiao import tables
from shixiao.tables.tests import difficult


@pytest.mark.parametrize("name", difficult.REFUSED)
def test_a_difficult_file_is_refused_with_its_own_reason_and_the_next_step_and_soon(name: str) -> None:
    _file, content, code = difficult.REFUSED[name]
    begun = time.process_time()
    with pytest.raises(tables.Unreadable) as refused:
        difficult.read(content)
    assert refused.value.code == code
    for language in ("zh", "en"):
        assert refused.value.in_(language)
    assert refused.value.next_step.zh
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("name", difficult.READ)
def test_what_can_be_read_is_read_and_what_was_done_is_said(name: str) -> None:
    _file, content, codes, units = difficult.READ[name]
    document = difficult.read(content)
    assert codes <= {repair.code for repair in document.repairs}
    assert sum(len(plan.units) for plan in document.plans) == units
    assert any(project.indicators for plan in document.plans for _unit, project in plan.projects())
