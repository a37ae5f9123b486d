"""A to-do list that AWS X-Ray traces; what differs from place to place comes from the environment."""

import os
import tempfile
from pathlib import Path

XRAY_RECORDER = {
    # The service's name in X-Ray. The SDK's own variable AWS_XRAY_TRACING_NAME goes before it.
    "AWS_XRAY_TRACING_NAME": os.environ.get("AWS_XRAY_TRACE_NAME", "todo-django"),
    # SQL and templates are traced by this, calls over HTTP by the patched module.
    "AUTO_INSTRUMENT": True,
    "PATCH_MODULES": ["requests"],
    # Without sampling every request is seen; with it those that the account's sampling rules choose.
    "SAMPLING": os.environ.get("XRAY_SAMPLING", "off") == "on",
    # Migrations use the database outside of any request.
    "AWS_XRAY_CONTEXT_MISSING": "IGNORE_ERROR",
}

# What the button calls; without it the application calls its own /items.
DOWNSTREAM_URL = os.environ.get("DOWNSTREAM_URL")

MIDDLEWARE = ["aws_xray_sdk.ext.django.middleware.XRayMiddleware"]
INSTALLED_APPS = ["aws_xray_sdk.ext.django", "todo"]

ROOT_URLCONF = "todo.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DATABASE", Path(tempfile.gettempdir()) / "todo.sqlite3"),
        # SQLite has no host: this is what X-Ray calls the database.
        "HOST": "todo-django@sqlite",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Nobody logs in here, so that no host and no form can be forged to any effect.
ALLOWED_HOSTS = ["*"]
