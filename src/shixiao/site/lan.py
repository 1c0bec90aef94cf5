"""`--lan`: HTTPS for the phones of an office, with certificates made here, and how a device learns to trust them."""

import os
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shixiao.engine.bilingual import Text
from shixiao.site import certificates, surroundings
from shixiao.site.certificates import Certificates

FOLDER = "certificates"
ALWAYS = ("localhost", "127.0.0.1", "::1")
ADDRESS_OF_AUTHORITY = "/.well-known/shixiao-ca.crt"


def names(environment: MutableMapping[str, str] = os.environ) -> tuple[str, ...]:
    """How others may call this server: what SHIXIAO_HOSTS says, its addresses, its name, and this machine itself."""
    said = [name.strip() for name in environment.get("SHIXIAO_HOSTS", "").split(",")]
    host = surroundings.host_name()
    return (*filter(None, said), *surroundings.addresses(), host, f"{host.partition('.')[0]}.local", *ALWAYS)


def prepare(home: Path, *, now: datetime, environment: MutableMapping[str, str] = os.environ) -> Certificates:
    """The certificates, and what the workers of the server learn of them through the environment.

    A browser may come by every name in the certificate, and by no other. Raises `BrokenCertificates`."""
    made = certificates.ensure(home / FOLDER, names=names(environment), now=now)
    hosts = [f"[{name}]" if ":" in name else name for name in made.names]
    environment.update({"SHIXIAO_LAN": "1", "SHIXIAO_HOSTS": ",".join(hosts)})
    return made


def explain(made: Certificates, *, port: int, say: Callable[[Text], object]) -> None:
    """What to type into a phone, and how it learns to trust this server."""
    for text in _explanation(made, port=port):
        say(text)


def _explanation(made: Certificates, *, port: int) -> Iterator[Text]:
    own = surroundings.addresses()
    addresses = [f"https://{name}:{port}" for name in made.names if name in own] or [f"https://localhost:{port}"]
    yield Text(f"手机上打开：{'  '.join(addresses)}", f"Open on a phone: {'  '.join(addresses)}")
    if made.left_out:
        yield _left_out(made.left_out)
    yield Text(
        f"每台设备第一次使用前，要信任本机的证书。在设备上打开 {addresses[0]}{ADDRESS_OF_AUTHORITY} 下载（这一次浏览器会警告，请继续），"
        "核对下面的指纹，再安装：",
        f"Each device must trust this installation's certificate once. Download it on the device from "
        f"{addresses[0]}{ADDRESS_OF_AUTHORITY} (the browser warns this one time; go on), compare the fingerprint below, "
        "then install it:",
    )
    yield Text(f"  SHA-256  {made.fingerprint}", f"  SHA-256  {made.fingerprint}")
    yield from HOW_TO_TRUST
    yield Text("  详见 docs/howto/lan.md。", "  More in docs/howto/lan.md.")


HOW_TO_TRUST = (
    Text(
        "  安卓、鸿蒙：设置 → 安全 → 更多安全设置 → 加密与凭据 → 从存储设备安装 → CA 证书，选下载的文件。",
        "  Android: Settings → Security → More security settings → Encryption & credentials → Install a certificate → "
        "CA certificate, and choose the file.",
    ),
    Text(
        "  iPhone、iPad：用 Safari 下载；设置 → 已下载描述文件 → 安装；再到 设置 → 通用 → 关于本机 → 证书信任设置，打开它。",
        "  iPhone, iPad: download with Safari; Settings → Profile Downloaded → Install; then Settings → General → About "
        "→ Certificate Trust Settings, and switch it on.",
    ),
    Text(
        "  Windows：双击文件 → 安装证书 → 本地计算机 → 将所有的证书都放入下列存储 → 受信任的根证书颁发机构。",
        "  Windows: double-click the file → Install Certificate → Local Machine → Place all certificates in the following "
        "store → Trusted Root Certification Authorities.",
    ),
)


def _left_out(names: Iterable[str]) -> Text:
    said = ", ".join(names)
    return Text(
        f"证书里没有 {said}：它们不在本机证书机构建立时的范围内。要用这些名称，请删除数据文件夹里的 {FOLDER}，重新启动，"
        "并在每台设备上重新安装证书。",
        f"The certificate leaves out {said}: the authority was made before they were known. To use them, delete {FOLDER} "
        "in the data folder, start again, and install the new certificate on every device.",
    )


@login_not_required
@require_safe
def certificate_of_authority(request: HttpRequest) -> HttpResponse:
    """The certificate to be trusted, for a device that downloads it. A certificate is public; its key stays here."""
    authority = certificates.authority_of(settings.CERTIFICATES) if settings.SHIXIAO_LAN else None
    if authority is None:
        raise Http404
    return HttpResponse(
        certificates.as_bytes(authority),
        content_type="application/x-x509-ca-cert",
        headers={"Content-Disposition": 'attachment; filename="shixiao-ca.crt"', "Cache-Control": "no-store"},
    )
