#!/usr/bin/env python3
"""Asks the pages of a house that is served, one person after the other and several at once, and prints a table in Markdown.

usage: pages.py ADDRESS EMAIL PASSWORD [--users 8] [--times 16] [--process PID]

ADDRESS is such as http://127.0.0.1:8080. Times are from the request to the last byte, over one connection for each person, at the
client; a person's first page of a kind is asked once before it counts. Only the standard library is needed.
"""
import argparse
import http.client
import re
import statistics
import threading
import time
import urllib.parse

ap = argparse.ArgumentParser()
ap.add_argument("address")
ap.add_argument("email")
ap.add_argument("password")
ap.add_argument("--users", type=int, default=8)
ap.add_argument("--times", type=int, default=16)
ap.add_argument("--process", type=int, help="whose resident memory is told")
a = ap.parse_args()
base = urllib.parse.urlsplit(a.address)


class Person:
    """Somebody who is signed in, over a connection of their own."""

    def __init__(self):
        self.connection = http.client.HTTPConnection(base.hostname, base.port, timeout=60)
        form = urllib.parse.urlencode({"address": a.email, "password": a.password, "next": "/"})
        self.connection.request("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded", "Origin": a.address})
        answer = self.connection.getresponse()
        answer.read()
        cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        if not cookies:
            raise SystemExit(f"nobody is signed in: status {answer.status}")
        self.cookie = "; ".join(cookies)

    def page(self, path):
        """-> milliseconds, bytes, text"""
        begin = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = self.connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - begin) * 1000
        if answer.status not in (200, 303):
            raise SystemExit(f"{path}: status {answer.status}")
        return took, len(body), body.decode()


def first(person, path, pattern):
    found = re.search(pattern, person.page(path)[2])
    return found.group(1) if found else None


def paths(person):
    device = first(person, "/devices", r'href="(/devices/\d+)"')
    action = first(person, "/work", r'href="(/work/[^"?]+)"')
    advisory = first(person, "/advisories?sort=touching", r'href="(/advisories/[^"?]+)"')
    vulnerability = first(person, advisory, r'href="(/vulnerabilities/[^"?]+)"') if advisory else None
    listed = ["/devices"]
    listed += [f"/devices?sort={by}" for by in ("maker", "model", "version", "serial", "asset_tag", "ip", "department")]
    listed += ["/devices?verdict=affected", "/devices?priority=this_week", "/devices?q=BME-0123", "/search?q=BME-0123456"]
    listed += ["/today", "/work", "/questions", "/products", "/advisories", "/imports"]
    return listed + [path for path in (device, action, advisory, vulnerability) if path]


def told(label, times, size):
    times.sort()
    worst = times[min(len(times) - 1, int(len(times) * 0.95))]
    return f"| {label} | {statistics.median(times):.1f} ms | {worst:.1f} ms | {size / 1000:.0f} kB |"


person = Person()
asked = paths(person)
print(f"| page | median of {a.times} | 95th of 100 | size |\n|---|---|---|---|")
for path in asked:
    once, size, _ = person.page(path)
    times = [person.page(path)[0] for _ in range(a.times)]
    print(told(f"`{path}` (first time {once:.0f} ms)", times, size), flush=True)

people = [Person() for _ in range(a.users)]
all_times, lock = [], threading.Lock()


def work(one, shift):
    own = []
    for turn in range(a.times):
        own.append(one.page(asked[(turn * 5 + shift) % len(asked)])[0])
    with lock:
        all_times.extend(own)


begin = time.perf_counter()
threads = [threading.Thread(target=work, args=(one, shift)) for shift, one in enumerate(people)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
seconds = time.perf_counter() - begin
print(told(f"{a.users} people at once, all of these pages, {len(all_times) / seconds:.0f} pages/s", all_times, 0))
if a.process:
    status = open(f"/proc/{a.process}/status", encoding="utf-8").read()
    resident = re.search(r"VmRSS:\s+(\d+)", status)
    print(f"resident: {int(resident.group(1)) // 1024} MB")
