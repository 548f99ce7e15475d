"""Lets clients of Dependency-Track that we did not write deliver bills of materials and read findings.

usage: dependency_track.py PROGRAM INDEX SBOM…
Starts `PROGRAM serve` on loopback in a folder of its own, sets up a house, makes a token, and delivers
each SBOM with dtrack-auditor and reads it with dependency-track-client. What they read is held against `PROGRAM scan`.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

import requests
from dependencytrack_client import DependencyTrack

program, index, *sboms = sys.argv[1:]
auditor = pathlib.Path(sys.executable).with_name("dtrackauditor")
SETTLED = {"not_affected", "fixed"}


def serve(folder):
    """A server with a house; gives it with its address and a token."""
    command = [program, "serve", "--data", folder / "data", "--root-key", folder / "root.key", "--listen", "127.0.0.1:0", "--index", index]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        if found := re.search(r"(http://\S+)(/first-run/\S+)", line):
            break
    else:
        sys.exit("the server said no first link")
    address, link = found.groups()
    person = requests.Session()
    person.headers["Origin"] = address
    founding = {"kind": "maker", "organisation": "Invented Makers", "name": "Ada", "address": "ada@maker.example",
                "password": "a long sentence will do", "zone": "UTC"}
    person.post(address + link, data=founding).raise_for_status()
    page = person.get(address + "/account")
    page.raise_for_status()
    form_token = re.search(r'name="form_token" value="([^"]+)"', page.text).group(1)
    place = re.search(r'<option value="(\d+)"', page.text).group(1)
    wish = {"form_token": form_token, "name": "a build", "organisation": place, "days": "1",
            "permission-view_devices": "on", "permission-deliver_documents": "on", "permission-analyse": "on"}
    made = person.post(address + "/account/tokens", data=wish)
    made.raise_for_status()
    return server, address, re.search(r'value="(lzr_[^"]+)"', made.text).group(1)


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


def judge(address, token, sbom):
    name = f"{pathlib.Path(sbom).stem} of <Ada>"
    code, said = audit(address, token, sbom, name)
    assert code == 0 and "Vulnerability audit resulted in no violations." in said, said
    code, said = audit(address, token, sbom, name, "-l", "all")
    assert code == 0, said
    reader = DependencyTrack(address, token)
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


with tempfile.TemporaryDirectory() as place:
    server, address, token = serve(pathlib.Path(place))
    try:
        code, said = audit(address, token + "0", sboms[0], "refused")
        assert code == 1 and "401" in said, said
        total = sum(judge(address, token, sbom) for sbom in sboms)
        assert total > 0, "no SBOM had a finding, so nothing was judged"
    finally:
        server.terminate()
        server.wait(timeout=30)
print(f"{len(sboms)} SBOMs delivered by dtrack-auditor and read by dependency-track-client")
