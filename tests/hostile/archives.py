"""Zips, links and files that are not what they seem."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Mapping

from grader.model import Status

from .entry import ALL, SOLUTION, Entry, zipped

SECRET = "raise RuntimeError(open('@HOME@/.netrc').read())"
LINK = 0o120777 << 16


def packed(*entries: tuple[str, str | bytes, int]) -> bytes:
    """A zip of (name, content, external attributes); names may be there twice."""
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, content, attributes in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = attributes
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return file.getvalue()


def encrypted(content: bytes) -> bytes:
    """The same zip with every entry marked as encrypted."""
    for magic, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        place = content.find(magic)
        while place >= 0:
            content = content[: place + offset] + b"\1\0" + content[place + offset + 2 :]
            place = content.find(magic, place + 4)
    return content


def lying_about_sizes(content: bytes) -> bytes:
    """The same zip, whose table of contents says that every entry has 10 bytes."""
    place = content.find(b"PK\1\2")
    return content[: place + 24] + struct.pack("<I", 10) + content[place + 28 :]


def nested(levels: int) -> bytes:
    content = zipped({"layers.py": SOLUTION})
    for _ in range(levels):
        content = zipped({"work.zip": content})
    return content


def zip_of(name: str, content: bytes, points: int, *, suffix: str = ".zip") -> Entry:
    return Entry(
        name=name,
        files={f"@NAME@{suffix}": content},
        points=points,
        status=Status.GRADED if points else Status.UNREADABLE,
    )


def folder_of(name: str, files: Mapping[str, str | bytes], points: int, **links: str) -> Entry:
    return Entry(
        name=name,
        files={f"@NAME@/{path}": content for path, content in files.items()},
        points=points,
        status=Status.GRADED if points else Status.UNREADABLE,
        links={f"@NAME@/{path.replace('__', '.')}": target for path, target in links.items()},
    )


HONEST = {"layers.py": SOLUTION}
ENTRIES: tuple[Entry, ...] = (
    zip_of(
        "slips_out", zipped({**HONEST, "../../witness/slips_out": "x", "/tmp/slips_out_of_a_zip": "x"}), ALL
    ),
    zip_of("slips_into_the_neighbour", zipped({**HONEST, "../neighbour/layers.py": "1 / 0"}), ALL),
    zip_of("is_nothing_but_a_slip", zipped({"../layers.py": SOLUTION}), 0),
    zip_of("links_in_a_zip", packed(("layers.py", "/etc/passwd", LINK)), 0),
    zip_of("links_a_folder_in_a_zip", packed(("a", "/", LINK), ("a/layers.py", SOLUTION, 0)), ALL),
    zip_of("is_a_bomb", zipped({"layers.py": bytes(4 << 20)}), 0),
    zip_of("is_a_large_bomb", zipped({"layers.py": bytes(64 << 20)}), 0),
    zip_of("has_a_bomb_beside_it", zipped({**HONEST, "data.py": b"#" * (16 << 20)}), ALL),
    zip_of("has_one_name_twice", packed(("layers.py", SOLUTION, 0), ("layers.py", "1 / 0", 0)), ALL),
    zip_of("is_encrypted", encrypted(zipped(HONEST)), 0),
    zip_of("is_nested", nested(2), ALL),
    zip_of("is_nested_too_deep", nested(4), 0),
    zip_of("lies_about_its_size", lying_about_sizes(zipped(HONEST)), 0),
    zip_of("is_cut_off", zipped(HONEST)[:-30], 0),
    zip_of("is_no_zip", b"PK\3\4" + bytes(200), 0),
    zip_of("has_a_long_name", zipped({**HONEST, "a/" * 30_000 + "x.py": "1"}), ALL),
    zip_of(
        "has_names_without_end",
        zipped({**HONEST, **{f"{n:b}.py".translate({48: 1, 49: 2}): "" for n in range(3000)}}),
        ALL,
    ),
    zip_of("has_refused_names_without_end", zipped({**HONEST, **{f"/{n}.py": "" for n in range(3000)}}), ALL),
    zip_of("calls_a_zip_a_script", zipped(HONEST), 0, suffix=".py"),
    zip_of("calls_a_script_a_zip", SOLUTION.encode(), 0),
    zip_of("is_a_polyglot", b"#!/bin/sh\nexit 1\n" + zipped(HONEST), ALL),
    folder_of("links_to_a_secret", {}, 0, layers__py="@HOME@/.netrc"),
    folder_of("links_to_the_neighbour", {}, 0, layers__py="@NEIGHBOUR@/layers.py"),
    folder_of("links_beside_its_work", HONEST, ALL, helper__py="@HOME@/.netrc", itself="."),
    folder_of("has_a_folder_called_like_a_file", {"layers.py/layers.py": SOLUTION}, ALL),
)
