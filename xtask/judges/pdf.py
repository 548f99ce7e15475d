"""Lets a library that we did not write read the PDF of each report that a server of ours draws.

usage: pdf.py PROGRAM INDEX FOLDER BIDS
FOLDER gets the PDFs, to be looked at; BIDS has a folder of files for each bidder, and one of the house's own. The house, what it buys, who supplies
and who bids have names that would be a program, or markup, if any of them were read as source.
"""
import io
import json
import pathlib
import re
import sys

import house
import pypdf

program, index, folder, bids = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
HOSTILE = '#eval("1") *x* $y$ Größe'
UNSHOWN = "医療"
NUMBERED = "⟨U+533B⟩⟨U+7642⟩"


def founded(link):
    """A hospital with that name, a supplier and a purchase with bids: the browser, and where each report lies."""
    person, token, organisation = house.found(link, kind="hospital", name=f"{HOSTILE} {UNSHOWN}")
    address, form = link[0], {"form_token": token, "organisation": organisation}
    made = lambda path, **fields: checked(person.post(address + path, data=form | fields)).url.removeprefix(address)
    supplier = made("/suppliers/new", name=f"Supplier {HOSTILE}")
    purchase = made("/purchases/new", title=f"Pumps {HOSTILE}", tier="life_sustaining", used_until="2037-01-31")
    for files in sorted(bids.iterdir()):
        if not files.is_dir() or files.name == "house":
            continue
        bid = made(f"{purchase}/bidders/new", name=f"{files.name} {HOSTILE}")
        sent = [("file", (file.name, file.read_bytes())) for file in sorted(files.iterdir())]
        checked(person.post(f"{address}{bid}/files/new", data=form | {"side": "bidder"}, files=sent))
    asked = f"?organisation={organisation}"
    reports = {"posture": ("/reports/posture", asked), "board": ("/reports/board", asked),
               "supplier": (f"/reports{supplier}", ""), "purchase": (f"/reports{purchase}", "")}
    return person, reports


def checked(answer):
    answer.raise_for_status()
    return answer


def tags(node, found):
    """The structure of a document, as a list of tags."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, pypdf.generic.ArrayObject):
        for one in node:
            tags(one, found)
    elif isinstance(node, pypdf.generic.DictionaryObject):
        if "/S" in node:
            found.append(node["/S"])
            if node["/S"] == "/Figure":
                assert node.get("/Alt"), "a figure that says nothing to whoever does not see it"
        if "/K" in node:
            tags(node["/K"], found)
    return found


def letters(text):
    return re.sub(r"[\s\u200b]", "", text).replace(UNSHOWN, NUMBERED)


def judge(name, bytes_, report):
    """One PDF against the report that it shows."""
    read = pypdf.PdfReader(io.BytesIO(bytes_), strict=True)
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"], name
    assert root["/Lang"].startswith("en") and root["/ViewerPreferences"]["/DisplayDocTitle"], root
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(=\"|>)1", xmp), xmp
    found = tags(root["/StructTreeRoot"], [])
    for tag in ("/H1", "/H2", "/P", "/Table", "/TH", "/TD"):
        assert tag in found, f"{name} has no {tag}"
    assert letters(read.metadata.title) == letters(report["title"]), read.metadata
    pages = [letters(page.extract_text()) for page in read.pages]
    for at, page in enumerate(pages):
        for words in (report["label"], report["as_of"], letters(HOSTILE), f"{at + 1}/{len(pages)}"):
            assert words in page, f"{name}, page {at + 1}: no {words}"
    whole = "".join(pages)
    assert NUMBERED in whole, "a letter that no font has stands as its number"
    for section in report["sections"]:
        assert letters(section["heading"]) in whole, f"{name}: no {section['heading']}"
        for block in section["blocks"]:
            for row in block.get("rows", []) if block["block"] == "table" else []:
                assert letters(row[0]) in whole, f"{name}: no {row[0]}"
    return len(pages)


with house.served(program, index) as link:
    person, reports = founded(link)
    told = []
    for name, (path, asked) in reports.items():
        page = checked(person.get(f"{link[0]}{path}{asked}")).text
        assert f"{path}/pdf{asked}" in page, f"{name}: no link leads to the PDF"
        take = lambda form: checked(person.get(f"{link[0]}{path}/{form}{asked}", headers={"sec-fetch-site": "same-origin"}))
        for _ in range(3):
            report, one, other, after = take("file").content, take("pdf").content, take("pdf").content, take("file").content
            if report == after:
                break
        assert report == after and one == other, f"{name}: the same report gave other bytes"
        (folder / f"{name}.pdf").write_bytes(one)
        told.append(f"{name} ({judge(name, one, json.loads(report))} pages)")
print(f"read by pypdf: {', '.join(told)}")
