"""Starts a server as a person would, asks it, stops it, and sees that nothing is left."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, **headers):
    """(status, text) of an address; redirections are not followed, since their aim may be another host."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args):
            return None

    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def expect(what, holds, shown=""):
    if not holds:
        sys.exit("%s: no. %s" % (what, shown))
    print("%s: yes" % what, flush=True)


@contextlib.contextmanager
def running(command, port, folder, limit, host="localhost", **environment):
    """The command while it runs; gives the seconds until /readyz answered. `host` is the name the server goes by."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, env={**os.environ, **environment})
    try:
        yield wait_until_ready(process, port, limit, started, host)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            sys.exit("It did not stop within 20 s of SIGTERM.")
    time.sleep(0.2)
    left = processes_in(folder)
    expect("SIGTERM stops server and worker", not left, "Still there: %s" % left)


def wait_until_ready(process, port, limit, started, host):
    while time.monotonic() - started < limit:
        if process.poll() is not None:
            sys.exit("It ended with exit code %d before it served." % process.returncode)
        try:
            if fetch("http://localhost:%d/readyz" % port, Host=host)[0] == 200:
                return time.monotonic() - started
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit("It did not serve within %d s." % limit)


def processes_in(folder):
    """The command lines of the processes whose working directory is the folder."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink("/proc/%s/cwd" % pid) == os.path.realpath(folder):
                with open("/proc/%s/cmdline" % pid) as words:
                    found.append(words.read().replace("\0", " "))
        except OSError:
            continue
    return [words for words in found if "manage.py" in words or "granian" in words]
