"""Runs a command on a terminal that goes away when standard input ends, and prints how the command ended."""

import os
import pty
import select
import sys

pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
while True:
    ready, _, _ = select.select([terminal, 0], [], [])
    if 0 in ready and os.read(0, 1) == b"":
        break
    if terminal in ready:
        try:
            os.read(terminal, 65536)
        except OSError:
            break
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
