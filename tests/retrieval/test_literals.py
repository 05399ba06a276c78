"""Reading values from source code without running it."""

import ast

import pytest
from dataquarry.retrieval.sources.literals import calls, constants, keywords, read

CODE = """
LANGUAGES = ["eng-Latn", "deu-Latn"]
COMMON = {"license": "mit", "made": today()}
TEXT = "one " + "two"


class Task:
    facts = Metadata(name="a", langs=LANGUAGES, text=TEXT, size=len(TEXT), **COMMON)
"""


def test_names_of_constants_are_followed_and_what_is_computed_is_left_out():
    tree = ast.parse(CODE)
    call = next(calls(tree, "Metadata"))
    assert keywords(call, constants(tree)) == {
        "name": "a",
        "langs": ["eng-Latn", "deu-Latn"],
        "text": "one two",
        "license": "mit",
    }


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("(1, 'a')", [1, "a"]),
        ("f'a {b} c'", "a  c"),
        ("1 + 'a'", None),
        ("__import__('os').remove('x')", None),
        ("{'a': 1, 'b': f()}", {"a": 1}),
        ("{(1, 2): 3}", {}),
    ],
)
def test_only_what_the_code_states_outright_is_read(code, value):
    assert read(ast.parse(code, mode="eval").body, {}) == value
