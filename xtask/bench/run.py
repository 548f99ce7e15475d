#!/usr/bin/env python3
"""Measures the budgets of the design on this machine and prints a table in Markdown.

usage: run.py LAZARET SHARED WORK [--runs 5] [--osv-scanner PROGRAM] [--only WORD]

LAZARET is the release build, SHARED the folder of real documents, WORK a folder for generated inputs (made once and kept).
Each command runs as a whole process with a warm file cache: wall time is the median of the runs, memory the peak resident size
that the kernel reports. Nothing here fails because it is slow: the table is for reading.
"""
import argparse
import csv
import json
import os
import pathlib
import platform
import random
import resource
import statistics
import subprocess
import sys
import time
import zipfile

ap = argparse.ArgumentParser()
ap.add_argument("lazaret")
ap.add_argument("shared", type=pathlib.Path)
ap.add_argument("work", type=pathlib.Path)
ap.add_argument("--runs", type=int, default=5)
ap.add_argument("--osv-scanner")
ap.add_argument("--generator", help="the program that writes generated records (cargo example of feeds)")
ap.add_argument("--only", default="")
a = ap.parse_args()
a.work.mkdir(parents=True, exist_ok=True)
corpus = a.shared / "corpus"
rows = []


# The kernel counts the memory of whoever starts a program as the program's own until it begins, so a small process starts it, and not
# this one, which may have made documents of hundreds of megabytes.
STARTER = """
import json, os, subprocess, sys, time
begin = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
json.dump([time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)], sys.stdout)
"""


def once(command, env=None):
    """-> seconds, seconds of processor time (user and system), megabytes, exit code"""
    starter = [sys.executable, "-S", "-c", STARTER, *(str(word) for word in command)]
    return json.loads(subprocess.run(starter, stdout=subprocess.PIPE, check=True, env=env).stdout)


def measure(what, budget, command, runs=None, before=None, env=None, per=None):
    """Runs a command several times; `per` turns the median seconds into a rate."""
    if a.only and a.only not in what:
        return
    taken = []
    for number in range((runs or a.runs) + 1):
        if before:
            before()
        seconds, processor, megabytes, code = once(command, env)
        if code not in (0, 1):
            print(f"{what}: exit {code}: {' '.join(map(str, command))[:300]}")
            return
        if number or (runs or a.runs) == 1:
            taken.append((seconds, processor, megabytes))
    seconds, processor = (statistics.median(run[at] for run in taken) for at in (0, 1))
    megabytes = max(run[2] for run in taken)
    time_text = f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"
    if per:
        time_text += f", {per[0] / seconds:,.0f} {per[1]}/s"
    time_text += f" ({processor * 1000:.0f} ms of processor time)"
    rows.append((what, budget, time_text, f"{megabytes:.0f} MB"))
    print(f"| {what} | {budget} | {time_text} | {megabytes:.0f} MB |", flush=True)


def unpacked(archive, name):
    out = a.work / name
    if not out.exists():
        subprocess.run(["zstd", "-qdf", archive, "-o", out], check=True)
    return out


def large_sbom():
    """9,000 components in 22 MB, from the shapes of a real one: long licence texts and hashes."""
    out = a.work / "large.cdx.json"
    if not out.exists():
        chance = random.Random(1)
        real = json.loads(unpacked(corpus / "sbom/large/assembled-cyclonedx-1.6.json.zst", "assembled.cdx.json").read_text())
        shapes = [c for c in real["components"] if c.get("purl")]
        parts = []
        for number in range(9000):
            part = dict(chance.choice(shapes))
            part.pop("components", None)
            part["bom-ref"] = f"c{number}"
            part["description"] = "x" * 1200
            parts.append(part)
        links = [{"ref": f"c{n}", "dependsOn": [f"c{chance.randrange(9000)}" for _ in range(4)]} for n in range(9000)]
        out.write_text(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": parts, "dependencies": links}, indent=1))
    return out


def medium_sbom():
    """1,000 components, of packages that the advisories name and versions that occur there."""
    out = a.work / "medium.cdx.json"
    if not out.exists():
        chance = random.Random(2)
        types = {"PyPI": "pypi", "npm": "npm", "crates.io": "cargo", "Go": "golang"}
        seen = {}
        with open(corpus / "truth/osv_triples.tsv", encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row["ecosystem"] in types:
                    seen.setdefault((row["ecosystem"], row["package"]), []).append(row["version"])
        parts = []
        for number, (eco, name) in enumerate(chance.sample(sorted(seen), 1000)):
            version = chance.choice(seen[eco, name])
            version = "v" + version if eco == "Go" and not version.startswith("v") else version
            parts.append({"type": "library", "bom-ref": f"c{number}", "name": name, "version": version,
                          "purl": f"pkg:{types[eco]}/{name.replace('@', '%40')}@{version.replace('+', '%2B')}"})
        out.write_text(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": parts}))
    return out


def inventory(count):
    """Rows as hospitals write them: makers and models in many spellings, at most 20,000 builds among them."""
    out = a.work / f"inventory-{count}.csv"
    if not out.exists():
        chance = random.Random(3)
        with open(a.shared / "gold/inventory.csv", encoding="utf-8", newline="") as lines:
            shapes = list(csv.DictReader(lines))
        builds = []
        for _ in range(min(20_000, count)):
            row = dict(chance.choice(shapes))
            if chance.random() < 0.5:
                row["software_version"] = f"{chance.randrange(9)}.{chance.randrange(20)}.{chance.randrange(9)}"
            builds.append(row)
        with open(out, "w", encoding="utf-8", newline="") as lines:
            table = csv.DictWriter(lines, fieldnames=list(shapes[0]))
            table.writeheader()
            for number in range(count):
                row = dict(chance.choice(builds))
                row["asset_tag"] = f"A-{number:07}"
                row["serial"] = f"S{chance.randrange(10**9):09}"
                table.writerow(row)
    return out


def generated():
    """300,000 CVE and 500,000 OSV records by the project's own generator."""
    out = a.work / "generated"
    if not out.exists() and a.generator:
        subprocess.run([a.generator, str(out), "--cve", "300000", "--osv", "500000", "--seed", "1"], check=True)
    return out


index = a.work / "corpus.index"
everything = [corpus / name for name in ("osv", "cve5", "nvd", "csaf", "csaf-icsma", "kev", "epss", "openvex")]
if not index.exists():
    subprocess.run([a.lazaret, "feed", "build", "--index", index, *everything], stderr=subprocess.DEVNULL, check=False)
print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}\n")
print("| what | budget | measured | peak memory |\n|---|---|---|---|")
measure("read a 9,000-component, 22 MB SBOM (`sbom show --format json`)", "< 100 ms, < 150 MB", [a.lazaret, "sbom", "show", "--format", "json", large_sbom()])
measure("scan a 1,000-component SBOM, every advisory of the corpus", "< 25 ms, < 100 MB", [a.lazaret, "scan", "--index", index, "--format", "json", medium_sbom()], runs=20)
measure("feed build, corpus", "", [a.lazaret, "feed", "build", "--no-cache", "--index", a.work / "again.index", *everything], runs=1)
if generated().exists():
    for kind, number, budget in (("cve", 300000, "≥ 40,000/s, < 1 GB"), ("osv", 500000, "≥ 80,000/s, < 1 GB")):
        source = [p for p in sorted(generated().iterdir()) if p.name.startswith(kind)]
        measure(f"feed build, {number:,} {kind.upper()} records", budget, [a.lazaret, "feed", "build", "--no-cache", "--index", a.work / f"{kind}.index", *source], runs=1, per=(number, "records"))
    big = a.work / "big.index"
    measure("feed build, both", "< 1 GB", [a.lazaret, "feed", "build", "--no-cache", "--index", big, generated()], runs=1, per=(800000, "records"))
    measure("scan a 1,000-component SBOM, 800,000 records", "", [a.lazaret, "scan", "--index", big, "--format", "json", medium_sbom()], runs=10)
icsma = a.work / "devices.index"
if not icsma.exists():
    subprocess.run([a.lazaret, "feed", "build", "--index", icsma, corpus / "csaf-icsma", corpus / "csaf/cisa-icsa.tar.zst"], stderr=subprocess.DEVNULL, check=False)
measure("device match, 1,000,000 rows, 1,191 device advisories", "< 5 s", [a.lazaret, "device", "match", inventory(1_000_000), "--index", icsma, "--format", "csv"], runs=2)
measure("device match, 5,000 rows, 1,191 device advisories", "", [a.lazaret, "device", "match", inventory(5_000), "--index", icsma, "--format", "csv"])
if a.osv_scanner:
    cache = a.work / "osv-scanner-cache"
    database = cache / "osv-scalibr"
    for name, eco in (("pypi", "PyPI"), ("crates.io", "crates.io"), ("go", "Go")):
        place = database / eco
        if not (place / "all.zip").exists():
            place.mkdir(parents=True, exist_ok=True)
            records = a.work / f"osv-{name}"
            records.mkdir(exist_ok=True)
            subprocess.run(["tar", "--zstd", "-xf", corpus / f"osv/{name}.tar.zst", "-C", records], check=True)
            with zipfile.ZipFile(place / "all.zip", "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as packed:
                for record in sorted(records.rglob("*.json")):
                    packed.write(record, record.name)
    env = {**os.environ, "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY": str(cache)}
    small = a.work / "same.index"
    if not small.exists():
        subprocess.run([a.lazaret, "feed", "build", "--index", small, *(corpus / f"osv/{n}.tar.zst" for n in ("pypi", "crates.io", "go"))], stderr=subprocess.DEVNULL, check=False)
    document = json.loads(medium_sbom().read_text())
    document["components"] = [c for c in document["components"] if not c["purl"].startswith("pkg:npm")]
    same = a.work / "same.cdx.json"
    same.write_text(json.dumps(document))
    measure(f"the same {len(document['components'])} components, PyPI, crates.io, Go: lazaret scan", "", [a.lazaret, "scan", "--index", small, "--format", "json", same])
    measure("the same, osv-scanner offline", "", [a.osv_scanner, "scan", "source", "--offline", "--format", "json", "-L", same], env=env)
