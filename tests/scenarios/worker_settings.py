"""What the real worker of `test_worker` runs with: a broker, and mails in a folder."""

import os

from tests.settings import *  # noqa: F403

CELERY_BROKER_URL = os.environ["CELERY_BROKER_URL"]
CELERY_TASK_ALWAYS_EAGER = False
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = os.environ["RETURNS_TEST_MAIL"]
