"""A text with a mark of secrecy is known at the door."""

import pytest

from shixiao.engine.secrecy import is_labelled, is_marked


@pytest.mark.parametrize(
    "text",
    [
        "密级：机密",
        "密 级  绝密",
        "秘密★10年",
        "机密 ★",
        "【机密】关于某事的请示",
        "（秘密）通知",
        "题目\n机密\n正文",
        "绝密 长期",
    ],
)
def test_a_mark_is_seen(text: str) -> None:
    assert is_marked(text)


@pytest.mark.parametrize(
    "text",
    ["", "保密工作", "核心指标★", "密级：公开", "做好机密文件管理", "侵犯商业秘密", "秘密战线史料征集", "机密级以下"],
)
def test_a_word_in_a_sentence_is_no_mark(text: str) -> None:
    assert not is_marked(text)


def test_a_cell_that_is_the_bare_word_is_no_label() -> None:
    assert not is_labelled("秘密")
    assert is_labelled("密级：秘密")
