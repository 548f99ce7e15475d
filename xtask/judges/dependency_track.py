"""Lets clients of Dependency-Track that we did not write deliver bills of materials and read findings.

usage: dependency_track.py PROGRAM INDEX SBOM…
Starts `PROGRAM serve` on loopback in a folder of its own, sets up a house, makes a token, and delivers
each SBOM with dtrack-auditor and reads it with dependency-track-client. What they read is held against `PROGRAM scan`.
"""
import json
import pathlib
import subprocess
import sys
import urllib.parse

import house
from dependencytrack_client import DependencyTrack

program, index, *sboms = sys.argv[1:]
auditor = pathlib.Path(sys.executable).with_name("dtrackauditor")
SETTLED = {"not_affected", "fixed"}


def audit(address, token, sbom, name, *more):
    """Delivers with dtrack-auditor; gives how it ended and what it said."""
    command = [auditor, "-u", address, "-k", token, "-p", name, "-v", "1.0", "-f", sbom, "-a", "-w", *more]
    said = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return said.returncode, said.stdout + said.stderr


def scanned(sbom):
    """What the command line says of the same file: pairs of vulnerability and purl."""
    said = subprocess.run([program, "scan", "--format", "json", "--index", index, sbom], capture_output=True, text=True)
    found = json.loads(said.stdout)["findings"]
    return sorted({(one["id"], one["component"].get("purl") or "") for one in found if one["verdict"] not in SETTLED})


def judge_tags(address, token, reader, name, project):
    """What plugins of Jenkins, Maven and GitHub send beside the file."""
    address = f"{address}/api/v1/project/{project['uuid']}"
    said = reader.session.patch(address, json={"tags": [{"name": "Nightly"}], "isLatest": True}, timeout=60)
    assert said.status_code == 200 and said.json()["tags"] == [{"name": "nightly"}], said.text
    again = reader.session.patch(address, json={"isLatest": True}, timeout=60)
    assert again.status_code == 304, again.text
    newest = reader.session.get(f"{reader.api}/project/latest/{urllib.parse.quote(name, safe='')}", timeout=60).json()
    tagged = reader.session.get(f"{reader.api}/project/tag/nightly", timeout=60).json()
    assert newest == said.json() and newest in tagged, newest


def judge(address, token, sbom):
    name = f"{pathlib.Path(sbom).stem} of <Ada>"
    code, said = audit(address, token, sbom, name)
    assert code == 0 and "Vulnerability audit resulted in no violations." in said, said
    code, said = audit(address, token, sbom, name, "-l", "all")
    assert code == 0, said
    reader = DependencyTrack(address, token)
    project = reader.project_lookup(urllib.parse.quote(name), "1.0")
    judge_tags(address, token, reader, name, project)
    project = reader.project_lookup(urllib.parse.quote(name), "1.0")
    assert project in reader.list_projects() and reader.get_project(project["uuid"]) == project
    components = reader.get_project_components(project["uuid"])
    assert reader.get_project_violations(project["uuid"]) == []
    findings = reader.session.get(f"{reader.api}/finding/project/{project['uuid']}").json()
    read = sorted({(one["vulnerability"]["vulnId"], one["component"].get("purl") or "") for one in findings})
    assert read == scanned(sbom), f"{sbom}: {len(read)} findings were read, {len(scanned(sbom))} scanned"
    severities = {one["vulnerability"]["severity"].lower() for one in findings}
    for severity in severities & {"critical", "high", "medium", "low"}:
        code, said = audit(address, token, sbom, name, "-r", f"{severity}:1:true")
        assert code == 1 and "Threshold" in said, said
    print(f"{pathlib.Path(sbom).name}: {len(components)} components, {len(findings)} findings read by others as we scan them")
    return len(findings)


with house.server(program, index, ["view_devices", "deliver_documents"]) as (address, token):
    code, said = audit(address, token + "0", sboms[0], "refused")
    assert code == 1 and "401" in said, said
    total = sum(judge(address, token, sbom) for sbom in sboms)
    assert total > 0, "no SBOM had a finding, so nothing was judged"
print(f"{len(sboms)} SBOMs delivered by dtrack-auditor and read by dependency-track-client")
