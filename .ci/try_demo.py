"""`make demo` in a fresh clone: it serves both languages in time, a second start is quick, and both end together."""

import sys

from trying import expect, fetch, free_port, running

COLD_SECONDS = 90
WARM_SECONDS = 5
NOISE = 2  # a busy machine may take twice as long before we call it broken


def main(clone):
    for name, limit in (("cold", COLD_SECONDS), ("warm", WARM_SECONDS)):
        port = free_port()
        with running(["make", "demo", "PORT=%d" % port], port, clone, COLD_SECONDS * NOISE) as seconds:
            print("%s start: %.1f s" % (name, seconds))
            for language in ("en", "zh-hans"):
                status, text = fetch("http://localhost:%d/%s/" % (port, language))
                expect("/%s/ answers in its language" % language, status == 200 and 'lang="%s' % language in text.lower(), status)
        expect("%s start within %d s" % (name, limit * NOISE), seconds <= limit * NOISE)


if __name__ == "__main__":
    main(sys.argv[1])
