"""The measure of every register row is found from what was published, its name or its value."""

import pytest

from shixiao.engine.measures import CATALOGUE
from shixiao.engine.measures.matching import Exactness, matches
from shixiao.offices.registers import measures
from shixiao.offices.registers.shipped import REGISTERS

OWN = {name: each for name, each in CATALOGUE.items() if name.startswith("registers.")}
CHOICES = {
    "register": {each.definition["name"]: each.code for each in REGISTERS},
    "value": {
        title: code
        for each in REGISTERS
        for field in each.definition.get("fields", ())
        for code, title in field.get("choices", ())
    },
}
# row, the published name or value, the measure, the parameters that it says
ROWS = [
    (1, "保障因公出国（境）任务有效开展", measures.done_share, {"register": "missions"}),
    (2, "信访核查率", measures.done_share, {"register": "petitions"}),
    (3, "发出督促提醒函数", measures.count, {"register": "reminders"}),
    (4, "开展专项检查数", measures.count, {"register": "special_inspections"}),
    (5, "开展学习培训数", measures.count, {"register": "training"}),
    (6, "结案率", measures.done_share, {}),
    (20, "及时形成调研成果", measures.all_by_year_end, {"register": "research_results"}),
    (22, "按期限完成调研", measures.all_by_year_end, {"register": "research"}),
    (23, "参事建议内容涉及生态环保、城市环境质量改善", measures.count_by_topic, {"register": "counsellor_advice"}),
    (
        24,
        "参事建议内容涉及社会发展、民生保障、教科文卫事业",
        measures.count_by_topic,
        {"register": "counsellor_advice"},
    ),
    (25, "参事建议内容涉及经济建设、城市发展、乡村振兴", measures.count_by_topic, {"register": "counsellor_advice"}),
    (29, "完成既定的工作任务", measures.done_share, {"register": "annual_tasks"}),
    (30, "市府领导公务考察保障情况", measures.done_share, {"register": "official_visits"}),
    (32, "开展调研50次以上", measures.count, {"register": "research"}),
    (84, "用户培训", measures.milestone_done, {"value": "training"}),
    (85, "监理服务完成情况", measures.milestone_done, {"value": "supervision"}),
    (86, "系统建设完成情况", measures.milestone_done, {"value": "built"}),
    (87, "系统建设工作验收合格情况", measures.milestone_done, {"value": "accepted"}),
    (88, "18个月内", measures.milestone_within, {"months": 18}),
    (92, "公共区域环境整洁", measures.daily, {}),
    (92, "每天不少于2次清洁打扫", measures.daily, {"times": 2}),
    (94, "消防安全巡查", measures.rounds_in_slots, {}),
    (95, "安全保障服务", measures.roster_kept, {"register": "security"}),
]


@pytest.mark.parametrize(("row", "wording", "measure", "parameters"), ROWS, ids=lambda each: str(each)[:12])
def test_the_row_finds_its_measure(row: int, wording: str, measure: object, parameters: dict[str, object]) -> None:
    best = matches(wording, OWN, choices=CHOICES)[0]
    assert (best.measure, dict(best.parameters)) == (measure, parameters)
    assert best.exactness >= Exactness.CONTAINED


def test_the_topics_of_a_wording_are_said() -> None:
    best = matches("参事建议内容涉及社会发展、民生保障、教科文卫事业", OWN, choices=CHOICES)[0]
    assert dict(best.said) == {"topics": "社会发展、民生保障、教科文卫事业"}


def test_the_second_statement_of_a_row_is_another_register() -> None:
    found = matches("每隔2-3小时巡查一次，每年不少于1次消防演练", OWN, choices=CHOICES)
    second = next(each for each in found if each.clause == 1)
    assert (second.measure, dict(second.parameters)) == (measures.count, {"register": "fire_drills"})


@pytest.mark.parametrize("wording", ["工作氛围", "市政府公报编印质量", "设备验收合格率", "办公设备采购合格率和合规率"])
def test_what_other_offices_prove_is_not_surely_of_a_register(wording: str) -> None:
    assert [each for each in matches(wording, OWN, choices=CHOICES) if each.exactness >= Exactness.SLOTS] == []
