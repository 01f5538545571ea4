"""The door for the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "expo.settings")
application = get_wsgi_application()

# What is loaded stays, so nobody needs to look through it again; and a page makes thousands of small things at once.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
