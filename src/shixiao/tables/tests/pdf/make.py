"""Makes the PDF files of this folder anew, with LibreOffice and Chromium: `python -m shixiao.tables.tests.pdf.make`.

The files are committed, so that the tests need neither program. A newer version of either may print them differently:
then look at what changed before committing.
"""

from __future__ import annotations

import html
import shutil
import subprocess
import tempfile
from pathlib import Path

from shixiao import tables

HERE = Path(__file__).parent
STYLE = """
@page {{ size: A4 {turn}; margin: 1.5cm }}
body {{ font-family: "WenQuanYi Micro Hei"; font-size: {size}pt }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed }}
td, th {{ border: 1px solid black; padding: 2pt; overflow-wrap: anywhere; vertical-align: {align} }}
p, h3 {{ margin: 3pt 0 }}
"""
# In hundredths of the page's width.
GUANGDONG = (11, 7, 7, 6, 6, 22, 41)
USUAL = (14, 16, 21, 18, 13, 18)


def document(body: str, *, turn: str, size: int = 9, align: str = "middle") -> str:
    style = STYLE.format(turn=turn, size=size, align=align)
    return f'<!doctype html><html><head><meta charset="utf-8"><style>{style}</style></head><body>{body}</body></html>'


def guangzhou(*, repeat: bool) -> str:
    """The published table of Guangzhou; its header row is at the top of each page, or of the first only."""
    rows = [line.split("\t") for line in tables.samples.guangzhou().decode().split("\n") if "\t" in line]
    header = rows[0]
    lines = ["".join(f"<td>{cell}</td>" for cell in row + [""] * (7 - len(row))) for row in rows[1:] if row != header]
    head = "".join(f"<th>{cell}</th>" for cell in header)
    columns = "".join(f'<col width="{width}%">' for width in GUANGDONG)
    top = f"<thead><tr>{head}</tr></thead>" if repeat else f"<tr>{head}</tr>"
    return (
        "<h3>项目支出绩效目标表（含转移支付项目）</h3><p>部门名称：广州市人民政府办公厅</p><p>单位：万元</p>"
        f'<table border="1" cellspacing="0" cellpadding="2">{columns}{top}'
        f"<tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>"
    )


# What the form of each project says: class → kind → name, value, unit, note. The names are long enough to wrap.
FORM = (
    ("产出指标", (
        ("数量指标", (("完成全市政务信息系统等级保护测评的系统数量", "≥12", "个", "按年度计划"), ("巡检次数", "=4", "次", ""))),
        ("质量指标", (("测评通过率", "≥95", "%", "通过数÷总数"), ("故障在规定时间内得到处理的比例", "≥98", "%", ""))),
        ("时效指标", (("年度任务完成时间", "2026年12月31日前", "", ""),)),
    )),
    ("效益指标", (("社会效益指标", (("因系统停用而受影响的服务事项数量", "≤1", "件", ""),)),)),
    ("满意度指标", (("服务对象满意度指标", (("使用单位满意度", "≥90", "%", "问卷"),)),)),
)  # fmt: skip


def forms(count: int) -> str:
    """The usual form with a row for each indicator and merged cells, one project below the other."""
    blocks = [
        f"<h3>项目支出绩效目标申报表</h3><p>（2026年度）　金额单位：万元</p>{_form(number)}"
        for number in range(1, count + 1)
    ]
    return "<br>".join(blocks)


def _form(number: int) -> str:
    rows = [
        f'<td>项目名称</td><td colspan="5">政务信息系统运行维护项目之{number}</td>',
        '<td>主管部门</td><td colspan="2">某市政务服务和数据管理局</td><td>实施单位</td><td colspan="2">某市信息中心</td>',
        f'<td rowspan="2">项目资金</td><td colspan="2">年度资金总额</td><td colspan="3">{number}20.50</td>',
        f'<td colspan="2">其中：财政拨款</td><td colspan="3">{number}20.50</td>',
        (
            '<td>年度总体目标</td><td colspan="5">目标1：保障系统稳定运行。<br>目标2：完成等级保护测评，及时整改测评中发现的问题，'
            "使全市政务信息系统的安全水平达到国家规定的要求，并在全年保持。</td>"
        ),
        "<td>一级指标</td><td>二级指标</td><td>三级指标</td><td>指标值</td><td>单位</td><td>备注</td>",
    ]
    for level1, kinds in FORM:
        height = sum(len(found) for _, found in kinds)
        first = f'<td rowspan="{height}">{level1}</td>'
        for level2, found in kinds:
            second = f'<td rowspan="{len(found)}">{level2}</td>'
            for row in found:
                rows.append(first + second + "".join(f"<td>{html.escape(cell)}</td>" for cell in row))
                first = second = ""
    columns = "".join(f'<col width="{width}%">' for width in USUAL)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<table border="1" cellspacing="0" cellpadding="2">{columns}{body}</table>'


FILES = {
    "guangzhou-landscape": document(guangzhou(repeat=True), turn="landscape"),
    "guangzhou-portrait": document(guangzhou(repeat=False), turn="portrait", size=8, align="top"),
    "forms": document(forms(5), turn="portrait", size=11),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in FILES.items():
            page = Path(folder, f"{name}.html")
            page.write_text(content, encoding="utf-8")
            by_libreoffice(page, HERE / f"{name}-libreoffice.pdf")
            by_chromium(page, HERE / f"{name}-chromium.pdf")


def by_libreoffice(page: Path, target: Path) -> None:
    profile = f"-env:UserInstallation=file://{page.parent}/profile"
    how = ["--headless", "--infilter=HTML (StarWriter)", "--convert-to", "pdf:writer_pdf_Export"]
    subprocess.run(["soffice", profile, *how, "--outdir", page.parent, page], check=True, capture_output=True)
    shutil.move(page.with_suffix(".pdf"), target)


def by_chromium(page: Path, target: Path) -> None:
    how = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={target}"]
    subprocess.run(["chromium", *how, f"--user-data-dir={page.parent}/chromium", page], check=True, capture_output=True)


if __name__ == "__main__":
    main()
