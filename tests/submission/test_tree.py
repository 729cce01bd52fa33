"""Folders and zips: what is listed, what is refused and why. Hostile names and archives by table."""

import io
import os
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from grader.errors import NotGradedError, SubmissionError
from grader.submission import tree
from grader.submission.tree import Archive, Folder, LoneFile

MB = 1 << 20


def zipped(entries: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_mode(name: str, mode: int) -> bytes:
    file = io.BytesIO()
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return file.getvalue()


# --- folders -------------------------------------------------------------------------------------------


def test_a_folder_is_listed_without_what_no_student_writes(tmp_path: Path) -> None:
    ignored = [".git/a.py", ".hidden.py", "._layers.py", ".ipynb_checkpoints/c.ipynb", "__pycache__/b.py"]
    ignored += ["__MACOSX/d.py", "PaxHeader/e.py", "venv/f.py", "node_modules/g.py", "x/site-packages/h.py"]
    for name in ["layers.py", "cs231n/im2col.py", *ignored]:
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("")
    (tmp_path / "empty").mkdir()

    assert Folder(tmp_path).list() == (("cs231n/", "cs231n/im2col.py", "empty/", "layers.py", "x/"), ())
    assert Folder(tmp_path, levels=1).list().names == ("cs231n/", "empty/", "layers.py", "x/")


def test_links_are_left_out_and_said_and_pipes_are_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "file.py").symlink_to("/etc/passwd")
    (tmp_path / "folder").symlink_to("/etc")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.py")

    assert Folder(tmp_path).list() == (
        (),
        tuple(f"{name} is a link and was left out" for name in ("file.py", "folder", "loop")),
    )
    with pytest.raises(SubmissionError, match=r"^is a link, not a file$"):
        Folder(tmp_path).read("file.py", MB)
    with pytest.raises(SubmissionError, match=r"^is not a regular file$"):
        Folder(tmp_path).read("pipe.py", MB)


def test_names_of_bytes_that_are_no_text_can_be_read(tmp_path: Path) -> None:
    os.close(os.open(os.fsencode(tmp_path) + b"/\xff\x1b.py", os.O_CREAT))

    (name,) = Folder(tmp_path).list().names
    assert Folder(tmp_path).read(name, MB) == b""


def test_a_file_may_be_as_large_as_the_limit_and_no_larger(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x" * MB)

    assert len(LoneFile(tmp_path / "a.py").read("a.py", MB)) == MB
    with pytest.raises(SubmissionError, match=r"^is larger than 0.5 MiB$"):
        LoneFile(tmp_path / "a.py").read("a.py", MB // 2)


def test_what_is_gone_is_not_the_students_fault(tmp_path: Path) -> None:
    with pytest.raises(NotGradedError, match=r"gone cannot be read: No such file or directory"):
        Folder(tmp_path / "gone").list()
    with pytest.raises(NotGradedError, match=r"gone\.zip cannot be read: No such file or directory"):
        Archive(tmp_path / "gone.zip")


def test_a_forgiving_folder_passes_over_what_it_may_not_look_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open.py").write_text("")
    scandir = os.scandir

    def guarded(path: Path) -> object:
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)  # root, who may run this, may look into everything

    assert Folder(tmp_path, forgiving=True).list().names == ("closed/", "open.py")
    with pytest.raises(NotGradedError, match="closed cannot be read: Permission denied"):
        Folder(tmp_path).list()
    with pytest.raises(NotGradedError, match="closed cannot be read: Permission denied"):
        Folder(tmp_path / "closed", forgiving=True).list()


def test_a_listing_ends_somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_NAMES", 3)
    for number in range(5):
        (tmp_path / f"{number}.py").write_text("")

    assert Folder(tmp_path).list() == (
        ("0.py", "1.py", "2.py"),
        ("only the first 3 files were looked at",),
    )


# --- zips ----------------------------------------------------------------------------------------------


def test_a_zip_is_listed_and_read(tmp_path: Path) -> None:
    content = zipped(
        {"./hw/layers.py": b"x = 1", "__MACOSX/._layers.py": b"", "hw/.git/a.py": b"", "b.py": b""}
    )
    (tmp_path / "a.zip").write_bytes(content)

    for archive in (Archive(content), Archive(tmp_path / "a.zip")):
        assert archive.list() == (("b.py", "hw/", "hw/layers.py"), ())
        assert archive.read("hw/layers.py", MB) == b"x = 1"
        archive.close()


def test_a_listing_of_a_zip_ends_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_NAMES", 3)
    names, notes = Archive(zipped({f"{number}.py": b"" for number in range(5)})).list()
    assert names == ("0.py", "1.py", "2.py")
    assert notes == ("only the first 3 files were looked at",)


REFUSED = {
    "absolute": (zipped({"/etc/layers.py": b""}), "/etc/layers.py has an absolute path"),
    "out of the zip": (zipped({"../../layers.py": b""}), "../../layers.py leads out of the zip"),
    "out of a folder": (zipped({"a/../../b.py": b""}), "a/../../b.py leads out of the zip"),
    "backslash": (zipped({"cs231n\\layers.py": b""}), "cs231n\\layers.py has a backslash in its name"),
    "drive": (zipped({"C:layers.py": b""}), "C:layers.py has a drive in its name"),
    "link": (with_mode("layers.py", stat.S_IFLNK | 0o777), "layers.py is a link"),
    "too long": (zipped({"a" * 1001: b""}), f"{'a' * 99}… lies too deep, or has too long a name,"),
    "too deep": (zipped({"a/" * 13 + "b": b""}), "a/" * 13 + "b lies too deep, or has too long a name,"),
    "device": (with_mode("layers.py", stat.S_IFCHR | 0o777), "layers.py is not a regular file"),
}


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_harmful_entries_are_left_out_and_said(content: bytes, sentence: str) -> None:
    names, notes = Archive(content).list()

    assert [name for name in names if name.endswith(".py")] == []
    assert notes == (f"{sentence} and was left out",)


def test_the_second_of_one_name_is_left_out() -> None:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("layers.py", "first")
        archive.writestr("./layers.py", "second")
    both = Archive(file.getvalue())

    assert both.list() == (("layers.py",), ("./layers.py is there twice and was left out",))
    assert both.read("layers.py", MB) == b"first"


def test_names_that_differ_in_case_alone_are_two() -> None:
    assert Archive(zipped({"layers.py": b"", "Layers.py": b""})).list().names == ("Layers.py", "layers.py")


def test_an_encrypted_entry_is_left_out() -> None:
    content = bytearray(zipped({"layers.py": b"x = 1"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert Archive(bytes(content)).list().notes == ("layers.py is encrypted and was left out",)


def damaged() -> bytes:
    content = bytearray(zipped({"a.py": bytes(range(256))}, compression=zipfile.ZIP_STORED))
    content[60] ^= 1
    return bytes(content)


def declaring(size: int) -> bytes:
    """A zip whose table of contents lies about the size of its entry."""
    content = bytearray(zipped({"a.py": b"x" * 1000}))
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, size)
    return bytes(content)


UNREADABLE = {
    "damaged": (damaged(), "is damaged in the zip"),
    "declares too little": (declaring(10), "is damaged in the zip"),
    "declares too much": (
        declaring(1 << 19),
        "is damaged in the zip|is not of the size that the zip declares",
    ),
    "too large": (zipped({"a.py": os.urandom(MB + 1)}), "is larger than 1 MiB"),
    "declares to be too large": (declaring(1 << 31), "is larger than 1 MiB"),
    "another compression": (
        zipped({"a.py": b"x"}, compression=zipfile.ZIP_LZMA),
        "is compressed in a way that is not supported; make an ordinary zip",
    ),
}


@pytest.mark.parametrize(("content", "message"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_entries_that_cannot_be_unpacked(content: bytes, message: str) -> None:
    archive = Archive(content)
    assert archive.list().names == ("a.py",)

    with pytest.raises(SubmissionError, match=f"^({message})$"):
        archive.read("a.py", MB)


def test_a_bomb_is_not_unpacked() -> None:
    archive = Archive(zipped({"a.py": b"\0" * (4 * MB)}))
    archive.list()

    with pytest.raises(SubmissionError, match=r"^unpacks to more than 200 times its size$"):
        archive.read("a.py", 5 * MB)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"<html>", zipped({"a.py": b"x"})[:-10], b"PK\x05\x06" + b"\xff" * 18],
    ids=["empty", "too short", "a web page", "cut off", "noise"],
)
def test_what_is_no_zip_is_said(content: bytes) -> None:
    with pytest.raises(SubmissionError, match=r"^is not a zip, or a broken one$"):
        Archive(content)


def test_a_table_of_contents_of_any_size_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped({f"{number}.py": b"" for number in range(2000)})
    assert len(Archive(content).list().names) == 2000

    monkeypatch.setattr(tree, "CONTENTS_BYTES", 66_000)
    with pytest.raises(SubmissionError, match=r"^lists too many files$"):
        Archive(content)
