"""From the first page over every link, as one person: each page once, and of many alike only some."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import Resolver404, resolve

from shixiao.site.tests.security.asking import ask
from shixiao.site.tests.security.forms import links

MOST = 400


def crawl(browser: Client, *, most_alike: int = 1) -> Iterator[tuple[str, str, Any]]:
    """From where, to where, and the answer; redirects are followed as one more link.

    So many pages of one address are looked at: the hundredth case shows what the first ones show.
    """
    waiting, seen, alike = [("", "/")], {"/"}, Counter[str]()
    while waiting and sum(alike.values()) < MOST:
        source, where = waiting.pop(0)
        alike[_sort(where)] += 1
        answer = ask(browser, "GET", where)
        yield source, where, answer
        told = [answer.headers["Location"]] if answer.status_code in {301, 302} else []
        if "text/html" in answer.headers.get("Content-Type", ""):
            told += links(answer.whole.decode(), where)
        for each in told:
            if each not in seen and alike[_sort(each)] + sum(_sort(w) == _sort(each) for _s, w in waiting) < most_alike:
                seen.add(each)
                waiting.append((where, each))


def _sort(where: str) -> str:
    """The route, and which words stand behind the question mark: two cases are alike, a list and its filter are not."""
    path, _mark, query = where.partition("?")
    try:
        route = resolve(path).route
    except Resolver404:
        route = path
    return route + "?" + "&".join(sorted({re.split("=", part)[0] for part in query.split("&") if part}))
