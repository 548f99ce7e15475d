"""A server of ours on loopback, with a house and a token, for judges that speak with it."""
import contextlib
import html
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

import requests

LENT = ["view_devices", "export_devices", "import_inventory", "deliver_documents", "analyse", "view_people", "view_audit", "administer"]


@contextlib.contextmanager
def served(program, index, *options):
    """Gives the address of a server, the path of its first link, where its metrics are, and its log; ends the server afterwards."""
    with tempfile.TemporaryDirectory() as place:
        folder, port = pathlib.Path(place), free_port()
        command = [program, "serve", "--data", folder / "data", "--root-key", folder / "root.key", "--listen", f"127.0.0.1:{port}", "--index", index, *options]
        log = folder / "log"
        with log.open("w", encoding="utf-8") as said:
            process = subprocess.Popen(command, stderr=said)
        try:
            yield f"http://127.0.0.1:{port}", *begun(process, log)
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextlib.contextmanager
def server(program, index, permissions):
    """Gives the address and a token that lends the permissions; ends the server afterwards."""
    with served(program, index) as link:
        yield settle(link, permissions)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def first_link(process):
    for line in process.stderr:
        if found := re.search(r"(https?://\S+)(/first-run/\S+)", line):
            return found.groups()
    sys.exit("the server said no first link")


def begun(process, log):
    """The path of the first link, where metrics are asked for, if anywhere, and the file of the log."""
    while process.poll() is None:
        said = log.read_text(encoding="utf-8")
        if found := re.search(r"/first-run/[0-9a-f]{64}", said):
            metrics = re.search(r"metrics: (http://[^\s\"]+)", said)
            return found.group(), metrics and metrics.group(1), log
        time.sleep(0.05)
    sys.exit("the server said no first link")


def found(link, kind="maker", name="Invented Makers"):
    """Sets up a house as somebody would in a browser; gives the browser, what its forms send back, and the organisation."""
    address, path, *_ = link
    person = requests.Session()
    person.headers["Origin"] = address
    founding = {"kind": kind, "organisation": name, "name": "Ada", "address": "ada@maker.example",
                "password": "a long sentence will do", "zone": "UTC"}
    person.post(address + path, data=founding).raise_for_status()
    page = person.get(address + "/account")
    page.raise_for_status()
    token = re.search(r'name="form_token" value="([^"]+)"', page.text).group(1)
    return person, token, re.search(r'<option value="(\d+)"', page.text).group(1)


def proposed(page):
    """How the server proposes to read an export: what its form would send back."""
    fields = dict(re.findall(r'<input type="hidden" name="(heading-\d+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        fields[name] = chosen.group(1)
    return {name: html.unescape(value) for name, value in fields.items()}


def take_in(person, address, form, organisation, inventory):
    """Takes an inventory in, as it is proposed, and waits until it is judged."""
    with pathlib.Path(inventory).open("rb") as file:
        sent = person.post(address + "/imports/new", data=form | {"organisation": organisation}, files={"file": ("inventory.csv", file)})
    sent.raise_for_status()
    taken = person.post(sent.url, data=form | proposed(sent.text) | {"name": "AIMS", "act": "take"})
    taken.raise_for_status()
    for _ in range(120):
        if person.get(address + "/work.json").json()["total"]:
            return
        time.sleep(0.5)
    sys.exit("nothing of the inventory was judged")


def settle(link, permissions):
    """Sets up a house, and makes a token."""
    person, token, organisation = found(link)
    wish = {"form_token": token, "name": "a judge", "days": "1", "organisation": organisation}
    made = person.post(link[0] + "/account/tokens", data=wish | {f"permission-{one}": "on" for one in permissions})
    made.raise_for_status()
    return link[0], re.search(r'value="(lzr_[^"]+)"', made.text).group(1)
