"""`shixiao verify-bundle`: the stand-alone verifier, in the words of this command line."""

from __future__ import annotations

import json

from shixiao.engine.bilingual import ENGLISH, Text
from shixiao.engine.bundles import verify
from shixiao.site.cli.grammar import Wishes
from shixiao.site.cli.refusal import CLEAN, ERRORS_FOUND, Refused
from shixiao.site.cli.terminal import Terminal


def run(wishes: Wishes, terminal: Terminal) -> int:
    """Print what agrees and what does not; the exit status says which. Raises Refused for a file that is no bundle."""
    shown = wishes.chosen("openings")
    try:
        raw, bundle = verify.read(wishes.words("FILE")[0])
        openings = verify.read(shown)[1] if shown else None
        report = verify.verify(bundle, raw, openings)
    except verify.Unreadable as refused:
        raise Refused(Text(refused.zh, refused.en)) from None
    if wishes.chosen("format") == "json":
        terminal.line(json.dumps(verify.as_json(report, bundle), ensure_ascii=False, indent=1))
    else:
        for line in verify.as_text(report, bundle, english=terminal.language.startswith(ENGLISH)):
            terminal.line(line)
    return ERRORS_FOUND if report.differences else CLEAN
