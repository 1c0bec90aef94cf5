"""A certificate authority of this installation, and the server's certificate that it signs: HTTPS without anybody else.

Camera and offline pages need HTTPS, and no public authority signs for an address such as 192.168.1.20. The authority
may speak for the names and private addresses of this office only (name constraints), so that whoever stole its key
could not play a bank to the phones that trust it. Two files: `authority.pem` holds key and certificate, `server.pem`
the server's key and chain, both readable by their owner only and replaced as a whole or not at all.
"""

import ipaddress
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3650)
SERVER_LASTS = timedelta(days=397)  # phones refuse certificates of more than 825 days, public ones of more than 398
RENEWED_BEFORE = timedelta(days=30)
SLACK = timedelta(days=1)  # the clock of a phone may be behind ours
AUTHORITY, SERVER = "authority.pem", "server.pem"

# Every address that is private by RFC 1918, 3927, 4193, 4291 and 6598, and this machine itself.
NETWORKS = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8",
    "fc00::/7", "fe80::/10", "::1/128",
)  # fmt: skip
DOMAINS = ("localhost", "local", "lan", "internal", "home.arpa")  # reserved for use inside a house
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class BrokenCertificates(Exception):
    """The files are there and are not what this program wrote."""


@dataclass(frozen=True)
class Certificates:
    """What the server needs: the file with its key and chain, the names in it, and the authority's certificate."""

    server: Path
    names: tuple[str, ...]
    left_out: tuple[str, ...]
    authority: x509.Certificate
    ends_at: datetime

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, as phones and Windows show it."""
        return fingerprint(self.authority)


def ensure(folder: Path, *, names: Iterable[str], now: datetime) -> Certificates:
    """The certificates for `names` (host names and addresses), reused while they are valid and cover the names.

    The authority is renewed only when it ends, since every device must trust it anew; its certificate is then
    another one. Names that the authority may not speak for are left out. Raises `BrokenCertificates`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = tuple(dict.fromkeys(name for name in map(_spelled, names) if name))
    authority, authority_key = _authority(folder / AUTHORITY, names=wanted, now=now)
    allowed = tuple(name for name in wanted if _may_speak_for(authority, name))
    server = _server(folder / SERVER, authority, authority_key, names=allowed, now=now)
    return Certificates(
        server=folder / SERVER,
        names=allowed,
        left_out=tuple(name for name in wanted if name not in allowed),
        authority=authority,
        ends_at=server.not_valid_after_utc,
    )


def authority_of(folder: Path) -> x509.Certificate | None:
    """The certificate of the authority, None when there is none. Raises `BrokenCertificates`."""
    return _read(folder / AUTHORITY)[0][0] if (folder / AUTHORITY).is_file() else None


def server_of(folder: Path) -> x509.Certificate | None:
    """The certificate of the server, None when there is none. Raises `BrokenCertificates`."""
    return _read(folder / SERVER)[0][0] if (folder / SERVER).is_file() else None


def fingerprint(certificate: x509.Certificate) -> str:
    """`AB:CD:…`, 32 pairs."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def as_bytes(certificate: x509.Certificate) -> bytes:
    """What every phone and computer can install (DER)."""
    return certificate.public_bytes(serialization.Encoding.DER)


# ---- the authority ---------------------------------------------------------------------------------------------


def _authority(
    path: Path, *, names: tuple[str, ...], now: datetime
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    if path.is_file():
        (found, *_), key = _read(path)
        if found.not_valid_before_utc <= now < found.not_valid_after_utc - SERVER_LASTS:
            return found, key
    key = ec.generate_private_key(ec.SECP256R1())
    made = _self_signed(key, names=names, now=now)
    _write(path, _private(key), made.public_bytes(serialization.Encoding.PEM))
    return made, key


def _self_signed(key: ec.EllipticCurvePrivateKey, *, names: tuple[str, ...], now: datetime) -> x509.Certificate:
    # A number in the name: devices that trusted an earlier authority of this installation can tell them apart.
    number = x509.random_serial_number()
    subject = _subject(f"Shixiao local CA {number % 0x10000:04x}")
    identity = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder(subject, subject, key.public_key(), number, now - SLACK, now + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(identity, critical=False)
        .add_extension(x509.NameConstraints(list(_permitted(names)), None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _permitted(names: tuple[str, ...]) -> Iterator[x509.GeneralName]:
    """Private addresses, domains of a house, and the names this installation has when its authority is made."""
    own = [name for name in names if _address(name) is None]
    yield from (x509.DNSName(name) for name in dict.fromkeys([*DOMAINS, *own]))
    networks = [ipaddress.ip_network(network) for network in NETWORKS]
    addresses = [address for name in names if (address := _address(name)) and not any(address in n for n in networks)]
    yield from (x509.IPAddress(network) for network in [*networks, *map(ipaddress.ip_network, addresses)])


def _may_speak_for(authority: x509.Certificate, name: str) -> bool:
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    address = _address(name)
    if address is not None:
        networks = [each.value for each in permitted if isinstance(each, x509.IPAddress)]
        return any(address in network for network in networks)  # type: ignore[operator]
    domains = [each.value for each in permitted if isinstance(each, x509.DNSName)]
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)


# ---- the server ------------------------------------------------------------------------------------------------


def _server(
    path: Path,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    *,
    names: tuple[str, ...],
    now: datetime,
) -> x509.Certificate:
    if path.is_file():
        with suppress(BrokenCertificates):  # nobody has to trust this one by hand: another is made
            (found, *_), _key = _read(path)
            if _is_good(found, authority, names=names, now=now):
                return found
    key = ec.generate_private_key(ec.SECP256R1())
    made = _signed(key, authority, authority_key, names=names, now=now)
    chain = [each.public_bytes(serialization.Encoding.PEM) for each in (made, authority)]
    _write(path, _private(key), *chain)
    return made


def _is_good(
    certificate: x509.Certificate, authority: x509.Certificate, *, names: tuple[str, ...], now: datetime
) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return False
    is_in_time = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc - RENEWED_BEFORE
    return is_in_time and set(names_in(certificate)) == set(names)


def names_in(certificate: x509.Certificate) -> tuple[str, ...]:
    """The host names and addresses a certificate is for."""
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress)))


def _signed(
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    *,
    names: tuple[str, ...],
    now: datetime,
) -> x509.Certificate:
    subject, number, ends = _subject("Shixiao"), x509.random_serial_number(), now + SERVER_LASTS
    alternatives = [_alternative(name) for name in names]
    identity = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return (
        x509.CertificateBuilder(authority.subject, subject, key.public_key(), number, now - SLACK, ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(purpose, critical=False)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(identity, critical=False)
        .add_extension(issuer, critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _alternative(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


# ---- names and parts -------------------------------------------------------------------------------------------


def _spelled(name: str) -> str:
    """A host name or an address as a certificate has it; "" for what can be none (`*`, `.example.cn`, `实效`)."""
    bare = name.strip().lower().removeprefix("[").removesuffix("]").rstrip(".")
    address = _address(bare)
    return str(address) if address else bare if NAME.fullmatch(bare) else ""


def _address(name: str) -> Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


# ---- files -----------------------------------------------------------------------------------------------------


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _read(path: Path) -> tuple[list[x509.Certificate], ec.EllipticCurvePrivateKey]:
    try:
        content = path.read_bytes()
        certificates = x509.load_pem_x509_certificates(content)
        key = serialization.load_pem_private_key(content, None)
    except (ValueError, TypeError) as error:
        raise BrokenCertificates(str(path)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificates[0].public_key():
        raise BrokenCertificates(str(path))
    return certificates, key


def _write(path: Path, *parts: bytes) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp makes it 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(b"".join(parts))
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
