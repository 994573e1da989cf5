"""Asks the portal what its standard input says; knows nothing of it but its address.

Each question is the name of a function below, or a list of it and its arguments.
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


def activate(fingerprint):
    return keygen.me().activate(fingerprint).fingerprint


def machines():
    return [one.fingerprint for one in keygen.me().machines()]


def machine(name):
    return keygen.me().machine(name).license_id


def entitlements():
    return keygen.me().entitlements()


def license_file(*modes):
    file = keygen.me().checkout(encrypt="plain" not in modes, ttl=7200)
    file.verify()
    opened = file.decode() if "plain" in modes else file.decrypt(keygen.license_key)
    return [opened.license.id, opened.ttl]


def machine_file(server, *modes):
    file = keygen.me().machine(server).checkout(encrypt="plain" not in modes)
    file.verify()
    secret = keygen.license_key + server
    opened = file.decode() if "plain" in modes else file.decrypt(secret)
    return [opened.machine.fingerprint, opened.license.id]


def answer(question):
    name, *arguments = question if isinstance(question, list) else [question]
    try:
        return QUESTIONS[name](*arguments)
    except keygen.KeygenError as error:
        return type(error).__name__


ALL = (me, key, validate, activate, machines, machine, entitlements)
ALL += (license_file, machine_file)
QUESTIONS = {one.__name__: one for one in ALL}
told = json.load(sys.stdin)
questions = told.pop("questions")
for name, value in told.items():
    setattr(keygen, name, value)
print(json.dumps([answer(question) for question in questions]))
