"""`make audit`: does anybody know of a hole in the packages a deployment installs?

Owns which service is believed, and what counts as clean. The asking is pip-audit's, whose command
is given as arguments. Invariant: "clean" is only said after a service has answered for every
package, and has shown that it knows anything at all: pip-audit counts a package it could not ask
about as one without holes.

Exit code: 0 clean, or each finding is explained in SECURITY.md; 1 findings; 2 nobody answered.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCKS = ("server", "demo", "dev")

#: In the order they are tried.
SERVICES = ("osv", "pypi")

#: Its holes are known since 2018: a service that does not tell of them tells nothing.
CANARY = "urllib3==1.22"


def asked(command: list[str], service: str, requirements: Path) -> list[dict[str, Any]] | None:
    """The packages with what is known of each; None when not all of them were answered for."""
    told = subprocess.run(
        [*command, "--requirement", str(requirements), "--no-deps", "--disable-pip",
         "--vulnerability-service", service, "--format", "json", "--progress-spinner", "off"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        packages: list[dict[str, Any]] = json.loads(told.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    return packages if all("vulns" in package for package in packages) else None


def holes(packages: list[dict[str, Any]]) -> dict[str, str]:
    """By the name of the hole, with the names others gave it: where it is, and what mends it."""
    return {
        " ".join([hole["id"], *hole.get("aliases", [])]): (
            f"{package['name']} {package['version']}, mended in"
            f" {', '.join(hole.get('fix_versions', [])) or 'no version yet'}"
        )
        for package in packages
        for hole in package["vulns"]
    }


def trusted(command: list[str]) -> str:
    """The first service that knows of the canary's holes; "" when there is none."""
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder) / "canary.txt"
        canary.write_text(CANARY + "\n")
        for service in SERVICES:
            packages = asked(command, service, canary)
            if packages and holes(packages):
                return service
    return ""


def main(command: list[str]) -> int:
    service = trusted(command)
    if not service:
        print(
            "make audit: no vulnerability service could be asked (OSV at api.osv.dev, PyPI at"
            " pypi.org), so nothing is known of these packages. Run it on a machine that reaches"
            " one of them; behind a proxy set HTTPS_PROXY.",
            file=sys.stderr,
        )
        return 2
    explained = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for lock in LOCKS:
        packages = asked(command, service, ROOT / "requirements" / f"{lock}.txt")
        if packages is None:
            print(
                f"make audit: {service} did not answer for every package of"
                f" requirements/{lock}.txt; nothing is said of the rest. Run it again.",
                file=sys.stderr,
            )
            return 2
        print(f"{lock}: {len(packages)} packages asked about at {service}")
        found |= holes(packages)
    left = 0
    for names, where in sorted(found.items()):
        known = any(name in explained for name in names.split())
        left += not known
        print(f"{'explained in SECURITY.md' if known else 'FOUND'}: {names}: {where}")
    print(f"{len(found)} findings, {left} of them neither mended nor explained")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
