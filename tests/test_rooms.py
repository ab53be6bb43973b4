"""The house rules a machine can check: who imports whom, how long a file is, that links lead
somewhere, that nothing here names a machine or a mirror, that `make help` tells everything.

Invariant: only tracked files are looked at, so a working copy's litter fails nothing.
"""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("schemas", "streams", "sinks", "dashboards")

#: What each room may import of the others.
MAY_IMPORT = {
    "schemas": set[str](),
    "streams": {"schemas"},
    "sinks": {"schemas"},
    "dashboards": {"schemas", "sinks"},
}

#: The only files of `streams` that know more than one room: they wire the rooms together.
WIRING = re.compile(r"streams/(app|worker|cli|demo)[a-z_]*\.py|streams/(app|worker|cli|demo)/.*")

MOST_LINES = 300
LONGER_BECAUSE = re.compile(r"over 300 lines because \S+")


@cache
def tracked() -> tuple[Path, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    names = (name for name in listed.split("\0") if name)
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


def tracked_names(*suffixes: str) -> list[str]:
    return [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if not suffixes or path.suffix in suffixes
    ]


def imported_rooms(source: str) -> set[str]:
    """Rooms and `tests` named by any import, however deep in the file it stands."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.append(node.module)
    return {name.partition(".")[0] for name in names} & {*ROOMS, "tests"}


def product_files() -> list[str]:
    return [name for name in tracked_names(".py") if name.split("/")[0] in ROOMS]


def test_there_is_something_to_check() -> None:
    assert {name.split("/")[0] for name in product_files()} == set(ROOMS)


@pytest.mark.parametrize("name", product_files())
def test_imports_go_one_way(name: str) -> None:
    room = name.split("/")[0]
    found = imported_rooms((ROOT / name).read_text(encoding="utf-8")) - {room}
    allowed = set(ROOMS) if WIRING.fullmatch(name) else MAY_IMPORT[room]
    assert found <= allowed, f"{name} imports {sorted(found - allowed)}"


@pytest.mark.parametrize(
    ("source", "rooms"),
    [
        ("import sinks.tables", {"sinks"}),
        ("from dashboards import wall", {"dashboards"}),
        ("def late():\n    from sinks.client import get", {"sinks"}),
        ("import tests.conftest", {"tests"}),
        ("from . import sinks", set()),
        ("import sinkhole, json", set()),
    ],
)
def test_an_import_is_seen_wherever_it_stands(source: str, rooms: set[str]) -> None:
    assert imported_rooms(source) == rooms


OURS = [
    name
    for name in tracked_names(".py", ".sh", ".css", ".js", ".html", ".sql", ".yml")
    if "/vendor/" not in name
]


@pytest.mark.parametrize("name", OURS)
def test_a_file_is_at_most_300_lines_or_says_why(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = text.count("\n")
    assert lines <= MOST_LINES or LONGER_BECAUSE.search(text), (
        f"{name} has {lines} lines: find its second idea, or say `over 300 lines because …` in it"
    )


LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(markdown: str) -> set[str]:
    """As the usual renderers make them: lower case, punctuation gone, spaces to hyphens."""
    headings = HEADING.findall(FENCED.sub("", markdown))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower().replace("`", "")).replace(" ", "-")
        for heading in headings
    }


def broken_links(name: str) -> Iterator[str]:
    page = ROOT / name
    for target in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        pointed_at = (page.parent / path).resolve() if path else page
        if not pointed_at.exists() or (
            anchor
            and pointed_at.suffix == ".md"
            and anchor not in anchors(pointed_at.read_text(encoding="utf-8"))
        ):
            yield target


def test_every_link_of_every_page_leads_somewhere() -> None:
    broken = {name: list(broken_links(name)) for name in tracked_names(".md")}
    assert {name: links for name, links in broken.items() if links} == {}


@pytest.mark.parametrize(
    ("page", "broken"),
    [
        ("[here](page.md) and [there](page.md#a-heading)", []),
        ("[gone](gone.md) ![picture](gone.png)", ["gone.md", "gone.png"]),
        ("[wrong place](page.md#no-heading) [own](#a-heading)", ["page.md#no-heading"]),
        ("[the web](https://example.org/x)", []),
        ("```\n[code](gone.md)\n```", []),
    ],
)
def test_a_broken_link_is_recognised(tmp_path: Path, page: str, broken: list[str]) -> None:
    (tmp_path / "page.md").write_text(f"# A heading\n\n{page}\n", encoding="utf-8")
    assert list(broken_links(str(tmp_path / "page.md"))) == broken


# Split so that this file does not name what it forbids. A URL of the public index is fine.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"/(?:root|home/[a-z]\w*|Users/\w+)" + r"/[\w.]",
            r"(?<![\w.])/wo" + r"rk/",
            r"(?:--|^)(?:extra-)?index-" + r"url\b",
            r"--find-" + r"links\b",
            r"https?://[^\s/\"']*(?:nexus|artifactory|mirror|proxy)[^\s/\"']*/",
        ]
    ),
    re.MULTILINE,
)


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        ("see /root" + "/.cache/x", True),
        ("cd /home/ann" + "/hall", True),
        ("--index-" + "url https://example.org/simple", True),
        ("https://nexus" + ".example.org/pypi/", True),
        ("https://pypi.org/simple", False),
        ("WORKDIR /var/lib/hallwatch", False),
        ("KAFKA_LOG_DIRS: /var/lib/kafka/data", False),
    ],
)
def test_what_names_a_machine_is_recognised(text: str, forbidden: bool) -> None:
    assert bool(FORBIDDEN.search(text)) == forbidden


def test_no_tracked_file_names_a_machine_path_or_a_package_mirror() -> None:
    found = [
        f"{name}: {match[0]}"
        for name in tracked_names()
        if "/vendor/" not in name
        for match in FORBIDDEN.finditer((ROOT / name).read_bytes().decode(errors="ignore"))
    ]
    assert found == []


def test_make_help_lists_every_target() -> None:
    told = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY:(.*)$", makefile, re.MULTILINE)
    assert phony is not None
    targets = set(phony[1].split())
    defined = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    assert targets == defined
    assert set(re.findall(r"^  make (\S+)", told, re.MULTILINE)) == targets


def test_the_locks_pin_everything_the_project_asks_for() -> None:
    """`make lock` was not forgotten. Which versions go together is the resolver's business."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    asked = {
        "dev": [
            *project["project"]["dependencies"],
            *chain.from_iterable(project["project"]["optional-dependencies"].values()),
            *groups["dev"],
        ],
        "bench": groups["bench"],
    }
    assert set(groups) == set(asked)
    for lock, requirements in asked.items():
        pinned = pins(lock)
        names = {pin.split("==")[0] for pin in pinned}
        for requirement in requirements:
            name = re.split(r"[><=!~;\[ ]", requirement)[0].lower().replace("_", "-")
            assert name in names, f"{name} is not in requirements/{lock}.txt: run make lock"
            exact = requirement.partition(";")[0].strip().replace("_", "-")
            if "==" in exact:
                assert exact in pinned, f"{exact} is not what is pinned: run make lock"


def test_the_smaller_locks_pin_the_same_versions() -> None:
    assert pins("demo") < pins("dev")
    assert pins("server") < pins("demo")
    # A hall without the internet can add nothing to an image: all extras but the embedded parts.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    asked = chain.from_iterable(extras[name] for name in extras if name != "embedded")
    in_image = {pin.split("==")[0] for pin in pins("server")}
    assert {re.split(r"[><=]", requirement)[0] for requirement in asked} <= in_image


def test_what_only_the_benchmark_needs_changes_no_other_version() -> None:
    versions = dict(pin.split("==") for pin in pins("dev"))
    for pin in pins("bench"):
        name, version = pin.split("==")
        assert versions.get(name, version) == version, pin


def pins(lock: str) -> set[str]:
    text = (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9-]+==\S+)", text, re.MULTILINE))
