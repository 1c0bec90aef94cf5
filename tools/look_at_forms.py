"""Draws every page of every form and letter as a picture, to be looked at: `python tools/look_at_forms.py FOLDER [FORM …]`.

Word and Excel are drawn through LibreOffice where the machine has it (`soffice`), PDF by pdfium. The contents are those of
the tests, awkward on purpose. Needs a working tree.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pypdfium2

from shixiao import forms
from shixiao.forms.tests.making import LETTERS, MAKERS, made


def main(folder: Path, named: list[str]) -> None:
    """Writes the files and their pages into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    office = shutil.which("soffice") or shutil.which("libreoffice")
    for form in named or (*MAKERS, *LETTERS):
        content = LETTERS[form] if form in LETTERS else made(form)
        for kind in forms.KINDS if form in MAKERS else ("docx", "pdf"):
            file = folder / f"{form}.{kind}"
            file.write_bytes(forms.fill(content, kind=kind))
            printed = file if kind == "pdf" else _through(office, file)
            if printed:
                _draw(printed, folder / f"{form}-{kind}")


def _through(office: str | None, file: Path) -> Path | None:
    if not office:
        print(f"{file.name}: LibreOffice is not here, so it is not drawn")
        return None
    into = file.parent / file.suffix[1:]
    subprocess.run(
        [office, "--headless", "--convert-to", "pdf", "--outdir", into, file], check=True, capture_output=True
    )
    return into / f"{file.stem}.pdf"


def _draw(printed: Path, name: Path) -> None:
    with pypdfium2.PdfDocument(printed) as document:
        print(f"{name.name}: {len(document)} pages")
        for number, page in enumerate(document, 1):
            page.render(scale=1.4).to_pil().save(f"{name}-{number}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
