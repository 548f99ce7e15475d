"""Holds the server against its own description, with programs that we did not write.

usage: openapi.py PROGRAM INDEX SBOM INVENTORY
openapi-spec-validator reads /api/openapi.json; schemathesis then asks every address that it describes, with what it
describes and with what it does not: no answer may be a fault of the server's, or one that is not described.
"""
import base64
import pathlib
import subprocess
import sys
import tempfile
import time

import house
import openapi_spec_validator
import requests

program, index, sbom, inventory = sys.argv[1:]
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,ignored_auth"
EXAMPLES = "12"


def take_in(program, address):
    """Takes an inventory in as a program does, and waits until something of it is to be done."""
    organisation = program.get(f"{address}/organisations").json()["rows"][0]["id"]
    with pathlib.Path(inventory).open("rb") as file:
        sent = program.post(f"{address}/imports/new", data={"organisation": organisation}, files={"file": ("inventory.csv", file)})
    sent.raise_for_status()
    program.post(address + sent.json()["see"], json={"act": "take", "name": "AIMS"}).raise_for_status()
    for _ in range(120):
        if program.get(f"{address}/work").json()["total"]:
            return
        time.sleep(0.5)
    sys.exit("nothing of the inventory was judged")


def fill(address, token):
    """Puts something behind the addresses; gives what stands for the names in their paths."""
    program = requests.Session()
    program.headers["X-Api-Key"] = token
    take_in(program, address)
    delivery = {"projectName": "Pump", "projectVersion": "2.1", "autoCreate": True,
                "bom": base64.b64encode(pathlib.Path(sbom).read_bytes()).decode()}
    delivered = program.put(f"{address}/api/v1/bom", json=delivery)
    delivered.raise_for_status()
    project = program.get(f"{address}/api/v1/project/{delivered.json()['projectUuid']}").json()
    people = program.get(f"{address}/people").json()["rows"]
    release = program.get(address + project["lazaret"]["see"]).json()
    findings = program.get(f"{address}/api/v1/finding/project/{project['uuid']}").json()
    assert findings, "the SBOM has no finding, so little would be judged"
    rows = lambda path, name="rows": program.get(address + path).json()[name]
    imported = program.get(f"{address}/imports").json()
    return {"path.device": rows("/devices")[0]["id"], "path.action": rows("/work")[0]["action"],
            "path.question": rows("/questions")[0]["key"], "path.advisory": rows("/advisories")[0]["id"],
            "path.organisation": rows("/organisations")[0]["id"], "path.import": imported["imports"][0]["id"],
            "path.source": imported["sources"][0]["id"], "path.uuid": project["uuid"], "path.release": release["id"], "path.product": release["product"],
            "path.bill": release["bills"][0]["id"], "path.person": people[0]["id"], "path.number": 0,
            "path.vulnerability": findings[0]["vulnerability"]["vulnId"],
            "query.component": findings[0]["component"]["uuid"]}


def examine(address, token, parameters):
    """Runs schemathesis once; `parameters` stand for names in paths and queries. What takes away what others read is not asked then."""
    kept = ["--exclude-path-regex", "(withdrawn|taken-back)$"] if parameters else []
    with tempfile.TemporaryDirectory() as place:
        settings = pathlib.Path(place) / "schemathesis.toml"
        lines = ["[parameters]"] + [f'"{name}" = {value!r}' for name, value in parameters.items()]
        settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [pathlib.Path(sys.executable).with_name("schemathesis"), "--config-file", settings, "run", f"{address}/api/openapi.json",
                   "--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--phases", "coverage,fuzzing",
                   "--max-examples", EXAMPLES, "--seed", "20261126", "--warnings", "off", "--suppress-health-check", "all",
                   "--request-timeout", "30", *kept]
        return subprocess.run(command, cwd=place, check=False).returncode


with house.server(program, index, house.LENT) as (address, token):
    document = requests.get(f"{address}/api/openapi.json", timeout=30).json()
    openapi_spec_validator.validate(document)
    print(f"{sum(len(path) for path in document['paths'].values())} operations are described, and openapi-spec-validator takes the description")
    faults = examine(address, token, {}) + examine(address, token, fill(address, token))
sys.exit(1 if faults else 0)
