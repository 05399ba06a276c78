"""A file on the network of which only parts are read, for Parquet files beyond the size limit."""

import io
from collections.abc import Mapping

from .client import Client
from .faults import SourceFault


class RangeFile(io.RawIOBase):
    """A seekable file whose reads are requests for ranges (RFC 9110).

    Args:
        url: its address.
        client: asks for the ranges.
        most: how many bytes may be read in all.
        headers: what tells the source who asks.

    Raises:
        SourceFault: the server gives no ranges, or more than `most` bytes are asked for.
    """

    def __init__(
        self, url: str, client: Client, most: int, headers: Mapping[str, str] | None = None
    ) -> None:
        self._url = url
        self._client = client
        self._most = most
        self._headers = dict(headers or {})
        self._at = 0
        self.taken = 0
        """How many bytes were read."""
        self._get(0, 0)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read anywhere."""
        return True

    def tell(self) -> int:
        """Return where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = start + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        end = self.size if size is None or size < 0 else min(self.size, self._at + size)
        if end <= self._at:
            return b""
        content = self._get(self._at, end - 1)
        self._at += len(content)
        return content

    def _get(self, first: int, last: int) -> bytes:
        if self.taken + last - first + 1 > self._most:
            raise SourceFault(f"its rows take more than {self._most:,} bytes")
        headers = {
            **self._headers,
            "Range": f"bytes={first}-{last}",
            "Accept-Encoding": "identity",
        }
        with self._client.stream(self._url, headers) as response:
            size = response.headers.get("Content-Range", "").rpartition("/")[2]
            if response.status_code != 206 or not size.isdigit():
                raise SourceFault("its server gives no parts of a file")
            self.size = int(size)
            content = b""
            for piece in response.iter_bytes():
                content += piece
                if len(content) > last - first + 1:
                    raise SourceFault("its server sends more than was asked for")
        self.taken += len(content)
        return content
