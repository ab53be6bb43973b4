"""The Java archives of Apache Kafka, fetched once and kept.

Owns the folder .cache/kafka-<version>/ in the repository, and others of the kind. Does not
run anything of them. Called by `apache` and by the benchmark. Invariant: a folder of that name
is complete; two test runs at the same time do not disturb each other.
"""

import fcntl
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from tests.parts import absent

_HERE = Path(__file__).parent
_POM = _HERE / "pom.xml"
_CACHE = _HERE.parent.parent / ".cache"
_NAMESPACE = {"m": "http://maven.apache.org/POM/4.0.0"}

JAVA_AT_LEAST = 17
FETCH_TIMEOUT_S = 600


def kafka_version() -> str:
    version = ElementTree.parse(_POM).findtext("m:properties/m:kafka.version", None, _NAMESPACE)
    assert version, f"{_POM} names no kafka.version"
    return version


def jars() -> Path:
    """The folder that holds them."""
    version = kafka_version()
    return fetched(_POM, f"kafka-{version}", f"Apache Kafka {version} (about 45 MB, once)")


def fetched(pom: Path, name: str, what: str) -> Path:
    """The folder `name` of the cache, with all that `pom` depends on."""
    folder = _CACHE / name
    with _one_at_a_time():
        if not folder.exists():
            _fetch(pom, folder, what)
    return folder


def java() -> str:
    """The Java to run them with."""
    found = shutil.which("java")
    if found is None:
        absent(
            f"Apache Kafka needs Java {JAVA_AT_LEAST} or later (Debian: openjdk-17-jre-headless)"
        )
    said = subprocess.run([found, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < JAVA_AT_LEAST:
        absent(
            f"Apache Kafka needs Java {JAVA_AT_LEAST} or later; {found} is {said.splitlines()[:1]}"
        )
    return found


def _fetch(pom: Path, folder: Path, what: str) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        absent("Apache Kafka is fetched with Maven (Debian: maven)")
    print(f"fetching {what}", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=_CACHE) as scratch:
        unfinished = Path(scratch) / "jars"
        fetched = subprocess.run(
            [
                maven,
                "-q",
                "-B",
                f"--file={pom}",
                "dependency:copy-dependencies",
                f"-DoutputDirectory={unfinished}",
                "-DincludeScope=runtime",
            ],
            capture_output=True,
            text=True,
            timeout=FETCH_TIMEOUT_S,
            check=False,
        )
        if fetched.returncode != 0 or not unfinished.is_dir():
            said = (fetched.stdout + fetched.stderr)[-800:]
            absent(f"{what} could not be fetched with {maven}: {said}")
        unfinished.rename(folder)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    _CACHE.mkdir(exist_ok=True)
    with (_CACHE / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
