"""A header that nobody foresaw: its columns are shown, said by hand, and remembered for the next file."""

import pytest

from shixiao import tables
from shixiao.tables import assignments
from shixiao.tables.assignments import Assignment, Field
from shixiao.tables.tests.making import read, unread, wordings

# No word of this header is known.
ODD = "大类\t小类\t考核点\t要求\t打分"
ROWS = (
    "产出指标\t数量指标\t巡检次数\t12次\t20",
    "\t质量指标\t合格率\t≥95%\t30",
    "效益指标\t社会效益指标\t知晓率\t≥80%\t40",
)
ABOVE = "甲局项目支出绩效目标表\n金额单位：万元\n项目名称\t运维项目\n年度资金总额\t5.00\n"
BY_HAND = (Field.LEVEL1, Field.LEVEL2, Field.NAME, Field.VALUE, Field.WEIGHT)


def odd_table(header: str = ODD, rows: tuple[str, ...] = ROWS, above: str = ABOVE) -> bytes:
    return (above + "\n".join((header, *rows)) + "\n").encode()


def read_by_hand(content: bytes, *said: Assignment) -> tables.Document:
    return tables.read(content, name="table.txt", target=unread, assignments=said)


def the_columns(content: bytes) -> assignments.Columns:
    (columns,) = tables.columns(content, name="table.txt")
    return columns


def test_a_table_with_an_unknown_header_is_refused_but_shows_its_columns():
    with pytest.raises(tables.Unreadable):
        read(odd_table())
    columns = the_columns(odd_table())
    assert not columns.is_read
    assert columns.assignment.line == 5
    assert columns.assignment.labels == ("大类", "小类", "考核点", "要求", "打分")
    assert columns.samples[2] == ("巡检次数", "合格率", "知晓率")
    assert columns.samples[0] == ("产出指标", "效益指标")


def test_the_cells_of_an_unknown_column_are_a_ground_for_a_guess():
    guess = the_columns(odd_table()).assignment.columns
    assert guess == (Field.LEVEL1, Field.LEVEL2, Field.NAME, Field.VALUE, Field.KEPT)


def test_columns_said_by_hand_give_the_plan():
    guess = the_columns(odd_table()).assignment
    document = read_by_hand(odd_table(), guess._replace(columns=BY_HAND))
    assert wordings(document) == [("巡检次数", "", "12次"), ("合格率", "", "≥95%"), ("知晓率", "", "≥80%")]
    found = [one for _, _, one in document.plans[0].indicators()]
    assert [one.code for one in found] == ["11", "12", "22"]
    assert [str(one.weight) for one in found] == ["20", "30", "40"]
    assert [project.name for _, project in document.plans[0].projects()] == ["运维项目"]
    assert document.assignments == (guess._replace(columns=BY_HAND),)


def test_a_header_said_by_hand_counts_again_where_it_is_repeated_on_the_next_page():
    content = odd_table(rows=(*ROWS[:2], ODD, *ROWS[2:]))
    guess = the_columns(content).assignment
    document = read_by_hand(content, guess._replace(columns=BY_HAND))
    assert [name for name, _, _ in wordings(document)] == ["巡检次数", "合格率", "知晓率"]
    assert len(document.assignments) == 1


def test_columns_said_by_hand_without_a_name_or_a_value_are_refused_by_what_is_missing():
    guess = the_columns(odd_table()).assignment
    nameless = (Field.LEVEL1, Field.LEVEL2, Field.KEPT, Field.VALUE, Field.WEIGHT)
    with pytest.raises(tables.Unreadable, match="三级指标") as refused:
        read_by_hand(odd_table(), guess._replace(columns=nameless))
    assert (refused.value.code, refused.value.place.line) == ("missing_columns", 5)
    valueless = (Field.LEVEL1, Field.LEVEL2, Field.NAME, Field.KEPT, Field.WEIGHT)
    with pytest.raises(tables.Unreadable, match="指标值"):
        read_by_hand(odd_table(), guess._replace(columns=valueless))


def test_a_line_said_by_hand_that_is_not_there_is_refused_as_if_nothing_was_said():
    with pytest.raises(tables.Unreadable) as refused:
        read_by_hand(odd_table(), Assignment(1, 99, BY_HAND))
    assert refused.value.code == "no_table"


def test_a_header_that_is_understood_is_shown_as_it_was_taken_and_can_be_changed():
    content = odd_table("一级指标\t二级指标\t三级指标\t指标值\t分值")
    columns = the_columns(content)
    assert columns.is_read
    assert columns.assignment.columns == BY_HAND
    assert read(content).assignments == (columns.assignment,)
    changed = columns.assignment._replace(columns=(*BY_HAND[:4], Field.IGNORED))
    document = read_by_hand(content, changed)
    assert {one.weight for _, _, one in document.plans[0].indicators()} == {None}


def test_a_file_in_which_no_line_can_be_a_header_shows_no_columns():
    assert tables.columns("今天没有表格。\n明天也没有。\n".encode(), name="a.txt") == ()


def test_a_file_with_a_secrecy_mark_shows_no_columns():
    with pytest.raises(tables.Unreadable) as refused:
        tables.columns(odd_table(above="机密★3年\n" + ABOVE), name="a.txt")
    assert refused.value.code == "secret"


# -- remembering


def test_what_was_said_by_hand_is_found_again_for_a_file_with_the_same_header():
    said = the_columns(odd_table()).assignment._replace(columns=BY_HAND)
    other = odd_table(above="另一张表\n" + ABOVE, rows=ROWS[:2])
    present = [columns.assignment for columns in tables.columns(other, name="b.txt")]
    again = assignments.remembered([said], present)
    assert [(each.line, each.columns) for each in again] == [(6, BY_HAND)]
    document = read_by_hand(other, *again)
    assert [name for name, _, _ in wordings(document)] == ["巡检次数", "合格率"]
    assert assignments.remembered([said], document.assignments) == ()


def test_blanks_stars_and_the_year_do_not_make_another_header():
    one = Assignment(1, 3, BY_HAND, ("一级 指标", "2025年目标", "★名称", "值："))
    other = Assignment(2, 9, BY_HAND, ("一级指标", "2026年目标", "名称", "值"))
    assert one.key == other.key == "一级指标|年目标|名称|值"


def test_a_header_for_the_year_and_one_for_the_whole_cycle_are_not_the_same():
    annual, cycle = (Assignment(1, 3, BY_HAND, (f"{word}指标值",)) for word in ("年度", "实施周期"))
    assert annual.key != cycle.key


def test_another_header_or_one_without_labels_takes_nothing():
    said = Assignment(1, 3, BY_HAND, ("大类", "小类", "考核点", "要求", "打分"))
    assert assignments.remembered([said], [said._replace(labels=("大类",), columns=())]) == ()
    bare = Assignment(1, 3, BY_HAND)
    assert assignments.remembered([bare], [bare._replace(columns=())]) == ()


def test_the_last_said_counts():
    labels = ("甲", "乙")
    first = Assignment(1, 3, (Field.NAME, Field.VALUE), labels)
    last = Assignment(1, 3, (Field.VALUE, Field.NAME), labels)
    (found,) = assignments.remembered([first, last], [Assignment(2, 7, (Field.KEPT, Field.KEPT), labels)])
    assert (found.grid, found.line, found.columns) == (2, 7, last.columns)


def test_an_assignment_comes_back_from_its_json():
    said = Assignment(1, 5, BY_HAND, ("大类", "小类", "考核点", "要求", "打分"))
    assert assignments.from_json(said.as_json()) == said


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"grid": 0, "line": 1, "columns": []},
        {"grid": 1, "line": True, "columns": []},
        {"grid": 1, "line": 1, "columns": "name"},
        {"grid": 1, "line": 1, "columns": ["nonsense"]},
        {"grid": 1, "line": 1, "columns": ["name"] * 101},
    ],
)
def test_what_is_no_assignment_is_refused(form):
    with pytest.raises(ValueError, match=r"."):
        assignments.from_json(form)
