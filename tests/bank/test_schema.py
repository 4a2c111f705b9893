from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bpdrill import kinds
from bpdrill.bank.bank import open_bank, read_document
from bpdrill.bank.keys import keys_of
from bpdrill.bank.schema import Schema, item_schema
from bpdrill.model.items import FollowUp

SCHEMA = item_schema()
FILES = open_bank().files

PLAIN: Mapping[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
}


def fits(value: Any, schema: Schema) -> bool:
    """Whether ``value`` is what a schema asks for; of its words, those that ours uses."""
    schema = {**(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else {}), **schema}
    if "anyOf" in schema:
        return any(fits(value, part) for part in schema["anyOf"])
    checks = {"object": fits_object, "array": fits_array}
    kind = schema.get("type")
    if kind in checks:
        return checks[kind](value, schema)
    return (kind is None or isinstance(value, PLAIN[kind])) and value in schema.get("enum", [value])


def fits_object(value: Any, schema: Schema) -> bool:
    if not isinstance(value, dict) or not {*schema.get("required", ())} <= {*value}:
        return False
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    return all(
        fits(entry, known[key]) if key in known else others is True or (others and fits(entry, others))
        for key, entry in value.items()
    )


def fits_array(value: Any, schema: Schema) -> bool:
    first = schema.get("prefixItems", [])
    rest = schema.get("items", {})
    return isinstance(value, list) and all(
        fits(entry, part) for entry, part in zip(value, [*first, *[rest] * len(value)], strict=False)
    )


def valid(item: Mapping[str, Any]) -> bool:
    """Whether an item fits, with what its kind asks for."""
    (then,) = [case["then"] for case in SCHEMA["allOf"] if fits_case(item, case["if"])] or [{}]
    return fits(item, SCHEMA) and fits(item["spec"], then.get("properties", {}).get("spec", {}))


def fits_case(item: Mapping[str, Any], case: Schema) -> bool:
    return bool(case["properties"]["kind"]["const"] == item["kind"])


@pytest.mark.parametrize("item", FILES)
def test_the_bank_fits_its_schema(item: str) -> None:
    assert valid(read_document(FILES[item]).value)


@pytest.mark.parametrize(
    "change",
    [
        {"minutes": "seven"},
        {"minuets": 7},
        {"kind": "essay"},
        {"covers": ["Z9"]},
        {"skills": ["juggling"]},
        {"hints": {"direction": "there"}},
        {"spec": {"graph": "L = x"}},
    ],
)
def test_what_check_refuses_the_schema_refuses(change: Mapping[str, Any]) -> None:
    item = read_document(FILES["graphs/linear-regression-loss"]).value
    assert not valid({**item, **change})


def test_each_kind_has_its_own_keys() -> None:
    assert {case["if"]["properties"]["kind"]["const"] for case in SCHEMA["allOf"]} == set(kinds.kind_names())
    assert set(SCHEMA["properties"]["kind"]["enum"]) == set(kinds.kind_names())


def test_what_is_said_of_a_key_is_its_docstring() -> None:
    assert {key.name: key.says for key in keys_of(FollowUp)} == {
        "id": "",
        "ask": "",
        "met": "What a good answer says.",
        "missed": "The smaller question for somebody who has no answer.",
        "after": "The criterion that opens it; none: it may be asked in any case.",
    }
    assert SCHEMA["$defs"]["FollowUp"]["properties"]["met"]["description"] == "What a good answer says."
