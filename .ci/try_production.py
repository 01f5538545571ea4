"""Production mode on a database of its own: checks, static files, and the answers behind a proxy with TLS."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys

from trying import expect, fetch, free_port, running

HOST = "expo.example.org"
PREPARATION = (
    ["check", "--deploy", "--fail-level", "WARNING"],
    ["collectstatic", "--noinput", "--verbosity", "0"],
    ["migrate", "--verbosity", "0"],
    ["load_demo"],
)


def main(folder: str) -> None:
    environment = {
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SITE_URL": f"https://{HOST}",
        "BEHIND_PROXY": "1",
        "VAR_DIR": folder,
        "STATIC_ROOT": os.path.join(folder, "static"),
    }
    for words in PREPARATION:
        subprocess.run([sys.executable, "manage.py", *words], env={**os.environ, **environment}, check=True)
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    with running(command, port, os.getcwd(), 60, host=HOST, **environment):
        ask(f"http://localhost:{port}")


def ask(base: str) -> None:
    secure = {"Host": HOST, "X-Forwarded-Proto": "https"}
    status, text = fetch(f"{base}/en/", **secure)
    expect("the home page is served", status == 200, status)
    style = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', text)
    expect("its style sheet carries its hash and is there", style and fetch(base + style[1], **secure)[0] == 200)
    expect("plain HTTP is sent to HTTPS", fetch(f"{base}/en/", Host=HOST)[0] == 301)
    expect("another host is refused", fetch(f"{base}/en/", Host="evil.example")[0] == 400)


if __name__ == "__main__":
    main(sys.argv[1])
