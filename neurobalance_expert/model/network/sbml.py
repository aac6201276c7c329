"""The network as SBML Level 3 with flux balance constraints (FBC 2), for other tools. Needs python-libsbml (extra ``sbml``).

FBC has no bound over several reactions. An enzyme that several reactions share is therefore a token in two states: each reaction turns one
free token into a used one, free tokens come in at the capacity, used ones leave. Every other enzyme bounds its reaction directly. So the
optimum is that of ``ceiling``.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from neurobalance_expert.errors import Misuse
from neurobalance_expert.model.network.ceiling import Capacities, bounds_of_enzymes
from neurobalance_expert.model.network.structure import dead_ends
from neurobalance_expert.model.network.types import Network, Reaction

COMPARTMENT = "c"
WIDE = 100_000.0  # bound of the exchange of currency: beyond every flux that capacities allow
SBO = {"biochemical": "SBO:0000176", "exchange": "SBO:0000627", "sink": "SBO:0000632", "species": "SBO:0000247", "gene": "SBO:0000243"}


def write_sbml(network: Network, capacities: Capacities, product: str, status: Mapping[str, float] | None = None) -> str:
    """The network as SBML text, with the outflow of ``product`` as objective.

    Raises:
        Misuse: python-libsbml is not installed.
        KeyError, ValueError: as ``ceiling``; also a bound that is not below the one of exchanges.
    """
    try:
        import libsbml
    except ImportError:
        raise Misuse("SBML needs the library python-libsbml, which is not installed: pip install 'neurobalance[sbml]'") from None
    if network.species[product].currency:
        raise ValueError(f"{product} is kept supplied by the rest of the cell; name a species made here")
    bounds = {name: bound for name, (_, bound, _) in bounds_of_enzymes(network, capacities, status or {}).items()}
    if max([*bounds.values(), *capacities.supplies.values()]) >= WIDE:
        raise ValueError(f"a supply or capacity must be below {WIDE:g}, which stands for unbounded in the file")
    return _Writer(libsbml, network, capacities, bounds).text(product)


class _Writer:
    def __init__(self, lib: Any, network: Network, capacities: Capacities, bounds: Mapping[str, float]) -> None:
        self.lib, self.network, self.capacities, self.bounds = lib, network, capacities, bounds
        namespaces = lib.SBMLNamespaces(3, 1)
        namespaces.addPackageNamespace("fbc", 2)
        self.document = lib.SBMLDocument(namespaces)
        self.document.setPackageRequired("fbc", False)
        self.model = self.document.createModel()
        self.fbc = self.model.getPlugin("fbc")
        self.fbc.setStrict(True)
        self.limits: dict[float, str] = {}

    def text(self, product: str) -> str:
        """Everything, in the order of the files."""
        self.model.setId("neurobalance_network")
        self.model.setName("Precursors, transmitters and their co-factors")
        self.model.setMetaId("neurobalance_network")
        compartment = self.model.createCompartment()
        compartment.setId(COMPARTMENT)
        compartment.setName("one well-mixed compartment")
        compartment.setConstant(True)
        compartment.setSize(1.0)
        compartment.setSpatialDimensions(3)
        compartment.setSBOTerm("SBO:0000290")
        for gene in sorted({g for r in self.network.reactions.values() for g in r.genes}):
            product_ = self.fbc.createGeneProduct()
            product_.setId(f"G_{gene}")
            product_.setLabel(gene)
            product_.setName(gene)
            product_.setMetaId(f"meta_G_{gene}")
            product_.setSBOTerm(SBO["gene"])
            self._annotate(product_, {"hgnc.symbol": [gene]})
        for species in self.network.species.values():
            made = self._species(species.id, species.name, species.formula, species.charge)
            if species.chebi:
                self._annotate(made, {"chebi": [f"CHEBI:{species.chebi}"]})
        pools = self._pools()
        for reaction in self.network.reactions.values():
            self._reaction(reaction, pools)
        self._exchanges(product)
        objective = self.fbc.createObjective()
        objective.setId("ceiling")
        objective.setType("maximize")
        self.fbc.setActiveObjectiveId("ceiling")
        flux = objective.createFluxObjective()
        flux.setReaction(f"R_EX_{product}")
        flux.setCoefficient(1.0)
        return str(self.lib.writeSBMLToString(self.document))

    def _pools(self) -> dict[str, str]:
        """Enzyme to token, for enzymes with a capacity of their own and several reactions; their tokens flow."""
        users: dict[str, int] = {}
        for reaction in self.network.reactions.values():
            users[reaction.enzyme] = users.get(reaction.enzyme, 0) + 1
        shared = {e: f"enzyme_{e}" for e, n in users.items() if n > 1 and e in self.capacities.capacities}
        for enzyme, token in shared.items():
            for state, sign, most in (("free", 1, self.bounds[enzyme]), ("used", -1, WIDE)):
                self._species(f"{token}_{state}", f"{enzyme}, {state} turnover", "X", 0)
                self._simple(
                    f"R_EX_{token}_{state}", f"turnover of {enzyme}, {state}", {f"{token}_{state}": sign}, 0.0, most, SBO["exchange"]
                )
        return shared

    def _species(self, name: str, title: str, formula: str, charge: int) -> Any:
        species = self.model.createSpecies()
        species.setId(f"M_{name}")
        species.setMetaId(f"meta_M_{name}")
        species.setName(title)
        species.setCompartment(COMPARTMENT)
        species.setHasOnlySubstanceUnits(False)
        species.setBoundaryCondition(False)
        species.setConstant(False)
        species.setSBOTerm(SBO["species"])
        plugin = species.getPlugin("fbc")
        plugin.setCharge(charge)
        plugin.setChemicalFormula(formula)
        return species

    def _reaction(self, reaction: Reaction, pools: Mapping[str, str]) -> None:
        parts = dict(reaction.stoichiometry)
        token = pools.get(reaction.enzyme)
        most = WIDE if token else self.bounds.get(reaction.id, self.bounds.get(reaction.enzyme, WIDE))
        if token:
            parts |= {f"{token}_free": -1, f"{token}_used": 1}
        made = self._simple(f"R_{reaction.id}", reaction.name, parts, -most if reaction.reversible else 0.0, most, SBO["biochemical"])
        ids: dict[str, list[str]] = {"ec-code": list(reaction.ec)}
        if reaction.kegg:
            ids["kegg.reaction"] = [reaction.kegg]
        if reaction.rhea:
            ids["rhea"] = [str(reaction.rhea)]
        self._annotate(made, {registry: found for registry, found in ids.items() if found})
        if reaction.genes:
            association = made.getPlugin("fbc").createGeneProductAssociation()
            parent = association.createOr() if len(reaction.genes) > 1 else association
            for gene in reaction.genes:
                parent.createGeneProductRef().setGeneProduct(f"G_{gene}")

    def _exchanges(self, product: str) -> None:
        network = self.network
        currency = [s.id for s in network.species.values() if s.currency]
        out = {*dead_ends(network)["made"], *self.capacities.leaves, *(p for w in network.pathways.values() for p in w.products), product}
        supplies = self.capacities.supplies
        for name in sorted({*out, *supplies, *currency}):
            free = name in currency
            low = -WIDE if free else -supplies.get(name, 0.0)
            high = WIDE if free or name in out else 0.0
            self._simple(f"R_EX_{name}", f"exchange of {network.species[name].name}", {name: -1}, low, high, SBO["exchange"])

    def _simple(self, name: str, title: str, parts: Mapping[str, int], low: float, high: float, term: str) -> Any:
        reaction = self.model.createReaction()
        reaction.setId(name)
        reaction.setMetaId(f"meta_{name}")
        reaction.setName(title)
        reaction.setReversible(low < 0)
        reaction.setFast(False)
        reaction.setSBOTerm(term)
        for species, count in parts.items():
            reference = reaction.createReactant() if count < 0 else reaction.createProduct()
            reference.setSpecies(f"M_{species}")
            reference.setStoichiometry(float(abs(count)))
            reference.setConstant(True)
        plugin = reaction.getPlugin("fbc")
        plugin.setLowerFluxBound(self._limit(low))
        plugin.setUpperFluxBound(self._limit(high))
        return reaction

    def _limit(self, value: float) -> str:
        """The id of a parameter with this value; each value is written once."""
        if value not in self.limits:
            name = f"bound_{len(self.limits)}" if abs(value) < inf else "unbounded"
            parameter = self.model.createParameter()
            parameter.setId(name)
            parameter.setMetaId(f"meta_{name}")
            parameter.setValue(value)
            parameter.setConstant(True)
            parameter.setSBOTerm("SBO:0000626" if abs(value) >= WIDE else "SBO:0000625")
            self.limits[value] = name
        return self.limits[value]

    def _annotate(self, element: Any, ids: Mapping[str, list[str]]) -> None:
        for registry, found in ids.items():
            term = self.lib.CVTerm(self.lib.BIOLOGICAL_QUALIFIER)
            term.setBiologicalQualifierType(self.lib.BQB_IS)
            for accession in found:
                term.addResource(f"https://identifiers.org/{registry}/{accession}")
            element.addCVTerm(term)
