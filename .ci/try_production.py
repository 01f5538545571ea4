"""Production mode on a database of its own: checks, static files, and the answers behind a proxy with TLS."""

import os
import re
import secrets
import subprocess
import sys

from trying import expect, fetch, free_port, running

HOST = "expo.example.org"


def main(folder):
    environment = {
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SITE_URL": "https://" + HOST,
        "BEHIND_PROXY": "1",
        "VAR_DIR": folder,
        "STATIC_ROOT": os.path.join(folder, "static"),
    }
    for words in (
        ["check", "--deploy", "--fail-level", "WARNING"],
        ["collectstatic", "--noinput", "--verbosity", "0"],
        ["migrate", "--verbosity", "0"],
        ["load_demo"],
    ):
        subprocess.run([sys.executable, "manage.py", *words], env={**os.environ, **environment}, check=True)
    port = free_port()
    base = "http://localhost:%d" % port
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    with running(command, port, os.getcwd(), 60, host=HOST, **environment):
        secure = {"Host": HOST, "X-Forwarded-Proto": "https"}
        status, text = fetch(base + "/en/", **secure)
        expect("the home page is served", status == 200, status)
        style = re.search(r'href="(/static/[^"]+\.css)"', text)
        expect("its style sheet carries its hash", style and re.search(r"\.[0-9a-f]{12}\.css", style[1]))
        expect("and is there", fetch(base + style[1], **secure)[0] == 200)
        expect("plain HTTP is sent to HTTPS", fetch(base + "/en/", Host=HOST)[0] == 301)
        expect("another host is refused", fetch(base + "/en/", Host="evil.example")[0] == 400)


if __name__ == "__main__":
    main(sys.argv[1])
