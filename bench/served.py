"""The sandbox's settings for `bench.http`: statements are counted, mails go where they are told."""

import os

from sandbox.settings import *  # noqa: F403

MIDDLEWARE = ["bench.counting.counted", *globals()["MIDDLEWARE"]]
EMAIL_FILE_PATH = os.environ.get("BENCH_MAILS", "/tmp")
# As Saleor's own settings have it; the sandbox opens a connection for each request.
DATABASES = globals()["DATABASES"]
DATABASES["default"]["CONN_MAX_AGE"] = 600
