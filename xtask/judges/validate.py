"""Reads what we write with programs that we did not write.

usage: validate.py FOLDER
FOLDER holds *.cdx.json (cyclonedx-python-lib, strict), *.spdx.json (spdx-tools) and *.sarif (sarif-tools).
"""
import json
import pathlib
import subprocess
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

folder = pathlib.Path(sys.argv[1])
passed, faults = 0, []
for path in sorted(folder.glob("*.cdx.json")):
    text = path.read_text(encoding="utf-8")
    version = SchemaVersion.from_version(json.loads(text)["specVersion"])
    fault = JsonStrictValidator(version).validate_str(text)
    faults += [f"{path.name}: {fault}"] if fault else []
    passed += not fault
for path in sorted(folder.glob("*.spdx.json")):
    messages = validate_full_spdx_document(parse_file(str(path)))
    faults += [f"{path.name}: {m.validation_message}" for m in messages[:5]]
    passed += not messages
for path in sorted(folder.glob("*.sarif")):
    said = subprocess.run([pathlib.Path(sys.executable).with_name("sarif"), "summary", str(path)], capture_output=True, text=True)
    ok = said.returncode == 0 and json.loads(path.read_text(encoding="utf-8"))["version"] == "2.1.0"
    faults += [] if ok else [f"{path.name}: {said.stderr.strip()[:300]}"]
    passed += ok
for fault in faults:
    print("   ", fault[:500])
print(f"{passed} passed, {len(faults)} failed")
sys.exit(1 if faults or not passed else 0)
