"""The page on the states of consent shows what the code does: the diagram and the table, read back from the page."""

from __future__ import annotations

import re
from pathlib import Path

from policycheck.consent.transitions import TransitionKind, next_status
from policycheck.model.consent import ConsentStatus

PAGE = (Path(__file__).parents[2] / "docs/explanation/consent-states.md").read_text("utf-8")
EDGE = re.compile(r"^ +(\w+) --> (\w+): (.+)$", re.MULTILINE)
LABELS = {
    **{kind.value: (kind, False) for kind in TransitionKind if kind is not TransitionKind.CHANGE},
    "change(grant)": (TransitionKind.CHANGE, False),
    "change(deny)": (TransitionKind.CHANGE, True),
}
CODE = {
    (status.value, label): next_status(status, kind, denied=denied).value
    for status in ConsentStatus
    for label, (kind, denied) in LABELS.items()
}


def diagram() -> str:
    blocks = re.findall(r"^```mermaid\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1
    return str(blocks[0])


def pairs(found: list[tuple[tuple[str, str], str]]) -> dict[tuple[str, str], str]:
    assert len(dict(found)) == len(found), "the page says something twice"
    return dict(found)


def test_the_diagram_shows_every_transition_that_changes_a_status_and_no_other() -> None:
    text = diagram()

    shown = pairs([((start, label), end) for start, end, labels in EDGE.findall(text) for label in labels.split(", ")])

    assert shown == {step: after for step, after in CODE.items() if after != step[0]}


def test_the_diagram_is_one_of_states_that_begins_unset() -> None:
    lines = [line.strip() for line in diagram().splitlines()]

    assert lines[:2] == ["stateDiagram-v2", "[*] --> unset"]
    assert len(EDGE.findall(diagram())) == len(lines) - 2, "a line of the diagram was not read"


def test_the_table_shows_every_status_and_every_transition() -> None:
    rows = [
        [re.findall(r"`([^`]+)`", cell) for cell in line.strip("|").split("|")]
        for line in PAGE[PAGE.index("| from |") :].partition("\n\n")[0].splitlines()
    ]
    heading, _, *body = rows

    shown = pairs(
        [
            ((row[0][0], label), after)
            for row in body
            for labels, (after,) in zip(heading[1:], row[1:], strict=True)
            for label in labels
        ]
    )

    assert shown == CODE


def test_every_status_is_explained() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE.partition("## ")[0], re.MULTILINE)

    assert rows == [status.value for status in ConsentStatus]
