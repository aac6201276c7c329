"""The reaction network: species, balanced reactions and their co-factors, read from ``knowledge/network``. docs/stoichiometry.md"""
