"""The door for an asynchronous web server; views are synchronous, so wsgi.py is the faster one."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "expo.settings")
application = get_asgi_application()
