"""The benchmarks: CPU time of a server, and peers that cannot run."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.peers import CannotRunPeer, Peer
from benchmarks.servers import Server

pytestmark = pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="the benchmarks need Linux")

_CHILD = "import time\nwhile time.thread_time() < 0.2: pass\nprint('done', flush=True)\ninput()"
_THREAD = f"import threading\nthread = threading.Thread(target=exec, args=({_CHILD!r},))\nthread.start()\nthread.join()"
_PARENT = f"import subprocess, sys\nsubprocess.run((sys.executable, '-c', {_CHILD!r}))"


@pytest.mark.parametrize("code", [_CHILD, _THREAD, _PARENT], ids=["its own", "a thread's", "a child's"])
def test_the_cpu_time_of_a_server_includes_its_threads_and_children(code: str) -> None:
    command = (sys.executable, "-c", code)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"done\n"

        used = Server(process.pid, 0, 0).cpu_time()

        process.communicate(b"\n")
    assert used >= 0.2


def test_the_error_of_a_peer_without_its_program_names_the_program() -> None:
    peer = Peer("a peer", "no-such-program", None, lambda _folder, _port: ())

    with pytest.raises(CannotRunPeer, match=r"^it needs no-such-program$"):
        peer.install()
