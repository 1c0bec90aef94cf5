"""The disk is full: everybody is told, nothing is half done, reading goes on; and with room it goes on where it stopped."""

import os
import pwd
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from uuid import uuid4

import psycopg
import pytest

from shixiao.site.tests.disasters.clusters import Cluster
from shixiao.site.tests.disasters.disks import Disk, small_disk
from shixiao.site.tests.disasters.households import House
from shixiao.site.tests.processes import LONGEST, Browser

pytestmark = [pytest.mark.cluster, pytest.mark.disk]

SMALL_FILES = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
runpy.run_module("shixiao", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def disk() -> Iterator[Disk]:
    """One that is soon full."""
    with small_disk() as made:
        yield made


@pytest.fixture
def crowded(
    disk: Disk, cluster: Cluster, house_on: Callable[[str], House], request: pytest.FixtureRequest
) -> Iterator[House]:
    """A house whose database, and where that is a file everything else, lies on the small disk; so does what its processes say."""
    if request.param == "sqlite":
        here = house_on("")
        home = here.folder / "home"
        shutil.move(home, disk.folder / "home")
        home.symlink_to(disk.folder / "home")
        here.logs = disk.folder
        yield here
        here.end()
        return
    here, name = house_on(cluster.url), f"small_{uuid4().hex}"
    space = disk.folder / "space"
    space.mkdir()
    if os.geteuid() == 0:
        disk.folder.chmod(0o755)
        owner = pwd.getpwnam("postgres")
        os.chown(space, owner.pw_uid, owner.pw_gid)
    database = here.database.rpartition("/")[2]
    with psycopg.connect(cluster.url, autocommit=True) as owner_of_all:
        owner_of_all.execute(f"CREATE TABLESPACE {name} LOCATION '{space}'")
        owner_of_all.execute(f'ALTER DATABASE "{database}" SET TABLESPACE {name}')
        here.logs = disk.folder
        yield here
        here.end()
        owner_of_all.execute(f'ALTER DATABASE "{database}" SET TABLESPACE pg_default')
        owner_of_all.execute(f"DROP TABLESPACE {name}")


@pytest.mark.parametrize("crowded", ["sqlite", "postgresql"], indirect=True)
def test_on_a_full_disk_nothing_is_half_done_and_reading_goes_on(crowded: House, disk: Disk) -> None:
    here = crowded
    here.shift(0)
    server, worker = here.serve(), here.work()
    person = here.signed_in("clerk")
    registered = here.register("before")
    assert registered.status == 201

    disk.fill()
    kept = ["before"]
    for number in count():  # what is free inside its files is used first
        answer = here.register(f"{number}")
        if answer.status != 201:
            break
        kept.append(f"{number}")
    assert (answer.status, answer.problem(), answer.headers["retry-after"]) == (503, "disk-full", "120")
    here.shift(120)  # a session notes its use once a minute
    case = re.search(r'"id":(\d+)', registered.body)
    assert case
    for address in ("/todo/", f"/cases/{case[1]}/", "/todo/"):
        status, page, _ = person.ask("GET", address)
        assert status == 200, page
    assert here.call("GET", f"/api/v1/cases/{case[1]}").status == 200
    page_of_a_person_who_saves(here, person, case[1])
    file_is_refused(here, person, case[1])

    disk.make_room()
    kept.append(f"{number}")
    assert here.register(f"{number}").status == 201
    assert person.ask("GET", "/todo/")[0] == 200
    assert (server.poll(), worker.poll()) == (None, None)
    here.check_payments(kept)
    here.is_verified()


def page_of_a_person_who_saves(house: House, person: Browser, case: str) -> None:
    """A remark long enough for no gap in a file."""
    address = f"/cases/{case}/remarks/add/"
    token = csrf(person, address)
    for _ in range(20):
        status, page, headers = person.ask("POST", address, {"remark": "很长的话" * 400, "csrfmiddlewaretoken": token})
        if status != 302:
            break
    assert (status, headers["retry-after"]) == (503, "120")
    assert "服务器的磁盘满了" in page
    assert "填写的内容还在" in page


def file_is_refused(house: House, person: Browser, case: str) -> None:
    """The sentence says why; there is neither a row nor a draft."""
    address = f"/cases/{case}/files/add/"
    parts = {"csrfmiddlewaretoken": ("", csrf(person, address)), "file": ("说明.txt", "内容" * 100_000)}
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"{f"""; filename="{file}" """ if file else ""}\r\n\r\n{content}\r\n'
        for name, (file, content) in parts.items()
    )
    cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    browser = Browser(house.port)
    headers = {"Cookie": cookies, "Content-Type": "multipart/form-data; boundary=x"}
    browser.connection.request("POST", address, f"{body}--x--\r\n".encode(), headers)
    response = browser.connection.getresponse()
    page = response.read().decode()
    browser.connection.close()
    assert response.status in (422, 503)
    assert "磁盘快满了" in page or "服务器的磁盘满了" in page
    assert house.rows("SELECT count(*) FROM casework_attachment") == [(0,)]
    assert list((house.folder / "home" / "attachments" / "incoming").glob("*")) == []


def csrf(person: Browser, address: str) -> str:
    """What the form of that page carries."""
    status, page, _ = person.ask("GET", address)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert (status, bool(token)) == (200, True), page
    assert token
    return token[1]


def test_a_backup_that_finds_no_room_is_none_and_names_the_place_and_the_next_step(
    house_on: Callable[[str], House], disk: Disk
) -> None:
    here = house_on("")
    status, said = here.done("backup", "--to", disk.folder / "backups")
    assert status == 2
    assert f"The disk of {disk.folder / 'backups'} is nearly full" in said
    assert "--to" in said
    assert [path.name for path in (disk.folder / "backups").iterdir()] == [".lock"]


def test_a_backup_that_runs_out_of_room_leaves_nothing_half(house_on: Callable[[str], House]) -> None:
    """No file may grow beyond what its list of contents needs."""
    here = house_on("")
    place = here.folder / "backups"
    process = here.start("backup", "--to", place, ready="", before=("-c", SMALL_FILES))
    assert process.wait(timeout=LONGEST) == 2
    said = here.said(process)
    assert f"The disk of {place} is nearly full" in said
    assert "Traceback" not in said
    assert [path.name for path in place.iterdir()] == [".lock"]
    status, said = here.done("backup", "--to", place)
    assert status == 0, said
    whole = next(path for path in place.iterdir() if path.is_dir())
    unfinished = whole.rename(place / f".unfinished-{whole.name}")
    (unfinished / "manifest.json").unlink()  # it is written last
    status, said = here.done("restore", unfinished, SHIXIAO_HOME=str(here.folder / "another"))
    assert status == 2
    assert str(unfinished) in said
