"""Lets Prometheus' own parser read the metrics of a server of ours.

usage: metrics.py PROGRAM INDEX INVENTORY
"""
import json
import sys

import house
import requests
from prometheus_client.parser import text_string_to_metric_families

program, index, inventory = sys.argv[1:]


def read(address):
    """What is exposed, by the name of each sample."""
    answer = requests.get(address, timeout=30)
    answer.raise_for_status()
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4"), answer.headers
    samples = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.type in {"gauge", "counter", "histogram"} and family.documentation, family
        for sample in family.samples:
            samples.setdefault(sample.name, []).append((sample.labels, sample.value))
    return samples, answer.text


def whole(buckets, counts):
    """Buckets grow, and the last holds all."""
    for labels, count in counts:
        own = [value for each, value in buckets if {k: v for k, v in each.items() if k != "le"} == labels]
        assert own == sorted(own) and own[-1] == count, (labels, own, count)


with house.served(program, index, "--metrics-listen", "127.0.0.1:0", "--log", "json", "--log-level", "info") as link:
    address = link[0]
    person, token, organisation = house.found(link)
    house.take_in(person, address, {"form_token": token}, organisation, inventory)
    person.get(address + "/devices/1")
    person.get(address + "/nowhere")
    samples, text = read(link[2])
    requests_of = {(labels["method"], labels["route"], labels["status"]) for labels, _ in samples["lazaret_http_request_duration_seconds_count"]}
    for wanted in {("GET", "/devices/{device}", "404"), ("GET", "none", "404"), ("POST", "/first-run/{secret}", "303")}:
        assert wanted in requests_of, (wanted, requests_of)
    for name in ["lazaret_http_request_duration_seconds", "lazaret_job_duration_seconds"]:
        whole(samples[name + "_bucket"], samples[name + "_count"])
    jobs = {labels["kind"] for labels, _ in samples["lazaret_job_duration_seconds_count"]}
    assert {"take in export", "judge builds"} <= jobs, jobs
    devices = {labels["state"]: value for labels, value in samples["lazaret_devices"]}
    assert devices["present"] > 0 and devices["missing"] == 0, devices
    for name in ["lazaret_build_info", "lazaret_index_age_seconds", "process_resident_memory_bytes", "lazaret_database_connections"]:
        assert name in samples, name
    for secret in ["ada@maker.example", "Ada", link[1].rsplit("/", 1)[1], token]:
        assert secret not in text, secret
    lines = [json.loads(line) for line in link[3].read_text(encoding="utf-8").splitlines()]
    said = [line for line in lines if line["what"] != "said"]
    assert {"request", "job"} <= {line["what"] for line in said} and all("at" in line and "level" in line for line in lines), lines
    text = json.dumps(said)
    for secret in ["ada@maker.example", "Ada", link[1].rsplit("/", 1)[1], token, "a long sentence"]:
        assert secret not in text, secret
    assert requests.get(link[2].replace("/metrics", "/today"), timeout=30).status_code == 404
print(f"{sum(map(len, samples.values()))} samples of {len(samples)} names read by Prometheus' own parser, {len(said)} lines of the log by Python's")
