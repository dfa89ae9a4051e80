"""As whom PostgreSQL runs: it refuses root, and wants a user that has a name.

An ordinary user runs it directly. Root (and a user without a name, as in some containers) runs it in a user namespace of its own,
`unshare -U`, where the files' owner is an ordinary user: nothing changes its mode or owner. Where that is forbidden root hands
PostgreSQL's folder to the user `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local.refusal import Refused


@dataclass(frozen=True)
class Account:
    """How to start a program as somebody whom PostgreSQL accepts."""

    prefix: tuple[str, ...] = ()  # goes before the command
    owner: tuple[int, int] | None = None  # uid and gid that the folders are handed to, where it is another user

    def give(self, folder: Path) -> None:
        """Hand the folder and all in it to this account, and let it pass through the folder above, which is the runtime's home."""
        if self.owner:
            folder.parent.chmod(folder.parent.stat().st_mode | 0o011)
            for path in (folder, *folder.rglob("*")):
                os.chown(path, *self.owner, follow_symlinks=False)


def account_for(folder: Path) -> Account:
    """The account that runs PostgreSQL with its data below `folder`; Refused where there is none."""
    if os.geteuid() != 0 and _named(os.geteuid()):
        return Account()
    account = in_namespace() or another_user(folder)
    if account is None:
        raise Refused(
            "PostgreSQL does not run as root (or as a user without a name), and here neither `unshare -U` nor another user can run it: "
            f"start `jixiao` as an ordinary user, put JIXIAO_HOME where others may enter (now {folder.parent}), "
            "or point JIXIAO_DATABASE at a server"
        )
    return account


def in_namespace() -> Account | None:
    """A user namespace in which we are an ordinary user with a name; None where the system forbids it."""
    ordinary = next((entry for entry in pwd.getpwall() if entry.pw_uid), None)
    if ordinary is None or shutil.which("unshare") is None:
        return None
    prefix = ("unshare", "-U", f"--map-user={ordinary.pw_uid}", f"--map-group={ordinary.pw_gid}")
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return Account(prefix) if tried.returncode == 0 else None


def another_user(folder: Path) -> Account | None:
    """The user `nobody`, for root alone, where every folder above the runtime's home lets others pass."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return None
    if not all(above.stat().st_mode & 0o001 for above in folder.resolve().parents[1:]):
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return None
    prefix = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups")
    return Account(prefix, (nobody.pw_uid, nobody.pw_gid))


def _named(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
