"""An assessment in the forms of other systems: PROV-JSON, CDS Hooks cards and a FHIR bundle, each as plain data (docs/exports.md)."""
