"""A reaction network as data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

from msgspec import Struct

from neurobalance_expert.errors import Span

STANDARD_MASS = {"H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999, "P": 30.974, "S": 32.06}  # IUPAC 2021, abridged, g/mol


class Marks(Struct, frozen=True):
    """Where an entry comes from."""

    sources: tuple[str, ...]
    origin: str
    verified: bool
    evidence: str
    note: str = ""


class Species(Struct, frozen=True):
    """A chemical species in one charge state."""

    id: str
    name: str
    formula: str
    atoms: Mapping[str, int]
    charge: int
    chebi: int | None
    currency: bool  # kept supplied by the rest of the cell; hides pathways and pools when these are searched
    marks: Marks
    at: Span

    @property
    def molar_mass(self) -> float:
        """g/mol, from the standard atomic masses."""
        return sum(STANDARD_MASS[element] * count for element, count in self.atoms.items())


class Reaction(Struct, frozen=True):
    """One reaction. ``stoichiometry`` is negative for what is used up; bound co-factors are not in it."""

    id: str
    name: str
    pathway: str
    enzyme: str  # reactions of one enzyme share its capacity
    genes: tuple[str, ...]
    ec: tuple[str, ...]
    equation: str
    stoichiometry: Mapping[str, int]
    cofactors: tuple[str, ...]
    any_cofactor: bool  # one of them is enough
    makes: bool  # on the way to a product of its pathway, not on the way out
    rate_limiting: bool
    reversible: bool
    site: str
    kegg: str
    rhea: int | None
    read: tuple[str, ...]  # fields that were read in a source; the equation stands on its balance
    marks: Marks
    at: Span
    equation_at: Span

    @property
    def substrates(self) -> tuple[str, ...]:
        """What is used up, in the order of the equation."""
        return tuple(s for s, n in self.stoichiometry.items() if n < 0)

    @property
    def products(self) -> tuple[str, ...]:
        """What is made, in the order of the equation."""
        return tuple(s for s, n in self.stoichiometry.items() if n > 0)


class Pathway(Struct, frozen=True):
    """A family of reactions with the species that it is there to make."""

    id: str
    name: str
    products: tuple[str, ...]


class Cofactor(Struct, frozen=True):
    """A bound co-factor or a recycled co-substrate and the nutrients behind it."""

    id: str
    name: str
    nutrients: tuple[str, ...]
    made_by: str  # pathway, or ""
    bound: bool


class Network(Struct, frozen=True):
    """Everything, by id, in the order of the files."""

    species: Mapping[str, Species]
    reactions: Mapping[str, Reaction]
    pathways: Mapping[str, Pathway]
    cofactors: Mapping[str, Cofactor]

    def of_pathway(self, pathway: str) -> tuple[Reaction, ...]:
        """The reactions of a pathway."""
        return tuple(r for r in self.reactions.values() if r.pathway == pathway)

    def helpers(self, reaction: Reaction) -> tuple[Cofactor, ...]:
        """Bound co-factors of a reaction, then the recycled co-substrates that it uses up."""
        used = [s for s in reaction.substrates if s in self.cofactors]
        return tuple(self.cofactors[name] for name in (*reaction.cofactors, *used))

    def content(self, reactions: Iterable[str]) -> dict[str, object]:
        """What a rule derived from some reactions depends on, as plain data: their equations, enzymes, co-factors and the nutrients
        behind them. Names, identifiers and notes are no part of it."""
        found: dict[str, object] = {}
        for name in sorted(set(reactions)):
            r = self.reactions[name]
            helpers = {h.id: [list(h.nutrients), h.made_by] for h in self.helpers(r)}
            found[name] = [dict(r.stoichiometry), r.enzyme, r.makes, r.rate_limiting, r.any_cofactor, helpers]
        return found

    @property
    def digest(self) -> str:
        """``sha256:`` of the whole network in canonical form."""
        species = {s.id: [s.formula, s.charge] for s in self.species.values()}
        text = json.dumps([species, self.content(self.reactions)], sort_keys=True, separators=(",", ":"))
        return f"sha256:{sha256(text.encode()).hexdigest()}"
