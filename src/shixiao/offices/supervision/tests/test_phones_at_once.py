"""Two tabs and a worker send the same report at the same moment: one event, one photo, and each hears that it arrived."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from shixiao.casework.models import Attachment, Case, Received
from shixiao.casework.performing import events_of
from shixiao.casework.tests.some_files import picture
from shixiao.offices.supervision.tests.conftest import People, Take, through
from shixiao.people.models import User

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 3


def test_the_same_report_at_once_is_one_event(
    propose: Callable[..., Case],
    take: Take,
    people: People,
    signed_in: Callable[[User], Client],
    now: datetime,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SHIXIAO_ATTACHMENTS = tmp_path / "attachments"
    monkeypatch.setattr(timezone, "now", lambda: now)
    case = through(propose(at=now - timedelta(hours=2)), take, people, until="accept", at=now - timedelta(hours=1))
    browsers, start, content = (
        [signed_in(people.handler) for _each in range(AT_ONCE)],
        Barrier(AT_ONCE),
        picture("JPEG"),
    )

    def send(browser: Client) -> tuple[int, str]:
        told = {"key": "one-key-for-all", "progress": "同时到", "photo": SimpleUploadedFile("现场.jpg", content)}
        start.wait()
        try:
            answer = browser.post(f"/cases/{case.pk}/progress/send/", told, HTTP_ACCEPT="application/json")
            return answer.status_code, answer.content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        came = list(threads.map(send, browsers))
    assert [status for status, _text in came] == [200] * AT_ONCE, came
    assert events_of(case).filter(kind="supervision.progressed").count() == 1
    assert (Attachment.objects.filter(case=case).count(), Received.objects.count()) == (1, 1)
