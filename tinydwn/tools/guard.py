"""A shell that outlives this process for a moment, to kill the programs that it left running."""

from __future__ import annotations

import atexit
import contextlib
import os
import secrets
import subprocess
import threading

# It ends with its input, which only this process holds open, so that no death of ours goes unseen, kill -9 included.
# A program that had started and was not yet told of carries the mark; one about to start shows it a moment later.
_SCRIPT = """trap '' HUP INT TERM
groups=' ' mark=
while read -r word group; do
  case $word in
    m) mark=$group ;;
    q) mark= ;;
    +) groups="$groups$group " ;;
    -) groups="${groups%% $group *} ${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done
[ -n "$mark" ] && for pause in 0 0.2 1; do
  sleep $pause
  for place in $(grep -alsF "$mark" /proc/[0-9]*/environ); do
    place=${place#/proc/}
    kill -s KILL "${place%/environ}"
  done
done"""
MARK = "TINYDWN_GUARDED"
"""The environment variable that programs are known by."""


class Guard:
    """Watches over process groups: those not released are killed when this process ends, however it does."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._groups: set[int] = set()
        self._shell: subprocess.Popen[bytes] | None = None
        self.mark = secrets.token_hex(16)
        """What programs have to carry in `MARK`, so that they are known from their start on."""

    def open(self) -> None:
        """Start the shell if there is none, so that the next group is watched without delay."""
        with self._lock:
            if self._shell is None:
                self._start()

    def watch(self, group: int) -> None:
        """Have a process group killed with this process."""
        with self._lock:
            self._groups.add(group)
            if not self._told(f"+ {group}\n"):
                self._start()

    def release(self, group: int) -> None:
        """Let a group be, which has ended; a number that is not watched is passed over."""
        with self._lock:
            if group in self._groups:
                self._groups.remove(group)
                self._told(f"- {group}\n")

    def close(self) -> None:
        """End the shell, which kills what is still watched."""
        with self._lock:
            if not self._groups:
                self._told("q\n")
            self._groups.clear()
            self._end()

    def forget(self) -> None:
        """Leave shell and groups to the process that this one is a fork of."""
        if self._shell is not None and self._shell.stdin is not None:
            self._shell.stdin.close()
            self._shell.returncode = 0  # it is no child of this process, which must not wait for it
        self.__init__()  # type: ignore[misc]  # the lock may be held by a thread that was not forked

    def _told(self, line: str) -> bool:
        """Say whether the shell was there to be told."""
        if self._shell is None or self._shell.stdin is None:
            return False
        try:
            self._shell.stdin.write(line.encode())
        except OSError:
            return False
        return True

    def _start(self) -> None:
        """Start a shell, in place of one that was killed too, that watches all groups; without /bin/sh nothing does."""
        self._end()
        with contextlib.suppress(OSError):
            self._shell = subprocess.Popen(
                ["/bin/sh", "-c", _SCRIPT],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd="/",
                start_new_session=True,
            )
            self._told(f"m {self.mark}\n")
            for group in self._groups:
                self._told(f"+ {group}\n")

    def _end(self) -> None:
        shell, self._shell = self._shell, None
        if shell is not None and shell.stdin is not None:
            shell.stdin.close()
            shell.wait()


GUARD = Guard()
atexit.register(GUARD.close)
os.register_at_fork(after_in_child=GUARD.forget)
