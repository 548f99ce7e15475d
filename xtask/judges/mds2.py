"""Opens a workbook of ours with openpyxl, fills it in as a maker would, and lets ours read it.

usage: mds2.py PROGRAM FOLDER
"""
import json
import pathlib
import re
import subprocess
import sys

from openpyxl import load_workbook

program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
path = folder / "form.xlsx"
path.unlink(missing_ok=True)
subprocess.run([program, "mds2", "workbook", "--output", str(path)], check=True)
book = load_workbook(path)
sheet = book["MDS2"]
rows = {row[0].value: row for row in sheet.iter_rows() if re.fullmatch(r"[A-Z]{3,4}-[0-9.]+", str(row[0].value))}
assert len(rows) == 240, len(rows)
assert len(sheet.data_validations.dataValidation) >= 1
answers = ["Yes", "No", "N/A", "See Notes"]
for at, (id, row) in enumerate(rows.items()):
    row[2].value = f"text {at}" if at < 7 else answers[at % 4]
    row[3].value = f"remark {at}" if at % 5 == 0 else None
filled = folder / "filled.xlsx"
book.save(filled)
said = subprocess.run([program, "mds2", "read", str(filled), "--format", "json"], capture_output=True, text=True, check=True)
words = {"Yes": "yes", "No": "no", "N/A": "not_applicable", "See Notes": "see_notes"}
faults = []
for at, answer in enumerate(json.loads(said.stdout)["answers"]):
    expected = "stated" if at < 7 else words[answers[at % 4]]
    remark = f"remark {at}" if at % 5 == 0 else ""
    if (answer["answer"], answer["remark"]) != (expected, remark):
        faults.append(f"{answer['id']}: {answer['answer']} {answer['remark']!r}, not {expected} {remark!r}")
for fault in faults[:20]:
    print("   ", fault)
print(f"{240 - len(faults)} passed, {len(faults)} failed")
sys.exit(1 if faults else 0)
