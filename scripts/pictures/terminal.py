"""Runs a command on a terminal of a given size. Prints what it writes, as JSON lines of [seconds, text], and then its exit code."""

import codecs
import fcntl
import json
import os
import pty
import struct
import sys
import termios
import time

columns, rows = int(sys.argv[1]), int(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])
start = time.monotonic()
decoder = codecs.getincrementaldecoder("utf-8")()
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if data == b"":
        break
    print(json.dumps([time.monotonic() - start, decoder.decode(data)]), flush=True)
print(json.dumps(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])), flush=True)
