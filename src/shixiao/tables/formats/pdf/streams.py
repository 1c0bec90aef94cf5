"""The data of a stream, unpacked within limits: a kilobyte may unpack to gigabytes, and each filter may follow another."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from pdfminer.ascii85 import ascii85decode, asciihexdecode
from pdfminer.lzw import LZWDecoder
from pdfminer.pdftypes import PDFStream, dict_value, int_value
from pdfminer.psparser import literal_name
from pdfminer.runlength import rldecode
from pdfminer.utils import apply_png_predictor, apply_tiff_predictor

from shixiao.tables.formats.pdf.work import Exhausted, Work

_PIECE = 4096
_WIDEST_ROW = 100_000


class Stream(PDFStream):
    """A stream that unpacks its data anew each time it is asked, so that nothing of it is kept."""

    def __init__(self, packed: PDFStream, work: Work) -> None:
        super().__init__(packed.attrs, packed.rawdata or b"", packed.decipher)
        self.work = work
        work.hold(len(self.rawdata or b""))

    def decode(self) -> None:
        """Never asked: `get_data` does not keep what it unpacks."""

    def get_data(self) -> bytes:
        """The unpacked data. Raises Exhausted beyond the limit, ValueError for data that is no text or font."""
        data = self.rawdata or b""
        if self.decipher and self.objid is not None:
            data = self.decipher(self.objid, self.genno or 0, data, self.attrs)
        for packing, parameters in self.get_filters():
            data = _unpacked(literal_name(packing), data, self.work)
            self.work.spend(len(data) // 50)
            if len(data) > self.work.unpacked:
                raise Exhausted
            if isinstance(parameters, dict) and "Predictor" in parameters:
                data = _predicted(data, parameters, self.work)
        return data


def _unpacked(filter: str, data: bytes, work: Work) -> bytes:
    if filter in ("FlateDecode", "Fl"):
        return _inflated(data, work.unpacked)
    if filter in ("LZWDecode", "LZW"):
        return b"".join(_lzw(data, work))
    work.spend(len(data) // 2)
    if filter in ("RunLengthDecode", "RL"):
        if len(data) * 64 > work.unpacked:
            raise Exhausted
        return bytes(rldecode(data))
    plain: dict[str, Callable[[bytes], bytes]] = {
        "ASCII85Decode": ascii85decode,
        "A85": ascii85decode,
        "ASCIIHexDecode": asciihexdecode,
        "AHx": asciihexdecode,
        "Crypt": bytes,
    }
    if filter not in plain:
        raise ValueError(f"no text is packed by {filter}")
    return plain[filter](data)


def _inflated(data: bytes, limit: int) -> bytes:
    """Unpacked; of data that is damaged, what comes before the damage."""
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(data, limit + 1)
    except zlib.error:
        return _inflated_in_pieces(data, limit)
    if len(found) > limit:
        raise Exhausted
    return found


def _inflated_in_pieces(data: bytes, limit: int) -> bytes:
    for form in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpacking = zlib.decompressobj(form)
        found = bytearray()
        try:
            for start in range(0 if form > 0 else 2, len(data), _PIECE):
                found += unpacking.decompress(data[start : start + _PIECE], limit)
                if unpacking.unconsumed_tail or len(found) > limit:
                    raise Exhausted
        except zlib.error:
            pass
        if found:
            return bytes(found)
    return b""


def _lzw(data: bytes, work: Work) -> Iterator[bytes]:
    size = 0
    for piece in LZWDecoder(BytesIO(data)).run():
        size += len(piece)
        work.spend(3)
        if size > work.unpacked:
            raise Exhausted
        yield piece


def _predicted(data: bytes, parameters: dict[str, Any], work: Work) -> bytes:
    parameters = dict_value(parameters)
    predictor = int_value(parameters["Predictor"])
    colors, columns, bits = (
        int_value(parameters.get(name, known))
        for name, known in (("Colors", 1), ("Columns", 1), ("BitsPerComponent", 8))
    )
    if predictor <= 1:
        return data
    if not (0 < colors * columns * max(bits, 1) <= _WIDEST_ROW * 8):
        raise ValueError("a row of a stream is too wide")
    work.spend(len(data) // 4 + columns * colors // 10)
    if predictor == 2:
        return apply_tiff_predictor(colors, columns, bits, data)
    return apply_png_predictor(predictor, colors, columns, bits, data)
