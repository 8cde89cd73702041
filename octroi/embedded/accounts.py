"""As whom do the embedded servers run?

PostgreSQL refuses to run as root, and a broker should not. Started by root, both run as an
unprivileged account; started by anyone else, as that person.
"""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Not `postgres`: a server of ours must not be able to act as a database that is none of ours.
CANDIDATES = ("octroi", "nobody")

# A server must not depend on variables, such as PGOPTIONS, of whoever starts Octroi.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class NoUnprivilegedAccount(Exception):
    """Root has nobody to run the servers as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of this machine, by number."""

    name: str
    uid: int
    gid: int


def server_account() -> Account | None:
    """Return the account servers run as, or None to run as the present one."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
    msg = f"Started as root, Octroi needs one of the users {', '.join(CANDIDATES)} for its servers."
    raise NoUnprivilegedAccount(msg)


def owner_of(path: Path) -> Account:
    """Return the account a file belongs to."""
    status = path.stat()
    entry = pwd.getpwuid(status.st_uid)
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def give(path: Path | int, account: Account | None) -> None:
    """Make a file or open descriptor belong to the servers' account."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def put(path: Path, text: str, account: Account | None) -> None:
    """Replace a file in a directory of the account's, never through a link planted there."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as fresh:
        fresh.write(text)
        give(fresh.fileno(), account)
    Path(fresh.name).replace(path)


def run_as(
    account: Account | None,
    command: Sequence[str | Path],
    *,
    cwd: Path,
    pass_fds: Sequence[int] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as the account, inside `cwd`, and keep what it said."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        pass_fds=pass_fds,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
