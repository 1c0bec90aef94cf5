"""Web pages: as offices publish them, as Word and Excel save them, as a person copies a piece of one."""

import time

import pytest

from shixiao import tables
from shixiao.tables.tests.making import ABOVE, HEADER, ONE, TOTAL, TWO, UNIT, project, read, shape, small, wordings
from shixiao.tables.tests.making_word import ROWS, small_page

SMALL = read(small())


def page(table: str, *, head: str = '<meta charset="utf-8">', above: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{above}{table}</body></html>".encode()


def cells(*lines: list[str]) -> str:
    return "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines)


TABLE = f"<table>{cells(*ROWS)}</table>"
PROSE = "".join(f"<p>{line}</p>" for line in ABOVE.strip().split("\n"))


def same(document: tables.Document) -> bool:
    return wordings(document) == wordings(SMALL) and shape(document) == shape(SMALL)


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("says", ["utf-8", "gb2312", ""])
def test_the_encoding_is_told_by_the_bytes_whatever_the_page_says(encoding: str, says: str) -> None:
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={says}">' if says else ""
    text = f"<html><head>{head}</head><body>{PROSE}{TABLE}</body></html>"
    assert same(read(text.encode(encoding)))


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(f"<div><table><tr><td><div>{PROSE}</div>{TABLE}</td><td>栏目 导航</td></tr></table></div>", id="layout"),
        pytest.param(f"{PROSE}<table><thead>{cells(ROWS[0])}</thead><tbody>{cells(*ROWS[1:])}</tbody></table>", id="parts"),
        pytest.param(PROSE + TABLE.replace("<td>", "<TD style='mso-x:1' class=xl65>").replace("</td>", ""), id="unclosed"),
        pytest.param(PROSE + TABLE.replace("<td>", "<td><p class=MsoNormal><span lang=EN-US>").replace("</td>", "<o:p></o:p></span></p></td>"), id="word"),
        pytest.param(PROSE + TABLE.replace("</tr>", "<![if supportMisalignedColumns]><![endif]></tr>"), id="excel"),
        pytest.param(f"{PROSE}<table>{cells(ROWS[0])}<tr></tr>{cells(*ROWS[1:])}</table><script>var a='<td>x</td>'</script>", id="script"),
        pytest.param(PROSE + TABLE + "<style>td{}</style><noscript><p>x</p></noscript><template><table></table></template>", id="style"),
        pytest.param(PROSE + TABLE.replace("5.00", "&nbsp;5.00&#160;"), id="blanks"),
    ],
)  # fmt: skip
def test_the_table_is_found_in_the_page(table: str) -> None:
    assert same(read(page(table)))


def test_merged_cells_of_a_page_are_one() -> None:
    lines = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>"
        for line in (HEADER.split("\t"), TOTAL.split("\t"), UNIT.split("\t"), project(ONE + TWO).split("\t"))
    )
    title = '<tr><td colspan="7">项目支出绩效目标表</td></tr><tr><td colspan="5">部门名称：甲局</td><td colspan="2">单位：万元</td></tr>'
    document = read(page(f"<table>{title}{lines}</table>"))
    assert same(document)
    assert document.plans[0].department == "甲局"


def test_hidden_text_is_left_out_and_said() -> None:
    hidden = TABLE.replace("保障运行。", '保障运行。<span style="display:none">秘密的话</span>')
    document = read(page(PROSE + hidden))
    assert same(document)
    assert "秘密的话" not in document.plans[0].units[0].projects[0].objective
    assert "hidden_text" in {repair.code for repair in document.repairs}


def test_a_piece_of_a_page_is_read_as_copied() -> None:
    assert same(read((PROSE + TABLE).encode()))


def test_a_page_saved_in_one_file_is_read() -> None:
    import base64

    body = base64.b64encode(small_page()).decode()
    message = (
        "From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}\r\n--b--\r\n"
    )
    assert same(read(message.encode()))


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("<div>" * 200_000, id="deep"),
        pytest.param("<table>" * 20_000, id="tables"),
        pytest.param('<table><tr><td rowspan="99999999" colspan="99999999">x</td></tr></table>', id="spans"),
        pytest.param("<table>" + "<tr><td rowspan=60000>x</td></tr>" * 2_000 + "</table>", id="tall"),
        pytest.param("<td>" * 300_000, id="cells"),
        pytest.param("<!--" * 100_000, id="comments"),
        pytest.param("&lt;" * 200_000, id="entities"),
        pytest.param("<a href='" + "x" * 1_000_000, id="attribute"),
    ],
)
def test_a_hostile_page_ends_soon(hostile: str) -> None:
    begun = time.process_time()
    try:
        read(page(PROSE + hostile + TABLE))
    except tables.Unreadable as refused:
        assert refused.next_step.zh
    assert time.process_time() - begun < 10


def test_what_is_written_as_a_page_is_safe_and_read_back_the_same() -> None:
    attack = "<script>alert(1)</script>&amp;"
    document = read(small().replace("保障运行。", f"保障{attack}运行。"))
    written = tables.write(document, format="html")
    assert b"<script" not in written
    assert wordings(read(written)) == wordings(document)
    goals = [
        [each.objective for _unit, each in plan.projects()] for plan in (document.plans[0], read(written).plans[0])
    ]
    assert goals[0] == goals[1]
