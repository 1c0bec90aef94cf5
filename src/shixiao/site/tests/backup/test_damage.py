"""Whatever happens to a file of a backup, it is noticed before anything is restored, and the file is named."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao.site.backup import manifest, restoring, sealing, streams
from shixiao.site.backup.refusals import CannotRestore, Damaged
from shixiao.site.tests.backup.conftest import PASSPHRASE

Take = Callable[..., object]
NAMES = ("people_user.jsonl.gz", "ledger_event.jsonl.gz", "boards.json.gz", "attachments-00001.tar")


def written(folder: Path, *, is_sealed: bool) -> Path:
    """A small backup, without a database: some files, a manifest, its sums."""
    folder.mkdir()
    key = sealing.new_key(PASSPHRASE) if is_sealed else None
    files = []
    for number, name in enumerate(NAMES):
        writer = streams.Writer(folder, name, key=key)
        writer.write(f'["{name}",{number}]\n'.encode() * (300 * number + 1))
        files.append(writer.close())
    numbers = {"files": 0, "size": 0, "volumes": 1, "absent": [], "absent_count": 0, "broken": []}
    told = manifest.Manifest(
        id="0" * 32, program="1", made_at="2026-06-30T09:00:00+08:00", seconds=1.0, database="sqlite", migrations=[], tables=[], head={},
        boards={"plans": 0, "rows": 0, "sha256": "", "is_told": True}, attachments=numbers, left_out={}, key_of_installation="",
        sealing=key.parameters if key else None, files=files,
    )  # fmt: skip
    from shixiao.site.backup.taking import _conclude

    _conclude(folder, told, key)
    return folder


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "sealed"])
def backup(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("kept") / "shixiao-20260630T010000Z-abcdef", is_sealed=request.param)


@contextmanager
def copy_of(backup: Path) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(shutil.copytree(backup, Path(folder) / backup.name))


def named(path: Path) -> set[str]:
    """The files that are named when somebody would restore it; empty when nothing is noticed."""
    try:
        restoring.open_backup(path, PASSPHRASE)
    except Damaged as damaged:
        return {each.file for each in damaged.damages}
    except CannotRestore as refused:
        return {name for name in (manifest.NAME, manifest.SUMS) if name in refused.text.en and name in refused.text.zh}
    return set()


def test_nothing_is_said_of_a_backup_as_it_was_written(backup: Path) -> None:
    assert named(backup) == set()


every = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(data=st.data())
@every
def test_a_file_that_was_changed_in_any_way_is_named(backup: Path, data: st.DataObject) -> None:
    with copy_of(backup) as copy:
        path = data.draw(st.sampled_from(sorted(copy.iterdir())), label="file")
        content = path.read_bytes()
        how = data.draw(st.sampled_from(["flip", "cut", "append", "insert", "empty", "repeat"]), label="how")
        place = data.draw(st.integers(0, max(len(content) - 1, 0)), label="place")
        match how:
            case "flip":
                changed = (
                    content[:place] + bytes([content[place] ^ data.draw(st.integers(1, 255))]) + content[place + 1 :]
                )
            case "cut":
                changed = content[:place]
            case "append":
                changed = content + data.draw(st.binary(min_size=1, max_size=40))
            case "insert":
                changed = content[:place] + data.draw(st.binary(min_size=1, max_size=40)) + content[place:]
            case "empty":
                changed = b""
            case _:
                changed = content + content
        path.write_bytes(changed)
        assert path.name in named(copy)


@given(data=st.data())
@every
def test_files_that_changed_places_are_both_named(backup: Path, data: st.DataObject) -> None:
    with copy_of(backup) as copy:
        one, other = data.draw(st.lists(st.sampled_from(sorted(copy.iterdir())), min_size=2, max_size=2, unique=True))
        contents = one.read_bytes(), other.read_bytes()
        one.write_bytes(contents[1])
        other.write_bytes(contents[0])
        found = named(copy)
        if {manifest.NAME, manifest.SUMS} & {one.name, other.name}:
            assert {manifest.NAME, manifest.SUMS} & found
        else:
            assert found == {one.name, other.name}


@given(data=st.data())
@every
def test_a_file_that_is_gone_renamed_or_too_many_is_named(backup: Path, data: st.DataObject) -> None:
    with copy_of(backup) as copy:
        path = data.draw(st.sampled_from(sorted(copy.iterdir())), label="file")
        how = data.draw(st.sampled_from(["delete", "rename", "add", "folder", "link"]), label="how")
        other = copy / data.draw(
            st.sampled_from(["x", "people_user.jsonl", ".hidden", "附件", f"{path.name}.old"]), label="other"
        )
        match how:
            case "delete":
                path.unlink()
                assert path.name in named(copy)
            case "rename":
                path.rename(other)
                assert path.name in named(copy)
            case "add":
                other.write_bytes(path.read_bytes())
                assert named(copy) == {other.name}
            case "folder":
                path.unlink()
                path.mkdir()
                assert path.name in named(copy)
            case _:
                other.symlink_to(path.name)
                assert named(copy) == {other.name}


def test_several_are_all_named(backup: Path) -> None:
    with copy_of(backup) as copy:
        changed = sorted(path for path in copy.iterdir() if path.name not in (manifest.NAME, manifest.SUMS))[:3]
        for path in changed:
            path.write_bytes(b"x")
        assert named(copy) == {path.name for path in changed}


# ---- a seal ----------------------------------------------------------------------------------------------------


def test_another_passphrase_opens_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "kept", is_sealed=True)
    with pytest.raises(Damaged, match="passphrase is wrong"):
        restoring.open_backup(path, "another passphrase")
    with pytest.raises(CannotRestore, match="is sealed"):
        restoring.open_backup(path, "")


def test_nobody_else_writes_a_manifest_for_a_sealed_one(tmp_path: Path) -> None:
    """With new sums, as somebody would make them who wants a file forgotten."""
    path = written(tmp_path / "kept", is_sealed=True)
    found = manifest.read(path)
    told = manifest.Manifest(**{**vars(found), "files": found.files[1:]})
    (path / found.files[0].name).unlink()
    (path / manifest.NAME).write_bytes(told.as_bytes())
    (path / manifest.SUMS).write_bytes(manifest.sums(told.as_bytes(), told.files))
    with pytest.raises(Damaged, match=r"manifest\.json"):
        restoring.open_backup(path, PASSPHRASE)


@given(st.integers(0, 3 * sealing.PIECE), st.data())
@settings(deadline=None, max_examples=12)
def test_a_sealed_file_gives_back_what_went_in_and_nothing_else(size: int, data: st.DataObject) -> None:
    key, out = b"k" * 32, bytearray()
    content = bytes(size)
    sealer = sealing.Sealer(key, out.extend)
    cut = data.draw(st.integers(0, size))
    sealer.write(content[:cut])
    sealer.write(content[cut:])
    sealer.finish()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(out)
        with path.open("rb") as file:
            assert b"".join(sealing.opened(file, key, name="x")) == content
        whole = sealing.PIECE + sealing.TAG
        for wrong in (
            out[:-1],
            out[: len(sealing.MAGIC) + whole] if len(out) > len(sealing.MAGIC) + whole else b"",
            out + bytes(20),
        ):
            path.write_bytes(wrong)
            with path.open("rb") as file, pytest.raises(Damaged):
                list(sealing.opened(file, key, name="x"))


def test_a_name_that_leads_elsewhere_is_no_file_of_a_backup(tmp_path: Path) -> None:
    path = written(tmp_path / "kept", is_sealed=False)
    found = manifest.read(path)
    told = manifest.Manifest(**{**vars(found), "files": [streams.Written("../../etc/passwd", 1, "0" * 64)]})
    (path / manifest.NAME).write_bytes(told.as_bytes())
    (path / manifest.SUMS).write_bytes(manifest.sums(told.as_bytes(), told.files))
    with pytest.raises(Damaged, match=r"manifest\.json"):
        manifest.read(path)
