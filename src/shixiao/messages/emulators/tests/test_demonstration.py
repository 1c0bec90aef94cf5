"""Started by hand: it says where it listens, shows what was sent, and ends with Ctrl-C. It needs neither Django nor a database."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from shixiao.messages.emulators import WeCom
from shixiao.messages.emulators.sealing import new_key
from shixiao.messages.emulators.tests.clients import App, Receiver, ask


@pytest.fixture
def started() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "shixiao.messages.emulators", "--calm", "--callback", "http://127.0.0.1:1/"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_it_says_where_it_listens_and_ends_with_an_interrupt(started: subprocess.Popen[str]) -> None:
    assert started.stdout
    said: dict[str, str] = {}
    for line in started.stdout:
        said[line[:24].strip()] = line[24:].strip()
        if line.startswith("Open"):
            break
    assert ask(said["WeCom"] + "/")[0] == ask(said["SMS"] + "/")[0] == 200
    query = urlencode({"corpid": said["corpid"], "corpsecret": said["corpsecret"]})
    assert b'"errcode": 0' in ask(f"{said['WeCom']}/cgi-bin/gettoken?{query}")[2]
    assert (len(said["callback key"]), said["misbehaving"]) == (43, "no")
    started.send_signal(signal.SIGINT)
    assert started.wait(10) == 0
    assert started.stderr
    assert started.stderr.read() == ""


def test_neither_django_nor_the_house_is_loaded() -> None:
    program = (
        "import sys, shixiao.messages.emulators.__main__\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'django', 'lxml', 'requests', 'wechatpy', 'pytest'}))\n"
        "print(*sorted(name for name in sys.modules if name.startswith('shixiao.') and 'emulators' not in name))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["", "shixiao.messages"]


def test_a_person_reads_a_card_and_presses_its_button(wecom: WeCom, app: App, receiver: Receiver) -> None:
    wecom.callback_to(receiver.address, token="t", key=new_key())
    card = app.card("mo-jia", "task-1", "<sign>")["msgid"]
    page = ask(f"{wecom.address}/")[2].decode()
    assert ("模拟甲" in page, "模拟乙" in page, "按钮&lt;sign&gt;" in page, "<sign>" in page) == (
        True,
        False,
        True,
        False,
    )
    pressed = urlencode({"member": "mo-jia", "message": card, "key": "<sign>"}).encode()
    assert ask(f"{wecom.address}/press", pressed)[0] == 303
    wecom.settle()
    assert len(receiver.heard) == 1
    assert (
        ask(f"{wecom.address}/press", urlencode({"member": "mo-jia", "message": "none", "key": "x"}).encode())[0] == 409
    )
