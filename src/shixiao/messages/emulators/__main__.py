"""`python -m shixiao.messages.emulators` starts both, for a demonstration by hand; Ctrl-C ends them."""

import argparse
import sys
from contextlib import ExitStack, suppress
from threading import Event

from shixiao.messages.emulators import Faults, Sms, WeCom
from shixiao.messages.emulators.courier import on_this_machine
from shixiao.messages.emulators.sealing import new_key


def main() -> int:
    """Says where they listen and with what they are to be called, and waits."""
    options = _options()
    faults = [Faults.none() if options.calm else Faults(options.seed) for _ in range(2)]
    with ExitStack() as both, suppress(KeyboardInterrupt):
        wecom = both.enter_context(WeCom(faults=faults[0], port=options.wecom_port))
        sms = both.enter_context(Sms(faults=faults[1], port=options.sms_port))
        key = options.key or new_key()
        if options.callback:
            wecom.callback_to(options.callback, token=options.token, key=key)
        if options.reports:
            sms.reports_to(options.reports)
        if options.generic_reports:
            sms.reports_to(options.generic_reports, generic=True)
        _say(
            wecom, sms, token=options.token, key=key, misbehaving="no" if options.calm else f"yes, seed {options.seed}"
        )
        Event().wait()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m shixiao.messages.emulators", description=__doc__)
    parser.add_argument("--calm", action="store_true", help="nothing goes wrong")
    parser.add_argument("--seed", type=int, default=0, help="which faults; the same seed makes the same ones")
    parser.add_argument("--wecom-port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--sms-port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--callback", type=on_this_machine, help="where callbacks of WeCom go, on this machine")
    parser.add_argument("--token", default="emulated", help="what callbacks are signed with")
    parser.add_argument("--key", help="what callbacks are sealed with, 43 characters; made anew where it is not given")
    parser.add_argument("--reports", type=on_this_machine, help="where delivery reports of 云MAS go, on this machine")
    parser.add_argument("--generic-reports", type=on_this_machine, help="and those of the generic gateway")
    return parser.parse_args()


def _say(wecom: WeCom, sms: Sms, *, token: str, key: str, misbehaving: str) -> None:
    rows = [
        ("WeCom", wecom.address),
        ("corpid", wecom.corporation),
        ("corpsecret", wecom.secret),
        ("agentid", str(wecom.agent)),
        ("sign-in", f"{wecom.address}/connect/oauth2/authorize"),
        ("callback token", token),
        ("callback key", key),
        ("SMS", sms.address),
        ("云MAS", f"{sms.address}/sms/norsubmit, {sms.address}/sms/tmpsubmit"),
        ("ecName, apId, secretKey", f"{sms.corporation}, {sms.account}, {sms.secret}"),
        ("sign, templateId", f"{', '.join(sms.signs)}, {', '.join(sms.templates)}"),
        ("generic", f"{sms.address}{sms.path} (Authorization: Bearer {sms.secret})"),
        ("misbehaving", misbehaving),
    ]
    sys.stdout.write("".join(f"{name:<24}{value}\n" for name, value in rows))
    sys.stdout.write("Open the two addresses in a browser to see what arrives. Ctrl-C ends both.\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
