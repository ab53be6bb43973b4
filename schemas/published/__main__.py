"""`python -m schemas.published docs`: writes the contract documents; `… docs --release` freezes
this version's schemas as what producers were given. Owns the command line only."""

import sys
from pathlib import Path

from schemas.published.files import release, write


def main(arguments: list[str]) -> None:
    match arguments:
        case [docs]:
            write(Path(docs))
        case [docs, "--release"]:
            write(Path(docs))
            print(release(Path(docs)))
        case _:
            sys.exit("usage: python -m schemas.published DOCS [--release]")


if __name__ == "__main__":
    main(sys.argv[1:])
