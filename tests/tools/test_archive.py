"""Archives: what is read of them, and what is refused."""

import io
import stat
import tarfile
import zipfile

import pytest
from dataquarry.errors import ToolError
from dataquarry.tools.reading.archive import is_archive, members, read_member

TABLE = b"a,b\n1,2\n"
MOST = 1_000_000


def zipped(files: dict[str, bytes], **more) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(
    files: dict[str, bytes], mode: str = "w:gz", extra: tarfile.TarInfo | None = None
) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        if extra:
            archive.addfile(extra)
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [zipped, tarred, lambda files: tarred(files, "w")])
def test_files_are_listed_and_read(pack):
    content = pack({"data/a.csv": TABLE, "readme.txt": b"hello"})
    assert is_archive(content)
    assert [(m.name, m.bytes) for m in members(content, "a", MOST)] == [
        ("data/a.csv", 8),
        ("readme.txt", 5),
    ]
    assert read_member(content, "a", "data/a.csv", MOST) == TABLE
    with pytest.raises(ToolError, match=r"has no file 'b\.csv'"):
        read_member(content, "a", "b.csv", MOST)


def test_what_is_no_archive_is_none():
    import gzip

    assert not is_archive(TABLE)
    assert not is_archive(gzip.compress(TABLE))
    assert not is_archive(zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}))
    assert not is_archive(b"PK\x03\x04 and no more")


@pytest.mark.parametrize(
    "name", ["../a.csv", "/etc/a.csv", "data/../../a.csv", "..\\a.csv", "C:\\a.csv", "c:/a.csv"]
)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_name_outside_the_folder_is_refused(pack, name):
    with pytest.raises(ToolError, match="outside its folder; it is refused"):
        members(pack({name: TABLE}), "a.zip", MOST)


def test_links_and_devices_are_refused():
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(ToolError, match="link 'link'"):
        members(buffer.getvalue(), "a.zip", MOST)
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        entry = tarfile.TarInfo("x")
        entry.type = kind
        entry.linkname = "/etc/passwd"
        with pytest.raises(ToolError, match="link or device"):
            members(tarred({}, extra=entry), "a.tar.gz", MOST)


def test_an_archive_that_unpacks_to_too_much_is_refused():
    for content in (zipped({"a.csv": b"0" * 2_000_000}), tarred({"a.csv": b"0" * 2_000_000})):
        with pytest.raises(ToolError, match="unpacks to more than 1,000,000 bytes"):
            members(content, "a", MOST)


def test_an_archive_that_lies_about_its_size_is_refused():
    content = zipped({"a.csv": b"0" * 2_000_000})
    lie = content.replace((2_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie != content
    assert members(lie, "a", MOST)[0].bytes == 10
    with pytest.raises(ToolError, match=r"damaged|unpacks to more"):
        read_member(lie, "a", "a.csv", MOST)


def test_too_many_files_are_refused():
    content = zipped({f"{n}.csv": b"" for n in range(10_001)})
    with pytest.raises(ToolError, match="more than 10,000 files"):
        members(content, "a.zip", MOST)


def test_an_encrypted_archive_is_told():
    content = bytearray(zipped({"a.csv": TABLE}))
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    with pytest.raises(ToolError, match="is encrypted"):
        members(bytes(content), "a.zip", MOST)


def read_all(content: bytes) -> None:
    for member in members(content, "a", MOST):
        read_member(content, "a", member.name, MOST)


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_damaged_archive_is_told(pack):
    content = pack({"a.csv": bytes(range(256)) * 50})
    for broken in (content[: len(content) // 2], content[:60] + b"\x00" * 40 + content[100:]):
        with pytest.raises(ToolError, match="a is a damaged archive"):
            read_all(broken)
