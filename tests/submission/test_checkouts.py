"""The time of a checkout's last commit, and that nothing of the checkout runs to find it."""

from __future__ import annotations

import os
import subprocess
import zlib
from datetime import datetime
from hashlib import sha1
from pathlib import Path

import pytest

from grader.submission.checkouts import last_commit

WHEN = "2026-11-20T18:05:00+01:00"


def git(folder: Path, *arguments: str) -> str:
    environment = {
        **{name: os.environ[name] for name in ("PATH",)},
        **{"HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "GIT_COMMITTER_DATE": WHEN},
        **{f"GIT_{who}_{what}": "x@y" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    done = subprocess.run(["git", *arguments], cwd=folder, env=environment, capture_output=True, check=True)
    return done.stdout.decode().strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "ada"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "work/one")
    git(folder, "commit", "-q", "--allow-empty", "-m", "committer X <x> 1 +0000")
    return folder


def test_the_last_commits_time(checkout: Path) -> None:
    assert last_commit(checkout) == datetime.fromisoformat(WHEN)


@pytest.mark.parametrize(
    "arguments",
    [("gc", "-q"), ("pack-refs", "--all"), ("checkout", "-q", "--detach")],
    ids=lambda arguments: arguments[0],
)
def test_however_git_stores_it(checkout: Path, arguments: tuple[str, ...]) -> None:
    git(checkout, *arguments)
    assert last_commit(checkout) == datetime.fromisoformat(WHEN)


def test_what_the_repository_asks_git_to_run_is_not_run(checkout: Path) -> None:
    trap = checkout / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {checkout}/sprung\n")
    trap.chmod(0o755)
    settings = f"""
[core]
fsmonitor = {trap}
pager = {trap}
sshCommand = {trap}
alternateRefsCommand = {trap}
[log]
showSignature = true
[gpg]
program = {trap}
[alias]
cat-file = !{trap}
[extensions]
partialClone = origin
[remote "origin"]
url = ext::{trap}
promisor = true
"""
    with (checkout / ".git" / "config").open("a") as file:
        file.write(settings)
    for hook in ("post-checkout", "reference-transaction"):
        (checkout / ".git" / "hooks").mkdir(exist_ok=True)
        (checkout / ".git" / "hooks" / hook).symlink_to(trap)
    git(checkout, "status")
    assert (checkout / "sprung").exists(), "the trap does not work"
    (checkout / "sprung").unlink()
    assert last_commit(checkout) == datetime.fromisoformat(WHEN)
    (checkout / ".git" / "refs" / "heads" / "work" / "one").write_text("0" * 39 + "1\n")
    assert last_commit(checkout) is None, "and what is not there is not fetched"
    assert not (checkout / "sprung").exists()


@pytest.mark.parametrize(
    "head",
    ["ref: ../../secret", "ref: refs/../../../secret", "ref: refs/heads/none", "--help", "", "x" * 40, "\0"],
)
def test_a_head_that_leads_nowhere_or_out_gives_no_time(checkout: Path, head: str) -> None:
    digest = git(checkout, "rev-parse", "HEAD")
    (checkout.parent / "secret").write_text(digest)
    (checkout / ".git" / "HEAD").write_text(head)
    assert last_commit(checkout) is None


def test_links_and_pipes_in_place_of_files_give_no_time(checkout: Path) -> None:
    head = checkout / ".git" / "HEAD"
    head.rename(checkout / "HEAD")
    head.symlink_to(checkout / "HEAD")
    assert last_commit(checkout) is None
    head.unlink()
    os.mkfifo(head)
    assert last_commit(checkout) is None
    (checkout / ".git").rename(checkout / "git")
    (checkout / ".git").symlink_to(checkout / "git")
    assert last_commit(checkout) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"committer x <y> soon +0000\n",
        b"committer x <y> 999999999999 +0000\n",
        b"committer x <y> 1 +9999\n",
    ],
)
def test_a_commit_without_a_time_gives_none(checkout: Path, body: bytes) -> None:
    commit(checkout, b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n" + body + b"\nmessage\n")
    assert last_commit(checkout) is None


def test_a_commit_that_unpacks_to_very_much_is_not_read(checkout: Path) -> None:
    commit(checkout, b"committer x <y> 1 +0000\n\n" + bytes(50 << 20))
    assert last_commit(checkout) is None


def commit(checkout: Path, content: bytes) -> None:
    """Make an object that git itself would not, and check it out."""
    whole = b"commit %d\0" % len(content) + content
    digest = sha1(whole).hexdigest()
    path = checkout / ".git" / "objects" / digest[:2] / digest[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(whole))
    (checkout / ".git" / "HEAD").write_text(digest)


def test_a_folder_that_is_no_checkout_has_no_time(tmp_path: Path) -> None:
    assert last_commit(tmp_path) is None
    (tmp_path / ".git").write_text("gitdir: elsewhere")
    assert last_commit(tmp_path) is None
    assert last_commit(tmp_path / "layers.py") is None
