"""Lets the library of Standard Webhooks, which we did not write, check what a server of ours sends.

usage: webhooks.py PROGRAM INDEX INVENTORY
"""
import http.server
import json
import queue
import re
import sys
import threading

import house
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

program, index, inventory = sys.argv[1:]
got, answers = queue.Queue(), queue.Queue()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        got.put((dict(self.headers), body))
        self.send_response(204 if answers.empty() else answers.get())
        self.end_headers()

    def log_message(self, *_):
        pass


def refuses(secret, body, headers):
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return True
    return False


def taken(secret):
    """The next message, as the library reads it."""
    headers, body = got.get(timeout=60)
    told = Webhook(secret).verify(body, headers)
    assert told == json.loads(body)
    assert refuses(secret, body + b" ", headers), "a changed body was taken"
    assert refuses(secret, body, headers | {"webhook-id": "msg_0"}), "a changed id was taken"
    assert refuses("whsec_" + "A" * 32, body, headers), "another secret was taken"
    return headers["webhook-id"], told


def secret_of(page):
    page.raise_for_status()
    return re.search(r'value="(whsec_[^"]+)"', page.text).group(1)


receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
options = ["--webhooks-to", "127.0.0.0/8", "--address", "https://lazaret.example"]
with house.served(program, index, *options) as link:
    address = link[0]
    person, token, organisation = house.found(link)
    form = {"form_token": token}
    every = re.findall(r'name="(event-[^"]+)"', person.get(address + "/settings/webhooks/new").text)
    wish = {"name": "a judge", "url": f"http://127.0.0.1:{receiver.server_port}/in", "organisation": organisation}
    secret = secret_of(person.post(address + "/settings/webhooks/new", data=form | wish | dict.fromkeys(every, "on")))
    webhook = person.get(address + "/settings/webhooks.json").json()["webhooks"][0]["id"]
    page = f"{address}/settings/webhooks/{webhook}"

    answers.put(500)
    person.post(page + "/test", data=form).raise_for_status()
    first, told = taken(secret)
    assert told["type"] == "webhook.test" and told["data"]["link"].startswith("https://lazaret.example/"), told
    again, _ = taken(secret)
    assert first == again, "the id is another one at the second attempt"

    newer = secret_of(person.post(page + "/secret", data=form))
    person.post(page + "/test", data=form).raise_for_status()
    headers, body = got.get(timeout=60)
    for one in (secret, newer):
        Webhook(one).verify(body, headers)

    house.take_in(person, address, form, organisation, inventory)
    events = {}
    while not {"import.finished", "vulnerability.affects"} <= set(events):
        _, told = taken(newer)
        events.setdefault(told["type"], told["data"])
    assert events["import.finished"]["added"] > 0 and events["vulnerability.affects"]["devices"] > 0, events
    messages = person.get(page + ".json").json()["messages"]
    assert {one["fate"] for one in messages} <= {"taken", "waiting"}, messages
print(f"{len(messages)} messages of {len(events) + 1} kinds taken by the library of Standard Webhooks")
