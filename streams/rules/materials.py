"""What citizens need not hand in (两个免于提交): the catalogue of `materials.toml`.

Owns that file's format. Called by `load`. Invariant: each material says why it is exempt.
"""

from msgspec import Struct, field

from streams.core.rules import Material
from streams.rules.notes import Notes
from streams.rules.shape import read_shape


class _Material(Struct, rename="kebab"):
    code: str
    name_zh: str
    name_en: str
    issued_here: bool = False
    lookup: str = ""


class _Materials(Struct):
    material: list[_Material] = field(default_factory=list)


def load_materials(notes: Notes) -> dict[str, Material]:
    items = read_shape(notes, _Materials).material
    notes.refuse_twice("material[{}].code", [item.code for item in items])
    for index, item in enumerate(items):
        if not (item.issued_here or item.lookup.strip()):
            notes.wrong(
                f"material[{index}]",
                f"why is {item.code!r} exempt? `issued-here = true`, or the `lookup` that has it",
            )
    return {
        item.code: Material(
            code=item.code,
            name_zh=item.name_zh,
            name_en=item.name_en,
            issued_here=item.issued_here,
            lookup=item.lookup,
        )
        for item in items
    }
