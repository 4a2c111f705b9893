"""The JSON Schema of an item's file, from which editors complete keys and say what they are for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from typing import Any, get_args

from bpdrill import kinds
from bpdrill.bank.convert import ItemFile, types_of
from bpdrill.bank.demands import open_words
from bpdrill.bank.keys import keys_of

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def item_schema() -> Schema:
    """The schema of every item's file; what may stand under ``spec`` depends on the kind."""
    import msgspec

    specs = {name: kinds.load(name).Spec for name in kinds.kind_names()}
    records = records_in([ItemFile, *specs.values()], {})
    found, definitions = msgspec.json.schema_components(records, ref_template="#/$defs/{name}")
    references = dict(zip(records, found, strict=True))
    for record, reference in references.items():
        describe(definitions[name_in(reference)], record)
    whole = definitions.pop(name_in(references[ItemFile]))
    restrict(whole["properties"], tuple(specs))
    cases = [only_for(name, references[spec]) for name, spec in specs.items()]
    return {"$schema": DIALECT, **whole, "title": "A bpdrill item", "allOf": cases, "$defs": definitions}


def records_in(hints: Iterable[Any], found: dict[Any, None]) -> tuple[Any, ...]:
    """The records that types are made of, however deep, each once; ``found`` are known already."""
    for hint in hints:
        if not (isinstance(hint, type) and is_dataclass(hint)):
            records_in(get_args(hint), found)
        elif hint not in found:
            found[hint] = None
            records_in(types_of(hint).values(), found)
    return tuple(found)


def describe(schema: Schema, record: Any) -> None:
    """Say what each key of a record is for, and refuse all others."""
    schema["additionalProperties"] = False
    for key in keys_of(record):
        if key.says:
            schema["properties"][key.name]["description"] = key.says


def name_in(reference: Mapping[str, str]) -> str:
    """The name that a reference refers to."""
    return reference["$ref"].rpartition("/")[2]


def only_for(kind: str, spec: Mapping[str, Any]) -> Schema:
    """What stands under ``spec`` where the kind is this one."""
    this = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
    return {"if": this, "then": {"properties": {"spec": dict(spec)}}}


def restrict(properties: Schema, kind_names: tuple[str, ...]) -> None:
    """Names that something must be said about are chosen from a list."""
    words = open_words()
    properties["kind"]["enum"] = [*kind_names]
    for key, names in (
        ("skills", words.skills),
        ("covers", words.rows),
        ("beyond", words.families),
        ("checkpoints", words.tasks),
    ):
        properties[key]["items"] = {"type": "string", "enum": sorted(names)}
