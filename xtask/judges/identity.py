"""Lets an identity provider that we did not write sign people in to a server of ours.

usage: identity.py PROGRAM MODULES
Starts `PROGRAM serve` on loopback and the npm package `oidc-provider` beside it, and goes every way as browsers do:
invitation, sign-in, confirmation, sign-out, and roles by groups; then as somebody would who is not who they say.
"""
import contextlib
import html
import pathlib
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import urllib.parse

import house
import requests

program, modules = sys.argv[1:]
PASSWORD = "a long sentence will do"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def started(command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


class Browser(requests.Session):
    """Follows redirections one by one, as far as it is told."""

    def __init__(self, address):
        super().__init__()
        self.home = address

    def ask(self, path, **more):
        return self.get(urllib.parse.urljoin(self.home, path), allow_redirects=False, timeout=30, **more)

    def act(self, path, **fields):
        token = re.search(r'name="form_token" value="([^"]+)"', self.ask("/account").text)
        fields = fields | ({"form_token": token.group(1)} if token else {})
        return self.post(self.home + path, data=fields, headers={"Origin": self.home}, allow_redirects=False, timeout=30)

    def away(self, path, login):
        """Goes to the provider, signs in there as `login`, and gives the address that leads back; nothing of it is followed."""
        answer = self.ask(path)
        assert answer.status_code == 303, f"{path}: {answer.status_code} {answer.text[:500]}"
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["location"]).query)
        assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) == 43, asked
        return self.through(answer.headers["location"], login)

    def through(self, to, login):
        for _ in range(12):
            if to.startswith(self.home):
                return to
            answer = self.get(to, allow_redirects=False, timeout=30)
            if answer.status_code == 200:
                # A page of the provider: its form, with what it holds already.
                form = re.search(r'<form[^>]* action="([^"]+)"', answer.text).group(1)
                fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
                fields = fields | ({"login": login, "password": "x"} if fields.get("prompt") == "login" else {})
                answer = self.post(urllib.parse.urljoin(to, form), data=fields, allow_redirects=False, timeout=30)
            assert answer.status_code in (302, 303), f"{to}: {answer.status_code} {answer.text[:500]}"
            to = urllib.parse.urljoin(to, answer.headers["location"])
        sys.exit("the provider leads in a circle")

    def name(self):
        """Who is signed in; nothing where nobody is."""
        answer = self.ask("/account.json")
        return answer.json()["name"] if answer.status_code == 200 else None


def changed(address, **parameters):
    """The address with other parameters; `None` takes one away."""
    parts = urllib.parse.urlsplit(address)
    query = dict(urllib.parse.parse_qsl(parts.query)) | parameters
    query = {name: value for name, value in query.items() if value is not None}
    return parts._replace(query=urllib.parse.urlencode(query)).geturl()


class Judge:
    def __init__(self, address, issuer):
        self.address, self.issuer, self.count = address, issuer, 0

    def browser(self):
        return Browser(self.address)

    def fault(self, kind):
        answer = requests.post(f"{self.issuer}/fault", params={"kind": kind} if kind else {}, timeout=30)
        assert answer.status_code == 204, kind

    def groups(self, login, *said):
        """What the provider says of somebody's groups from now on; nothing at all without a value."""
        body = {"json": said[0]} if said else {}
        answer = requests.post(f"{self.issuer}/groups", params={"login": login}, timeout=30, **body)
        assert answer.status_code == 204, login

    def holds(self, what, is_so):
        assert is_so, what
        self.count += 1

    def refused(self, what, browser, to):
        answer = browser.get(to, allow_redirects=False, timeout=30)
        assert answer.status_code in (400, 403), f"{what}: {answer.status_code} {answer.text[:500]}"
        assert browser.name() is None, f"{what}: somebody is in"
        self.count += 1


def found(judge, path):
    ada = judge.browser()
    founding = {"kind": "hospital", "organisation": "Invented Hospital", "name": "Ada", "address": "ada@hospital.example",
                "password": PASSWORD, "zone": "UTC"}
    assert ada.act(path, **founding).status_code == 303
    return ada


def invited(ada, name):
    """The path of an invitation, and the number of whoever it is for."""
    organisation = re.search(r'name="organisation".*?<option value="(\d+)"', ada.ask("/people/invitation").text, re.S).group(1)
    answer = ada.act("/people/invitation", name=name, address=f"{name}@hospital.example", zone="UTC", role="viewer", organisation=organisation)
    path = re.search(r"/password/[0-9a-f]{64}", answer.text).group(0)
    people = ada.ask("/people.json").json()["rows"]
    return path, next(one["id"] for one in people if one["name"] == name)


def joins(judge, ada):
    """Somebody comes by an invitation, and from then on by the provider alone."""
    stranger = judge.browser()
    judge.holds("the page offers it", 'href="/sign-in/provider?next=' in stranger.ask("/sign-in").text)
    judge.refused("whom nobody invited", stranger, stranger.away("/sign-in/provider", "bob"))
    path, _ = invited(ada, "Bob")
    bob = judge.browser()
    judge.holds("the invitation offers it", f'href="{path}/provider"' in bob.ask(path).text)
    elsewhere = bob.ask(f"{path}/provider", headers={"Sec-Fetch-Site": "cross-site"})
    judge.holds("a page elsewhere joins nobody", elsewhere.status_code == 403)
    judge.holds("he is led on", bob.ask(bob.away(f"{path}/provider", "bob")).headers["location"] == "/today")
    judge.holds("he is in", bob.name() == "Bob")
    judge.holds("the link is used up", judge.browser().ask(f"{path}/provider").status_code in (403, 410))
    left = bob.act("/sign-out")
    judge.holds("he is out", left.headers["location"] == "/sign-in?left=provider" and bob.name() is None)
    end = re.search(r'href="([^"]+)">sign out there too', bob.ask("/sign-in?left=provider").text).group(1)
    offered = bob.get(end.replace("&amp;", "&").replace("&#38;", "&"), timeout=30)
    judge.holds("he may sign out there", offered.status_code == 200 and "sign-out" in offered.text.lower().replace("_", "-"))
    again = judge.browser()
    back = again.away("/sign-in/provider?next=/people", "bob")
    judge.holds("he comes again and goes on", again.ask(back).headers["location"] == "/people" and again.name() == "Bob")


def confirms(judge):
    bob = judge.browser()
    bob.ask(bob.away("/sign-in/provider", "bob"))
    judge.holds("confirming is offered", 'href="/confirm/provider' in bob.ask("/confirm?next=/account").text)
    back = bob.away("/confirm/provider?next=/account", "bob")
    judge.holds("he confirms", bob.ask(back).headers["location"] == "/account")
    for what, kind, login in (("somebody else", None, "carol"), ("who has not shown it anew", "stale", "bob")):
        judge.fault(kind)
        answer = bob.ask(bob.away("/confirm/provider?next=/account", login))
        judge.holds(f"{what} does not confirm", answer.status_code == 403)
        judge.fault(None)


def goes_on(judge, ada, database):
    """A form that a grave act interrupts waits while somebody confirms at the provider, and is sent afterwards."""
    bob = judge.browser()
    bob.ask(bob.away("/sign-in/provider", "bob"))
    mine = bob.ask("/account.json").json()
    wish = {"name": "nightly <build>", "permission-view_devices": "on", "organisation": mine["roles"][0]["organisation"], "days": 7}
    # Nobody waits ten minutes here: what was shown lately was shown long ago.
    with contextlib.closing(sqlite3.connect(database, timeout=30)) as memory, memory:
        memory.execute("UPDATE session SET confirmed = '2026-01-01T00:00:00.000Z' WHERE by_provider = 1")
    asked = bob.act("/account/tokens", **wish)
    way = html.unescape(re.search(r'href="(/confirm/provider\?next=[^"]+)"', asked.text).group(1))
    tokens = lambda: bob.ask("/account.json").json()["tokens"]
    judge.holds("nothing is done before he confirms", tokens() == [])
    for what, kind, login in (("somebody else", None, "carol"), ("who has not shown it anew", "stale", "bob")):
        judge.fault(kind)
        judge.holds(f"{what} does not go on", bob.ask(bob.away(way, login)).status_code == 403 and tokens() == [])
        judge.fault(None)
    form = bob.ask(bob.away(way, "bob")).headers["location"]
    judge.holds("he is led to what he typed", form.startswith("/confirm/form/"))
    judge.holds("nobody else reads it", ada.ask(form).status_code == 410)
    judge.holds("nor anybody by another word", bob.ask("/confirm/form/" + "0" * 64).status_code == 410)
    page = re.search(r"<main.*</main>", bob.ask(form).text, re.S).group(0)
    judge.holds("it is shown as text", "nightly &#60;build&#62;" in page or "nightly &lt;build&gt;" in page)
    to = html.unescape(re.search(r'<form[^>]* action="([^"]+)"', page).group(1))
    fields = [(name, html.unescape(value)) for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)]
    sent = bob.post(bob.home + to, data=fields, headers={"Origin": bob.home}, allow_redirects=False, timeout=30)
    judge.holds("one click sends it", sent.status_code == 200 and [one["name"] for one in tokens()] == ["nightly <build>"])


def binds(judge, ada):
    """An administrator joins an identity by its subject, and parts it again."""
    _, number = invited(ada, "Dora")
    wrong = ada.act(f"/people/{number}/identity", subject=" ")
    judge.holds("an empty subject is none", wrong.status_code == 422)
    taken = ada.act(f"/people/{number}/identity", subject="bob")
    judge.holds("the identity of another is taken", taken.status_code == 409)
    judge.holds("she is joined", ada.act(f"/people/{number}/identity", subject="dora").status_code == 303)
    dora = judge.browser()
    dora.ask(dora.away("/sign-in/provider", "dora"))
    judge.holds("she is in", dora.name() == "Dora")
    ada.act(f"/people/{number}/identity/taken-away")
    judge.holds("her session is over at once", dora.name() is None)
    other = judge.browser()
    judge.refused("who was parted", other, other.away("/sign-in/provider", "dora"))


def roles(ada, number):
    """The roles of somebody, each with the group that gives it, as an administrator sees them."""
    rows = ada.ask(f"/people/{number}.json").json()["roles"]
    return sorted((row["role"], row["from_group"]) for row in rows)


def follows_groups(judge, ada):
    """What groups give comes and goes with what the provider says, and nothing that was given by hand does."""
    by_hand, bio, heads = ("viewer", ""), ("biomed", "biomed staff"), ("administrator", "CN=Heads,OU=IT")
    judge.groups("eve", ["biomed staff", "everybody"])
    path, number = invited(ada, "Eve")
    eve = judge.browser()
    eve.ask(eve.away(f"{path}/provider", "eve"))
    judge.holds("joining brings the roles of her groups", roles(ada, number) == [bio, by_hand])
    judge.holds("the page says from which", "from the group biomed staff" in ada.ask(f"/people/{number}").text)
    mine = eve.ask("/account.json").json()["roles"]
    judge.holds("she sees it too", ("biomed", "biomed staff") in [(row["role"], row["from_group"]) for row in mine])
    place = ada.ask("/people.json").json()["rows"]
    judge.holds("and the list of people", any("(group biomed staff)" in role for row in place for role in row["roles"]))
    for what, said, has in (("no more in it", [["everybody"]], [by_hand]), ("in it again", [["biomed staff"]], [bio, by_hand]),
                            ("one text", ["biomed staff"], [bio, by_hand]), ("nothing said", [], [by_hand]),
                            ("two groups", [["CN=Heads,OU=IT", "biomed staff"]], [heads, bio, by_hand]),
                            ("a number", [7], [by_hand]), ("again", [["biomed staff"]], [bio, by_hand]),
                            ("a number in it", [["biomed staff", 7]], [by_hand]), ("an object", [{"biomed staff": True}], [by_hand]),
                            ("another case", [["Biomed staff"]], [by_hand]), ("an empty list", [[]], [by_hand]),
                            ("a group of another house", [["nowhere"]], [by_hand])):
        judge.groups("eve", *said)
        eve = judge.browser()
        eve.ask(eve.away("/sign-in/provider", "eve"))
        judge.holds(f"{what}: {has}, not {roles(ada, number)}", roles(ada, number) == has)
    judge.groups("eve", ["CN=Heads,OU=IT"])
    judge.holds("not before she shows it", eve.ask("/settings").status_code == 403)
    eve.ask(eve.away("/confirm/provider?next=/account", "eve"))
    judge.holds("a confirmation brings it", eve.ask("/settings").status_code == 200)
    me = next(row["id"] for row in ada.ask("/people.json").json()["rows"] if row["name"] == "Ada")
    organisation = mine[0]["organisation"]
    last = eve.act(f"/people/{me}/roles/taken", role="administrator", organisation=organisation)
    judge.holds("she is not the last administrator", last.status_code == 409)
    taken = ada.act(f"/people/{number}/roles/taken", role="administrator", organisation=organisation)
    judge.holds("what a group gives is not taken by hand", taken.status_code == 409 and "CN=Heads,OU=IT" in taken.text)
    other = judge.browser()
    new = re.search(r"/password/[0-9a-f]{64}", ada.act(f"/people/{number}/password").text).group(0)
    other.act(new, password=PASSWORD)
    judge.holds("with a password she is in", other.name() == "Eve")
    judge.holds("and has what was given by hand alone", other.ask("/settings").status_code == 403)
    eve = judge.browser()
    eve.ask(eve.away("/sign-in/provider", "eve"))
    judge.holds("by the provider she has it", eve.ask("/settings").status_code == 200)
    judge.groups("eve")
    eve.ask(eve.away("/confirm/provider?next=/account", "eve"))
    judge.holds("a confirmation takes it", eve.ask("/settings").status_code == 403 and eve.name() == "Eve")
    acts = ada.ask("/audit.json").json()["acts"]
    told = [{fact["name"]: fact["value"] for fact in act["facts"]} for act in acts if act["act"] == "take role" and act["id"] == number]
    judge.holds("each that went is told", ("CN=Heads,OU=IT", "the claim is absent") in [(one["group"], one["because"]) for one in told])
    judge.groups("eve", ["biomed staff"])
    eve.ask(eve.away("/sign-in/provider", "eve"))
    ada.act(f"/people/{number}/identity/taken-away")
    judge.holds("parted, she keeps what was given by hand", roles(ada, number) == [by_hand] and eve.name() is None)


def tampers(judge):
    """Answers that belong to no question, and tokens that are not what they seem."""
    for what, parameters in (("state", {"state": "x"}), ("no state", {"state": None}), ("issuer", {"iss": "https://evil.example"}),
                             ("no issuer", {"iss": None}), ("code", {"code": "x"}), ("no code", {"code": None}),
                             ("an error", {"error": "access_denied"})):
        one = judge.browser()
        judge.refused(what, one, changed(one.away("/sign-in/provider", "bob"), **parameters))
    one, other = judge.browser(), judge.browser()
    back = one.away("/sign-in/provider", "bob")
    judge.refused("another browser", other, back)
    other.away("/sign-in/provider", "bob")
    judge.refused("the answer to another question", other, back)
    errand = {name: value for name, value in one.cookies.items() if "errand" in name}
    one.ask(back)
    judge.holds("the browser that was sent is let in", one.name() == "Bob")
    thief = judge.browser()
    thief.cookies.update(errand)
    judge.refused("a code that was used", thief, back)
    for kind in ("audience", "audiences", "issuer", "expired", "future", "nonce", "nonceless", "stranger", "unpublished", "none",
                 "secret", "confused", "changed"):
        judge.fault(kind)
        one = judge.browser()
        judge.refused(kind, one, one.away("/sign-in/provider", "bob"))
    for kind in ("pss", "curve", "renewed", None):
        judge.fault(kind)
        one = judge.browser()
        one.ask(one.away("/sign-in/provider", "bob"))
        judge.holds(f"a token that is {kind or 'as the package gives it'} is taken", one.name() == "Bob")


with tempfile.TemporaryDirectory() as place:
    folder = pathlib.Path(place)
    port = free_port()
    issuer = f"http://localhost:{port}"
    (folder / "secret").write_text("a secret: with / signs & more\n", encoding="utf-8")
    serve = [program, "serve", "--data", folder / "data", "--root-key", folder / "root.key", "--listen", "127.0.0.1:0",
             "--oidc-issuer", issuer, "--oidc-client", "lazaret", "--oidc-secret", folder / "secret",
             "--oidc-groups-claim", "groups", "--oidc-groups-scope", "groups", "--oidc-group", "biomed staff = biomed @ Invented Hospital",
             "--oidc-group", "CN=Heads,OU=IT = administrator @ Invented Hospital", "--oidc-group", "nowhere = administrator @ Another House"]
    with started(serve) as process:
        address, path = house.first_link(process)
        alone = requests.get(f"{address}/sign-in/provider", allow_redirects=False, timeout=30)
        assert alone.status_code == 502, "nobody answers there yet"
        node = ["node", pathlib.Path(__file__).with_name("identity.mjs"), modules, str(port), f"{address}/sign-in/provider/return"]
        with started(node) as provider:
            assert provider.stdout.readline() == "ready\n", provider.stderr.read()
            judge = Judge(address, issuer)
            ada = found(judge, path)
            joins(judge, ada)
            confirms(judge)
            goes_on(judge, ada, folder / "data" / "lazaret.db")
            binds(judge, ada)
            follows_groups(judge, ada)
            tampers(judge)
            print(f"{judge.count} ways through an identity provider that we did not write ended as they should")
