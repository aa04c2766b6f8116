"""WSGI application for a server such as gunicorn."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from equipoise.conduct.request_body import Bounded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "equipoise.conduct.settings")
application = Bounded(get_wsgi_application())
