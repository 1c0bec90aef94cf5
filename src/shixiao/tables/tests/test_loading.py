"""A format is loaded when a file needs it: a text pays for nothing else."""

import subprocess
import sys

READ_THE_SAMPLE = """
import sys
from shixiao import tables
tables.read(tables.samples.guangzhou(), name="x")
print("\\n".join(sys.modules))
"""


def loaded() -> set[str]:
    found = subprocess.run([sys.executable, "-c", READ_THE_SAMPLE], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


def test_reading_a_text_loads_no_other_format_and_no_framework():
    modules = loaded()
    assert "shixiao.tables.formats.text" in modules
    assert "shixiao.tables.formats.plan_json" not in modules
    roots = {module.split(".")[0] for module in modules}
    assert not roots & {"django", "docx", "openpyxl", "pdfplumber", "lxml", "zipfile", "asyncio", "html", "jsonschema"}


def test_reading_a_text_does_not_load_the_writer():
    assert "shixiao.tables.layouts.guangdong.writing" not in loaded()
