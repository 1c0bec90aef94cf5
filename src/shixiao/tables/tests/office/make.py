"""Makes the files beside this script: the Guangzhou table as LibreOffice saves it after opening what we wrote.

    python src/shixiao/tables/tests/office/make.py

Needs LibreOffice (soffice). The files are kept, so that the tests need it not.
"""

import subprocess
import tempfile
from pathlib import Path

from shixiao import tables

HERE = Path(__file__).parent
# What we write → what LibreOffice makes of it, by the name of its filter.
SAVED = {
    "xlsx": {"xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "html": "HTML (StarCalc)"},
    "docx": {"docx": "MS Word 2007 XML", "html": "HTML (StarWriter)"},
    "html": {"docx": "MS Word 2007 XML"},
}


def main() -> None:
    """One run of LibreOffice for each file."""
    document = tables.read(tables.samples.guangzhou(), name="guangzhou-2026.txt")
    with tempfile.TemporaryDirectory() as folder:
        for written, targets in SAVED.items():
            source = Path(folder, f"guangzhou-from-{written}.{written}")
            source.write_bytes(tables.write(document, format=written))
            for suffix, name in targets.items():
                converted(source, suffix, name, folder)


def converted(source: Path, suffix: str, name: str, folder: str) -> None:
    """Opens `source` in LibreOffice and saves it beside this script."""
    out = Path(folder, "out")
    profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
    reader = ["--infilter=HTML (StarWriter)"] if source.suffix == ".html" else []
    command = [
        "soffice",
        profile,
        "--headless",
        *reader,
        "--convert-to",
        f"{suffix}:{name}",
        "--outdir",
        str(out),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    content = (out / f"{source.stem}.{suffix}").read_bytes()
    (HERE / f"{source.stem}.{suffix}").write_bytes(content)


if __name__ == "__main__":
    main()
