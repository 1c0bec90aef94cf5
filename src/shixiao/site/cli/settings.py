"""shixiao.toml: what an office has decided about checking."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from shixiao.engine import lint
from shixiao.engine.bilingual import Text
from shixiao.site.cli.refusal import Refused, failure_of, nearest

NAME = "shixiao.toml"
_TABLES = ("lint",)


def settings_for(path: str | None) -> lint.Settings:
    """The settings in `path`; without it in the shixiao.toml of this folder or the nearest one above; else the
    defaults. Raises Refused naming the file and what is wrong in it."""
    found = path or _found_above()
    if found is None:
        return lint.DEFAULT
    content = _content(found)
    for name in content:
        if name not in _TABLES:
            near = nearest(name, _TABLES)
            raise Refused(
                Text(f"{found}：没有“{name}”这一节，", f"{found}: there is no section {name!r};"),
                Text(f"最接近的是 [{near}]。", f"the nearest is [{near}]."),
            )
    table = content.get("lint", {})
    if not isinstance(table, Mapping):
        raise Refused(
            Text(f"{found}：lint 应是一节，", f"{found}: lint must be a section;"),
            Text("写成 [lint]。", "write [lint]."),
        )
    try:
        return lint.Settings.from_mapping(table)
    except lint.SettingsRefused as refused:
        raise refused_of(refused, found) from None


def refused_of(refused: lint.SettingsRefused, where: str) -> Refused:
    """The linter's refusal with the place where the person wrote it."""
    return Refused(
        Text(f"{where}：{refused.text.zh}，", f"{where}: {refused.text.en};"),
        Text(f"{refused.next_step.zh}。", f"{refused.next_step.en}."),
    )


def _found_above() -> str | None:
    try:
        folder = os.getcwd()  # noqa: PTH109 - pathlib would be loaded for these lines only
    except FileNotFoundError:
        return None  # somebody removed the folder we stand in
    while not os.path.isfile(candidate := os.path.join(folder, NAME)):  # noqa: PTH113, PTH118
        above = os.path.dirname(folder)  # noqa: PTH120
        if above == folder:
            return None
        folder = above
    return candidate


def _content(path: str) -> dict[str, Any]:
    import tomllib  # only an office with settings pays for it

    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(
            Text(f"{path}：不是正确的 TOML（{error}）。", f"{path}: this is not TOML ({error})."),
            Text("请按这个位置修改。", "Correct it at that place."),
        ) from None
    except OSError as error:
        said = failure_of(error)
        raise Refused(
            Text(f"打不开设置文件 {path}：{said.zh}。", f"the settings file {path} cannot be opened: {said.en}."),
            Text("请核对 --config。", "Check --config."),
        ) from None
