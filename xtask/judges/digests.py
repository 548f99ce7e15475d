"""Lets a mail server that we did not write take a digest from a server of ours, over TLS and with a password.

usage: digests.py PROGRAM INDEX INVENTORY
"""
import email
import email.policy
import pathlib
import queue
import re
import socket
import ssl
import sys
import tempfile

import house
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

program, index, inventory = sys.argv[1:]
got = queue.Queue()


class Post:
    async def handle_DATA(self, server, session, envelope):
        got.put((session.ssl is not None, envelope))
        return "250 taken"


def free_port():
    with socket.create_server(("localhost", 0)) as one:
        return one.getsockname()[1]


def knows(server, session, envelope, mechanism, login):
    return AuthResult(success=(login.login, login.password) == (b"lazaret", b"correct horse"))


def mail(person, address, form):
    """Asks for a digest now; gives it as Python's own parser reads it."""
    person.post(address + "/account/digest/sent", data=form).raise_for_status()
    guarded, envelope = got.get(timeout=60)
    assert guarded, "the mail came in the clear"
    assert envelope.rcpt_tos == ["ada@maker.example"], envelope.rcpt_tos
    read = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert not read.defects, read.defects
    return read


authority = trustme.CA()
with tempfile.TemporaryDirectory() as place:
    folder = pathlib.Path(place)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    (folder / "password").write_text("correct horse\n", encoding="utf-8")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    port = free_port()
    server = Controller(Post(), hostname="localhost", port=port, tls_context=context, require_starttls=True,
                        auth_required=True, authenticator=knows)
    server.start()
    options = ["--smtp", f"smtp://lazaret@localhost:{port}", "--smtp-password-file", folder / "password",
               "--mail-from", "Lazaret Nord <lazaret@hospital.example>", "--ca-file", folder / "ca.pem",
               "--address", "https://lazaret.example"]
    with house.served(program, index, *options) as link:
        address = link[0]
        person, token, organisation = house.found(link)
        form = {"form_token": token}
        house.take_in(person, address, form, organisation, inventory)
        person.post(address + "/account/digest", data=form | {"often": "daily"}).raise_for_status()
        read = mail(person, address, form)
        assert read["from"].addresses[0].display_name == "Lazaret Nord", read["from"]
        assert read["to"].addresses[0].display_name == "Ada", read["to"]
        assert "need" in read["subject"], read["subject"]
        text = read.get_body(("plain",)).get_content()
        page = read.get_body(("html",)).get_content()
        for part in (text, page):
            assert "https://lazaret.example/work/" in part and "https://lazaret.example/account" in part, part
        way_out = read["list-unsubscribe"].strip("<>")
        assert way_out in text and way_out.startswith("https://lazaret.example/digest/stop/"), way_out
        again = mail(person, address, form)
        assert again["message-id"] == read["message-id"], "the same digest is another one"

        stranger = house.requests.Session()
        stranger.headers["Origin"] = address
        here = way_out.replace("https://lazaret.example", address)
        stranger.get(here).raise_for_status()
        chosen = re.search(r'value="(\w+)" selected', person.get(address + "/account").text.split('id="often"')[1]).group(1)
        assert chosen == "daily", "whoever only looks has stopped it"
        stranger.post(here).raise_for_status()
        chosen = re.search(r'value="(\w+)" selected', person.get(address + "/account").text.split('id="often"')[1]).group(1)
        assert chosen == "never", chosen
        assert stranger.post(here[:-2] + "00").status_code == 410
    server.stop()
print(f"a digest of {len(text.splitlines())} lines taken by aiosmtpd over STARTTLS with a password, and stopped by its own link")
