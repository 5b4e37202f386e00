"""What pydantic finds wrong with a value, in the words of whoever wrote the file. Pure."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def problem_text(found: Mapping[str, Any], written: str | None, model: type[BaseModel]) -> str:
    """One pydantic error as a sentence.

    ``written``: the plain value as it was typed, if it is one. ``model``: the model of the whole file, which tells the
    keys that are known where an unknown one stands.
    """
    kind, told = found["type"], found.get("ctx", {})
    key = next((step for step in reversed(found["loc"]) if isinstance(step, str) and "[" not in step), None)
    subject = f"'{key}'" if key else "the file"
    if kind == "extra_forbidden":
        return _unknown_key(str(found["loc"][-1]), _known_keys(model, found["loc"][:-1]))
    if kind == "missing":
        return f"'{found['loc'][-1]}' is missing."
    if kind == "string_type":
        return no_text(subject, found.get("input"), written)
    if kind in ("value_error", "assertion_error"):
        said = str(told.get("error", found["msg"]))
        return (f"{subject}: {said}" if key and not said.startswith("'") else said).rstrip(".") + "."
    if kind == "literal_error":
        return f"{subject} must be {_or(told['expected'])}."
    if kind in _WORDS:
        return f"{subject} {_WORDS[kind].format(**told)}."
    return f"{subject}: {found['msg']}."


_WORDS: Mapping[str, str] = {
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "model_type": "must hold keys with values, such as `name: …`",
    "model_attributes_type": "must hold keys with values, such as `name: …`",
    "dict_type": "must hold keys with values",
    "mapping_type": "must hold keys with values",
    "tuple_type": "must be a list: one entry a line, each after `- `",
    "list_type": "must be a list: one entry a line, each after `- `",
}


def _unknown_key(key: str, known: list[str]) -> str:
    from portal_bot.config.did_you_mean import nearest

    close = nearest(key, known)
    if close:
        return f"unknown key '{key}'. Did you mean '{close[0]}'?"
    return f"unknown key '{key}'." + (f" Known here: {', '.join(known)}." if known else "")


def no_text(subject: str, given: Any, written: str | None) -> str:
    """Why a value is no text, such as a name; ``written`` is how it was typed."""
    if isinstance(given, Mapping):
        return f"{subject} must be one piece of text, not keys with values."
    if isinstance(given, list | tuple):
        return f"{subject} must be one piece of text, not a list."
    if not written:
        return f"{subject} is empty."
    kind = "a truth value" if isinstance(given, bool) else "nothing" if given is None else "a number or date"
    return f'{subject} must be text, but YAML reads {written} as {kind}. Put it in quotes: "{written}".'


def _or(expected: str) -> str:
    return expected.replace("'", "")


def _known_keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys of the model at this pydantic location; steps that name a validator or union member are passed over."""
    annotation: Any = model
    for step in location:
        holder = _model_in(annotation)
        if isinstance(step, int) or holder is None:
            annotation = _member(annotation)
        elif step in holder.model_fields:
            annotation = holder.model_fields[step].annotation
    found = _model_in(annotation)
    return list(found.model_fields) if found else []


def _plain(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation is, or is optionally; not one that it holds many of."""
    annotation = _plain(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, types.UnionType):
        return next((found for each in get_args(annotation) if (found := _model_in(each))), None)
    return None


def _member(annotation: Any) -> Any:
    """What a list, tuple or mapping holds."""
    annotation = _plain(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next((each for each in get_args(annotation) if get_args(each)), annotation)
    inner = [each for each in get_args(annotation) if each is not Ellipsis]
    return inner[-1] if inner else annotation
