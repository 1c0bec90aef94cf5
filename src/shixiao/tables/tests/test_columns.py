import pytest

from shixiao import tables
from shixiao.tables.assignments import Assignment, Field
from shixiao.tables.columns import Columns, Remembered, assigned, columns_of, fitting

STRANGE = """\
某市示范局考核事项表
项目名称|信息系统运行维护
层级甲|层级乙|考核事项|应达到|备注
产出指标|数量指标|巡检次数|≥12次|甲
产出指标|质量指标|系统可用率|≥99.5%|乙
效益指标|社会效益指标|服务办件量|≥10万件|
""".replace("|", "\t")
BY_HAND = (Field.LEVEL1, Field.LEVEL2, Field.NAME, Field.VALUE, Field.IGNORED)
LABELS = ("层级甲", "层级乙", "考核事项", "应达到", "备注")


def sheets_of(text: str):
    return tables.sheets(text.encode())


def read(text: str, **more: object) -> tables.Document:
    return tables.read(text.encode(), name="x.txt", **more)


def test_a_table_with_unknown_words_above_its_columns_is_refused_and_its_columns_can_be_shown():
    with pytest.raises(tables.Unreadable):
        read(STRANGE)
    (shown,) = columns_of(sheets_of(STRANGE))
    assert isinstance(shown, Columns)
    assert (3, LABELS) in shown.rows
    assert len(shown.fields) == 5


def test_what_is_said_by_hand_is_how_it_is_read():
    own = assigned(sheets_of(STRANGE), Assignment(1, 3, BY_HAND))
    assert own == (Assignment(1, 3, BY_HAND, LABELS),)
    document = read(STRANGE, assignments=own)
    rows = [row for _unit, _project, row in document.plans[0].indicators()]
    assert [(row.code, row.name, row.annual_wording) for row in rows] == [
        ("11", "巡检次数", "≥12次"),
        ("12", "系统可用率", "≥99.5%"),
        ("22", "服务办件量", "≥10万件"),
    ]


def test_the_header_that_looks_most_like_one_is_proposed_with_what_its_words_mean():
    text = "说明\t甲\t乙\t丙\n一级指标\t二级指标\t三级指标\t应达到\n产出\t数量\t次数\t3\n"
    (shown,) = columns_of(sheets_of(text))
    assert shown.line == 2
    assert shown.fields == (Field.LEVEL1, Field.LEVEL2, Field.NAME, Field.KEPT)


def test_a_remembered_header_is_known_again_in_a_file_of_the_same_office_only():
    known = [Remembered("某市示范局", LABELS, BY_HAND)]
    next_year = STRANGE.replace("巡检次数", "演练次数").replace("层级甲", " 层级甲 ")
    document = read(next_year, remembered=known)
    assert document.assignments[0].columns == BY_HAND
    assert "演练次数" in [row.name for _unit, _project, row in document.plans[0].indicators()]
    with pytest.raises(tables.Unreadable):
        read(next_year.replace("某市示范局", "某市样板局"), remembered=known)


def test_of_two_answers_for_one_header_the_newest_counts():
    newest = (*BY_HAND[:4], Field.KEPT)
    known = [Remembered("", LABELS, newest), Remembered("", LABELS, BY_HAND)]
    assert fitting(sheets_of(STRANGE), known)[0].columns == newest


def test_one_answer_serves_every_table_of_the_file_with_that_header():
    second = STRANGE.split("\n", 1)[1].replace("信息系统运行维护", "业务培训")
    given = assigned(sheets_of(STRANGE + second), Assignment(1, 3, BY_HAND))
    assert [each.line for each in given] == [3, 8]
    assert [project.name for _unit, project in read(STRANGE + second, assignments=given).plans[0].projects()] == [
        "信息系统运行维护",
        "业务培训",
    ]


@pytest.mark.parametrize(
    ("assignment", "what"),
    [
        (Assignment(2, 3, BY_HAND), "grid"),
        (Assignment(1, 99, BY_HAND), "line"),
        (Assignment(1, 3, (Field.LEVEL1, Field.VALUE)), "name"),
        (Assignment(1, 3, (Field.NAME, Field.KEPT)), "value"),
    ],
)
def test_an_answer_with_which_nothing_can_be_read_is_refused(assignment: Assignment, what: str):
    with pytest.raises(ValueError, match=what):
        assigned(sheets_of(STRANGE), assignment)


def test_what_has_too_few_columns_to_be_a_table_is_not_shown():
    assert columns_of(sheets_of("甲\t乙\n丙\t丁\n")) == ()
