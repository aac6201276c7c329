"""A document of proofs as plain data, looked at: its facts, its steps by what they say, and what a finding rests on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from neurobalance_expert.fact import FINDING, FINDING_SLOTS


class Proved:
    """``neurobalance/proof/1``, of this run or of a record."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def facts(self) -> list[tuple[str, dict[str, Any]]]:
        """Every fact: relation and slots."""
        return [(fact["relation"], fact["slots"]) for fact in self.document["facts"]]

    def steps(self) -> dict[str, tuple[str, str]]:
        """What is concluded, as JSON, and the step in words, by all that a step says. Numbers of facts are places and no part of it."""
        facts = [json.dumps(fact, sort_keys=True) for fact in self.facts()]
        found = {}
        for step in self.document["steps"]:
            conditions = [{**condition, "fact": facts[condition["fact"]]} for condition in step["conditions"]]
            told = {**step, "fact": facts[step["fact"]], "conditions": conditions, "digest": ""}
            found[json.dumps(told, sort_keys=True)] = (facts[step["fact"]], f"{step['rule']} concludes {facts[step['fact']]}")
        return found

    def concluded(self) -> dict[str, set[str]]:
        """What each rule concludes, as JSON."""
        facts = [json.dumps(fact, sort_keys=True) for fact in self.facts()]
        found: dict[str, set[str]] = {}
        for step in self.document["steps"]:
            found.setdefault(step["rule"], set()).add(facts[step["fact"]])
        return found

    def under(self, finding: Mapping[str, Any]) -> tuple[set[str], list[tuple[str, dict[str, Any]]]]:
        """The rules and the given facts that a finding of the assessment rests on."""
        slots = {name: finding[name] for name in FINDING_SLOTS if finding[name]}
        facts = self.facts()
        wanted = [n for n, fact in enumerate(facts) if fact == (FINDING, slots)]
        rules: set[str] = set()
        seen: dict[int, None] = {}
        while wanted:
            number = wanted.pop()
            if number in seen:
                continue
            seen[number] = None
            for step in self._ways.get(number, ()):
                rules.add(step["rule"])
                wanted += [condition["fact"] for condition in step["conditions"]]
        return rules, [facts[number] for number in sorted(seen) if self.document["facts"][number]["given"]]

    @cached_property
    def _ways(self) -> dict[int, list[Mapping[str, Any]]]:
        found: dict[int, list[Mapping[str, Any]]] = {}
        for step in self.document["steps"]:
            found.setdefault(step["fact"], []).append(step)
        return found
