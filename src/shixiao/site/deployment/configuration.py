"""What the settings of the installation say: debugging, the key, the names, HTTPS."""

import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from shixiao.engine.bilingual import Text
from shixiao.site import certificates
from shixiao.site.deployment.concerns import Concern, error, warning

LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1"}
SHORTEST_KEY, FEWEST_CHARACTERS = 50, 5  # as Django counts


def concerns(*, now: datetime) -> Iterator[Concern]:
    """One after the other."""
    if settings.DEBUG:
        yield _DEBUG
    yield from _secret_key()
    yield from _hosts()
    yield from _https()
    yield from _certificates(now=now)


_DEBUG = error(
    "site.debug",
    Text("调试模式开着（SHIXIAO_DEBUG）。", "Debugging is on (SHIXIAO_DEBUG)."),
    Text("出错的页面会把设置和数据显示给任何人。", "A page that fails shows settings and data to anybody."),
    Text("去掉 SHIXIAO_DEBUG，重新启动。", "Remove SHIXIAO_DEBUG and start again."),
)


# ---- the key that signs sessions -------------------------------------------------------------------------------


def _secret_key() -> Iterator[Concern]:
    key, given = settings.SECRET_KEY, os.environ.get("SHIXIAO_SECRET_KEY", "")
    path = Path(settings.HOME) / "secret-key"
    where = (
        Text("环境变量 SHIXIAO_SECRET_KEY", "the environment (SHIXIAO_SECRET_KEY)")
        if given
        else Text(f"文件 {path}", f"the file {path}")
    )
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS:
        yield error(
            "site.secret-key",
            Text(f"签名密钥太弱（{len(key)} 个字符，来自{where.zh}）。", f"The signing key is weak ({len(key)} characters, from {where.en})."),
            Text("猜到它的人可以冒充任何人登录。", "Whoever guesses it can sign in as anybody."),
            Text(
                "换成至少 50 个随机字符；或去掉 SHIXIAO_SECRET_KEY，删除 secret-key 文件，下次启动会自动生成。",
                "Take at least 50 random characters; or remove SHIXIAO_SECRET_KEY and the file secret-key, and the next "
                "start makes one.",
            ),
        )  # fmt: skip
    if not given and os.name == "posix" and path.is_file() and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
        yield error(
            "site.secret-key-file",
            Text(f"签名密钥文件 {path} 的权限是 {mode:04o}。", f"The key file {path} has the mode {mode:04o}."),
            Text("能读到它的人可以冒充任何人登录。", "Whoever reads it can sign in as anybody."),
            Text(f"chmod 600 {path}", f"chmod 600 {path}"),
        )


# ---- names and HTTPS -------------------------------------------------------------------------------------------


def _hosts() -> Iterator[Concern]:
    hosts = set(settings.ALLOWED_HOSTS)
    if "*" in hosts:
        yield error(
            "site.hosts-any",
            Text("SHIXIAO_HOSTS 里有 *，接受任何名称。", "SHIXIAO_HOSTS holds *, so every name is accepted."),
            Text(
                "别人可以用伪造的名称让系统生成指向外面的链接。",
                "With a forged name somebody can make the server write links that lead elsewhere.",
            ),
            Text(
                "在 SHIXIAO_HOSTS 里写明真正使用的名称和地址。",
                "Name in SHIXIAO_HOSTS the names and addresses really used.",
            ),
        )
    elif hosts <= LOOPBACK:
        yield warning(
            "site.hosts",
            Text("没有设置 SHIXIAO_HOSTS，只有本机能访问。", "SHIXIAO_HOSTS is not set: only this machine can come."),
            Text(
                "别的机器，或前面的代理用别的名称转来的请求，都会得到 400。",
                "Other machines, and requests that a proxy hands on under another name, are answered with 400.",
            ),
            Text("SHIXIAO_HOSTS=jixiao.example.cn,10.1.2.3", "SHIXIAO_HOSTS=plans.example.cn,10.1.2.3"),
        )


def _https() -> Iterator[Concern]:
    if settings.BEHIND_HTTPS or settings.SHIXIAO_LAN or set(settings.ALLOWED_HOSTS) <= LOOPBACK:
        return
    yield error(
        "site.https",
        Text("别的机器用不加密的 HTTP 访问。", "Other machines come over plain HTTP."),
        Text(
            "口令和数据在网上可以被看到和改动；手机的相机和离线页面也不能用。",
            "Passwords and figures can be read and changed on the way; cameras and offline pages of phones do not work.",
        ),
        Text(
            "在前面放一个 HTTPS 代理并设 SHIXIAO_HTTPS=1；或者用 --lan，由本机签发证书（docs/howto/lan.md）。",
            "Put an HTTPS proxy in front and set SHIXIAO_HTTPS=1; or use --lan, which makes a certificate here "
            "(docs/howto/lan.md).",
        ),
    )


def _certificates(*, now: datetime) -> Iterator[Concern]:
    try:
        server = certificates.server_of(Path(settings.CERTIFICATES))
    except (certificates.BrokenCertificates, OSError) as broken:
        yield warning(
            "site.certificate",
            Text(f"证书文件读不出来：{broken}。", f"The certificates cannot be read: {broken}."),
            Text("--lan 不能启动，或会换一张证书。", "--lan does not start, or takes another one."),
            Text(
                "从备份恢复它；或删除 certificates 文件夹，重新启动，并在每台设备上重新安装证书。",
                "Restore it from the backup; or delete the folder certificates, start again, and install the new "
                "certificate on every device.",
            ),
        )
        return
    if settings.SHIXIAO_LAN and server is not None and now > server.not_valid_after_utc - certificates.RENEWED_BEFORE:
        on = server.not_valid_after_utc.date().isoformat()
        yield warning(
            "site.certificate",
            Text(f"服务器证书 {on} 到期。", f"The server's certificate ends on {on}."),
            Text("过期以后浏览器不再打开页面。", "Afterwards browsers open no page."),
            Text("重新启动一次，证书会自动更新。", "Start the server again: it makes a new one."),
        )
