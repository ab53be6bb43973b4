"""docker-compose.yml as Compose reads it, and what of it can be run without an engine.

Owns filling in `${NAME:-default}`, and putting what stands for a container's paths, hosts and
ports in their places on this machine. Called by the tests of this folder. Invariant: whatever is
not a path, a host or a port stays as the file has it.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"

_FILLED = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")

#: Below it, what `hallwatch secrets` writes into the volume of that name.
_SECRETS = "secret-"

STATUS_PORT = "9464"


def composed(text: str = "", given: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The file's content. Anchors and merges are resolved; `given`: as .env would."""
    content: dict[str, Any] = yaml.decode(text or FILE.read_text(encoding="utf-8"))
    filled: dict[str, Any] = _filled(content, given or {})
    return filled


def _filled(value: Any, given: Mapping[str, str]) -> Any:
    match value:
        case str():
            return _FILLED.sub(lambda found: given.get(found[1]) or found[2] or "", value)
        case list():
            return [_filled(one, given) for one in value]
        case dict():
            return {key: _filled(one, given) for key, one in value.items()}
        case _:
            return value


def hallwatch_services(services: Mapping[str, Any]) -> dict[str, Any]:
    """Those that run our program for as long as they can."""
    return {
        name: service
        for name, service in services.items()
        if "hallwatch" in service["image"].split(":")[0] and name != "secrets"
    }


class Here(Struct, frozen=True):
    """Where a service's parts are on this machine."""

    secrets: Path
    volumes: Path
    hosts: Mapping[str, str]  #: "kafka:9092" → "127.0.0.1:40123"
    ports: Mapping[str, int]  #: inside a container → here


def command_of(service: Mapping[str, Any], here: Here) -> list[str]:
    """Arguments of `hallwatch`."""
    placed = [_placed(part, service, here) for part in service["command"]]
    return [here.hosts.get(part, part) for part in placed]


def environment_of(service: Mapping[str, Any], here: Here) -> dict[str, str]:
    """Variables, ports that are listened on and addresses among them."""
    placed = {}
    for name, value in service["environment"].items():
        text = _placed(str(value), service, here)
        if name.endswith("_PORT") and text in here.ports:
            text = str(here.ports[text])
        placed[name] = here.hosts.get(text, text).replace("0.0.0.0", "127.0.0.1")
    return placed


def healthcheck_of(service: Mapping[str, Any], here: Here) -> list[str]:
    """Its command, with the port it has here; the program is this machine's."""
    _, _, *arguments = service["healthcheck"]["test"]
    return [part.replace(f":{STATUS_PORT}/", f":{here.ports[STATUS_PORT]}/") for part in arguments]


def properties_of(environment: Mapping[str, Any]) -> dict[str, str]:
    """KAFKA_… as apache/kafka's image turns it into server.properties."""
    return {
        name.removeprefix("KAFKA_").lower().replace("_", "."): str(value)
        for name, value in environment.items()
        if name.startswith("KAFKA_") and name != "KAFKA_HEAP_OPTS"
    }


def _placed(text: str, service: Mapping[str, Any], here: Here) -> str:
    """With the host's side of whichever mount `text` lies in."""
    for volume in service["volumes"]:
        source, target = volume.removesuffix(":ro").split(":")
        if text == target or text.startswith(f"{target}/"):
            return str(_source(source, here)) + text.removeprefix(target)
    return text


def _source(source: str, here: Here) -> Path:
    if source.startswith(_SECRETS):
        return here.secrets / source.removeprefix(_SECRETS)
    if source.startswith("./") and (ROOT / source).exists():
        return ROOT / source
    folder = here.volumes / source.removeprefix("./")
    folder.mkdir(exist_ok=True)
    return folder
