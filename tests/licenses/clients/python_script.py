"""Asks the portal what its standard input says; knows nothing of it but its address.

Each question is the name of a function below, or a list of it and its arguments; a
last one that is an object holds arguments by their names.
"""

import json
import sys

import keygen


def me():
    return keygen.me().id


def key():
    keygen.me().verify()
    return "genuine"


def validate(*fingerprints):
    return keygen.validate(*fingerprints).last_validation.code


def code(**scope):
    """The bare code for a scope, also one that `validate` cannot send."""
    body = {"meta": {"key": keygen.license_key, "scope": scope}}
    answer = keygen.Client().post("licenses/actions/validate-key", body)
    return answer.document["meta"]["code"]


def activate(fingerprint):
    return keygen.me().activate(fingerprint).fingerprint


def machines():
    return [one.fingerprint for one in keygen.me().machines()]


def machine(name):
    return keygen.me().machine(name).license_id


def entitlements():
    return [one.code for one in keygen.me().entitlements()]


def ping(name):
    machine = keygen.me().machine(name)
    before = machine.heartbeat_status
    machine.ping()
    return [before, machine.heartbeat_status]


def deactivate(name):
    return keygen.me().deactivate(name)


def leave(name):
    return keygen.me().machine(name).deactivate()


def license_file(*modes):
    file = keygen.me().checkout(encrypt="plain" not in modes, ttl=7200)
    file.verify()
    opened = file.decode() if "plain" in modes else file.decrypt(keygen.license_key)
    return [opened.license.id, opened.ttl]


def ends():
    """The end of the license in a fresh file."""
    file = keygen.me().checkout()
    file.verify()
    return file.decrypt(keygen.license_key).license.expiry.isoformat()


def machine_file(server, *modes):
    file = keygen.me().machine(server).checkout(encrypt="plain" not in modes)
    file.verify()
    secret = keygen.license_key + server
    opened = file.decode() if "plain" in modes else file.decrypt(secret)
    return [opened.machine.fingerprint, opened.license.id]


def answer(question):
    name, *arguments = question if isinstance(question, list) else [question]
    scope = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
    try:
        return QUESTIONS[name](*arguments, **scope)
    except keygen.KeygenError as error:
        return type(error).__name__


ALL = (me, key, validate, code, activate, machines, machine, entitlements, ping)
ALL += (deactivate, leave, license_file, machine_file, ends)
QUESTIONS = {one.__name__: one for one in ALL}
told = json.load(sys.stdin)
questions = told.pop("questions")
for name, value in told.items():
    setattr(keygen, name, value)
print(json.dumps([answer(question) for question in questions]))
