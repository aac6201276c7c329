"""Rule texts are read without compiling them; Jinja2 in a sandbox says what they mean."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined, pass_context
from jinja2.sandbox import SandboxedEnvironment

from neurobalance_expert.explain import wording
from neurobalance_expert.explain.wording import Labels, WordingError, say, sentence

LABELS = Labels(windows={"w2": "lunch at 12:30"}, nutrients={"fe": "iron"})
VALUES = {"ratio": Decimal("0.71"), "w": "w2", "of": "trp", "flag": True, "markup": "{{ ratio }}"}


def by_jinja(template: str) -> str:
    """The text as Jinja2 renders it with the same filters."""
    env = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)

    def labelled(words_for):
        return pass_context(lambda _, value: words_for(value, LABELS))

    labelled_names = ("window", "nutrient", "substance", "analyte", "condition")
    env.filters = {name: labelled(f) if name in labelled_names else f for name, f in wording.FILTERS.items()}
    return sentence(" ".join(env.from_string(template).render(VALUES).split()))


def test_every_shipped_text_is_written_as_jinja_writes_it(knowledge):
    """Names are replaced by known ones, so that each text can be rendered on its own."""
    texts = [text for rule in knowledge.rules.rules for text in (rule.say, rule.do) if text]
    assert len(texts) > 150
    for text in texts:
        names = {name for _, name, _ in wording.pieces(text) if name}
        plain = text
        for name in names:
            plain = plain.replace(f"{{{{ {name} ", "{{ ratio ")
        assert by_jinja(plain) == say(plain, VALUES, LABELS)


texts = st.text(st.characters(codec="utf-8", exclude_characters="{}#%"), max_size=6)
opening, closing = st.sampled_from(["{{", "{{-", "{{+"]), st.sampled_from(["}}", "-}}"])
slots = st.builds(
    lambda o, space, name, words_for, c: f"{o}{space}{name}{space}{words_for}{space}{c}",
    opening,
    st.sampled_from(["", " ", "\n"]),
    st.sampled_from(sorted(VALUES)),
    st.sampled_from(["", "| percent", "|number", "| aa", "| window", "| nutrient", "| enum", "| mg"]),
    closing,
)


@given(st.lists(st.one_of(texts, slots, st.sampled_from(["{# a remark #}", "{#- {{ ratio }} -#}", " } "])), max_size=8))
def test_any_text_of_the_two_forms_is_written_as_jinja_writes_it(pieces):
    """Blanks, lines, comments and the marks that eat blanks included."""
    template = "".join(pieces)

    assert by_jinja(template) == say(template, VALUES, LABELS)


def test_a_value_is_never_read_as_a_text():
    """A value that looks like a slot is printed as it is."""
    assert "{{ ratio }}" == say("{{ markup }}", VALUES, LABELS)


@pytest.mark.parametrize(
    "template",
    [
        "{{ missing }}",
        "{{ ratio | nosuch }}",
        "{{ ratio | percent | mg }}",
        "{{ ratio.__class__ }}",
        "{{ ().__class__ }}",
        "{{ 1 + 1 }}",
        "{{ ratio",
        "{{ 'text' }}",
        "{% if ratio %}x{% endif %}",
        "{{ ratio() }}",
        "{# no end",
    ],
)
def test_anything_else_in_braces_is_refused(template):
    """No attribute, call, arithmetic, constant or statement; no unknown name or filter."""
    with pytest.raises(WordingError, match="cannot be written"):
        say(template, VALUES, LABELS)
